"""What becomes of each message: the one table of the whole house."""

from zoneinfo import ZoneInfo

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.texts import TemplateTexts
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.kernel import Clock, Ids
from events_face_core.notifications import NotificationWriter, NotificationWritten
from events_face_core.processes import TEMPLATES, TellVisitor
from events_face_core.registration import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

MESSAGE_TYPES = (
    CatalogueChanged,
    EventCancelled,
    NotificationWritten,
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

DELIVERED = frozenset(
    {
        EventCancelled.name,
        RegistrationAccepted.name,
        TakeBackRequested.name,
        NotificationWritten.name,
    }
)
"""The names of the messages that are handed to a relay."""


def message_map(*, timezone: str, clock: Clock, ids: Ids) -> MessageMap:
    """Return the map.

    Raises:
        LookupError: a text that a process may ask for is missing.
    """
    texts = TemplateTexts(ZoneInfo(timezone))
    texts.check(TEMPLATES)
    writer = NotificationWriter(texts=texts, ids=ids, clock=clock)
    return MessageMap(
        types=MESSAGE_TYPES,
        reactions={RegistrationDecided.name: (TellVisitor(writer=writer),)},
        delivered=DELIVERED,
    )
