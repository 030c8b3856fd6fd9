"""Processes: the only code that knows two contexts."""

from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.attendance import BookedAttendance, OrganizedEvents
from events_face_core.processes.audit_acts import AuditActs, is_audited
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.forget_with_account import ACCOUNT_DELETED, ForgetWithAccount
from events_face_core.processes.known_events import CatalogueKnownEvents
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
from events_face_core.processes.remind_holders import (
    REMINDER_TEMPLATES,
    RemindHolders,
    UpcomingHolder,
    UpcomingHolders,
)
from events_face_core.processes.send_reset_link import RESET_TEMPLATE, SendResetLink
from events_face_core.processes.tell_visitor import TEMPLATES, TellVisitor
from events_face_core.processes.without_ticketing import NobodyAttended, NobodyOrganizes

__all__ = [
    "ACCOUNT_DELETED",
    "REMINDER_TEMPLATES",
    "RESET_TEMPLATE",
    "TEMPLATES",
    "AnnounceRegistration",
    "AuditActs",
    "BookedAttendance",
    "CallOffWithEvent",
    "CatalogueKnownEvents",
    "CatalogueRegistrableEvents",
    "ForgetWithAccount",
    "NobodyAttended",
    "NobodyOrganizes",
    "OrganizedEvents",
    "RemindHolders",
    "SendResetLink",
    "TellVisitor",
    "UpcomingHolder",
    "UpcomingHolders",
    "is_audited",
]
