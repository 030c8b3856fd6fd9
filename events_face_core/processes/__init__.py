"""Processes: the only code that knows two contexts."""

from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.audit_acts import AuditActs, is_audited
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
from events_face_core.processes.tell_visitor import TEMPLATES, TellVisitor

__all__ = [
    "TEMPLATES",
    "AnnounceRegistration",
    "AuditActs",
    "CallOffWithEvent",
    "CatalogueRegistrableEvents",
    "TellVisitor",
    "is_audited",
]
