"""Processes: the only code that knows two contexts."""

from events_face_core.processes.account_people import AccountHolders, find_account_person
from events_face_core.processes.announce_act import ANNOUNCED_ACTS, AnnounceAct
from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.attendance import BookedAttendance, OrganizedEvents
from events_face_core.processes.audit_acts import AuditActs, is_audited
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.forget_with_account import ACCOUNT_DELETED, ForgetWithAccount
from events_face_core.processes.known_events import CatalogueKnownEvents
from events_face_core.processes.leave_with_account import (
    ForgetHolder,
    HolderLeft,
    LeaveWithAccount,
)
from events_face_core.processes.own_event_places import OwnEventPlaces
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
from events_face_core.processes.remind_holders import (
    REMINDER_TEMPLATES,
    RemindHolders,
    UpcomingHolder,
    UpcomingHolders,
)
from events_face_core.processes.review_ratings import ReviewRatings
from events_face_core.processes.send_reset_link import RESET_TEMPLATE, SendResetLink
from events_face_core.processes.show_category import ShowCategory
from events_face_core.processes.show_own_event import ShowOwnEvent, as_listed
from events_face_core.processes.tell_holder import (
    HOLDER_TEMPLATES,
    FindPerson,
    HolderTeller,
    Person,
    TellHolder,
    TellHolderTransaction,
)
from events_face_core.processes.tell_of_move import HoldersToBeTold, TellOfMove
from events_face_core.processes.tell_visitor import TEMPLATES, TellVisitor

__all__ = [
    "ACCOUNT_DELETED",
    "ANNOUNCED_ACTS",
    "HOLDER_TEMPLATES",
    "REMINDER_TEMPLATES",
    "RESET_TEMPLATE",
    "TEMPLATES",
    "AccountHolders",
    "AnnounceAct",
    "AnnounceRegistration",
    "AuditActs",
    "BookedAttendance",
    "CallOffWithEvent",
    "CatalogueKnownEvents",
    "CatalogueRegistrableEvents",
    "FindPerson",
    "ForgetHolder",
    "ForgetWithAccount",
    "HolderLeft",
    "HolderTeller",
    "HoldersToBeTold",
    "LeaveWithAccount",
    "OrganizedEvents",
    "OwnEventPlaces",
    "Person",
    "RemindHolders",
    "ReviewRatings",
    "SendResetLink",
    "ShowCategory",
    "ShowOwnEvent",
    "TellHolder",
    "TellHolderTransaction",
    "TellOfMove",
    "TellVisitor",
    "UpcomingHolder",
    "UpcomingHolders",
    "as_listed",
    "find_account_person",
    "is_audited",
]
