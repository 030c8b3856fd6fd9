"""Processes: the only code that knows two contexts."""

from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
from events_face_core.processes.remind_holders import (
    REMINDER_TEMPLATES,
    RemindHolders,
    UpcomingHolder,
    UpcomingHolders,
)
from events_face_core.processes.tell_visitor import TEMPLATES, TellVisitor

__all__ = [
    "REMINDER_TEMPLATES",
    "TEMPLATES",
    "AnnounceRegistration",
    "CallOffWithEvent",
    "CatalogueRegistrableEvents",
    "RemindHolders",
    "TellVisitor",
    "UpcomingHolder",
    "UpcomingHolders",
]
