"""What becomes of each message: the one table of the whole house."""

from zoneinfo import ZoneInfo

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.texts import TemplateTexts
from events_face_core.announcements import AnnouncementWritten
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.kernel import Clock, Ids
from events_face_core.notifications import NotificationWriter, NotificationWritten
from events_face_core.processes import (
    REMINDER_TEMPLATES,
    TEMPLATES,
    AnnounceRegistration,
    TellVisitor,
)
from events_face_core.registration import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

MESSAGE_TYPES = (
    AnnouncementWritten,
    CatalogueChanged,
    EventCancelled,
    NotificationWritten,
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

DELIVERED = frozenset(
    {
        AnnouncementWritten.name,
        EventCancelled.name,
        RegistrationAccepted.name,
        TakeBackRequested.name,
        NotificationWritten.name,
    }
)
"""The names of the messages that are handed to a relay."""


def message_map(*, timezone: str, announcing: bool, clock: Clock, ids: Ids) -> MessageMap:
    """Return the map.

    Args:
        timezone: in which the texts tell the time.
        announcing: whether other systems are told what becomes of registrations. What was
            written for them before stays mapped in any case: it waits.
        clock: the time.
        ids: the ids of notifications.

    Raises:
        LookupError: a text that a process may ask for is missing.
    """
    texts = TemplateTexts(ZoneInfo(timezone))
    texts.check((*TEMPLATES, *REMINDER_TEMPLATES))
    writer = NotificationWriter(texts=texts, ids=ids, clock=clock)
    announce = (AnnounceRegistration(),) if announcing else ()
    return MessageMap(
        types=MESSAGE_TYPES,
        reactions={
            RegistrationAccepted.name: announce,
            RegistrationDecided.name: (TellVisitor(writer=writer), *announce),
        },
        delivered=DELIVERED,
    )
