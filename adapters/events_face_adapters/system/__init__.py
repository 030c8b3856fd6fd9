"""The operating system behind the core's clock, ids and chance."""

from events_face_adapters.system.chance import SystemChance
from events_face_adapters.system.clock import SystemClock
from events_face_adapters.system.ids import RandomIds

__all__ = ["RandomIds", "SystemChance", "SystemClock"]
