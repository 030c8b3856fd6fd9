"""One running simulator: its options, its world, its dice and its counters."""

from collections.abc import Sequence

import attrs

from events_face_runners.simulator.faults import FaultDice, Faults
from events_face_runners.simulator.options import SimulatorOptions
from events_face_runners.simulator.records import (
    CALL_KINDS,
    CallKind,
    Registration,
    SimulatedEvent,
    moscow_now,
)
from events_face_runners.simulator.sample_events import sample_events
from events_face_runners.simulator.world import World


@attrs.define
class CallCount:
    """How many calls came, and how many were carried out (answered, or would be, with 2xx)."""

    attempted: int = 0
    acted: int = 0


class Simulator:
    """What tests and runners hold of a running simulator."""

    def __init__(self, options: SimulatorOptions) -> None:
        self.options = options
        self.world = World(_first_events(options), idempotent=options.idempotent)
        self.dice = FaultDice(options.faults, options.seed)
        self.calls: dict[CallKind, CallCount] = {}
        self.url = ""
        self.reset()

    @property
    def faults(self) -> Faults:
        """The faults in force; they can be replaced at any time."""
        return self.dice.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.dice.faults = faults

    def reset(self) -> None:
        """Return to the start: first events, first faults, nothing counted."""
        self.world.reset()
        self.dice.faults = self.options.faults
        self.calls = {kind: CallCount() for kind in CALL_KINDS}

    def state(self) -> dict[str, object]:
        """Everything that happened, ready for JSON."""
        return {
            "events": len(self.world.events),
            "registrations": {
                str(event_id): [_shown(one) for one in made]
                for event_id, made in self.world.registrations.items()
            },
            "calls": self.calls,
            "notifications": self.world.notifications,
        }


def _first_events(options: SimulatorOptions) -> Sequence[SimulatedEvent]:
    if options.world is not None:
        return options.world
    return sample_events(
        options.events,
        seed=options.seed,
        now=moscow_now(),
        group=options.page_size if options.equal_timestamps else 1,
    )


def _shown(registration: Registration) -> dict[str, str | None]:
    return {
        "ticket_id": registration.ticket_id,
        "first_name": registration.visitor.first_name,
        "last_name": registration.visitor.last_name,
        "email": registration.visitor.email,
        "seat": registration.seat,
        "idempotency_key": registration.idempotency_key,
    }
