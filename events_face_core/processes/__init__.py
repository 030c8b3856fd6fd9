"""Processes: the only code that knows two contexts."""

from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
from events_face_core.processes.send_reset_link import RESET_TEMPLATE, SendResetLink
from events_face_core.processes.tell_visitor import TEMPLATES, TellVisitor

__all__ = [
    "RESET_TEMPLATE",
    "TEMPLATES",
    "AnnounceRegistration",
    "CallOffWithEvent",
    "CatalogueRegistrableEvents",
    "SendResetLink",
    "TellVisitor",
]
