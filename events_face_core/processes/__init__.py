"""Processes: the only code that knows two contexts."""

from events_face_core.processes.announce_registration import AnnounceRegistration
from events_face_core.processes.call_off_with_event import CallOffWithEvent
from events_face_core.processes.own_event_places import OwnEventPlaces
from events_face_core.processes.registrable_events import CatalogueRegistrableEvents
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
    "HOLDER_TEMPLATES",
    "TEMPLATES",
    "AnnounceRegistration",
    "CallOffWithEvent",
    "CatalogueRegistrableEvents",
    "FindPerson",
    "HolderTeller",
    "HoldersToBeTold",
    "OwnEventPlaces",
    "Person",
    "ShowOwnEvent",
    "TellHolder",
    "TellHolderTransaction",
    "TellOfMove",
    "TellVisitor",
    "as_listed",
]
