"""A simulator of the aggregator and the notification service, with faults, over real sockets.

It knows the contracts and nothing of the product: it is a second opinion on both.
"""

from events_face_runners.simulator.faults import Faults
from events_face_runners.simulator.options import SimulatorOptions
from events_face_runners.simulator.records import (
    MOSCOW,
    ReceivedNotification,
    Registration,
    SimulatedEvent,
    SimulatedPlace,
    Visitor,
)
from events_face_runners.simulator.sample_events import sample_events
from events_face_runners.simulator.server import (
    SIMULATOR,
    create_simulator_app,
    run_simulator,
    running_simulator,
    serve_simulator,
)
from events_face_runners.simulator.state import CallCount, Simulator
from events_face_runners.simulator.world import World

__all__ = [
    "MOSCOW",
    "SIMULATOR",
    "CallCount",
    "Faults",
    "ReceivedNotification",
    "Registration",
    "SimulatedEvent",
    "SimulatedPlace",
    "Simulator",
    "SimulatorOptions",
    "Visitor",
    "World",
    "create_simulator_app",
    "run_simulator",
    "running_simulator",
    "sample_events",
    "serve_simulator",
]
