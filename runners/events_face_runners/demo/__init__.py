"""The demo: a simulated aggregator and the service, as two processes, shown at work."""

from events_face_runners.demo.demo import run_demo

__all__ = ["run_demo"]
