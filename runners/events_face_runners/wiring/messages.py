"""What becomes of each message: the one table of the whole house."""

from zoneinfo import ZoneInfo

from events_face_adapters.identity import SystemSecrets
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.texts import TemplateTexts
from events_face_core.accounts import ACCOUNT_ACTS, PasswordResetRequested
from events_face_core.announcements import AnnouncementWritten
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.kernel import Clock, Ids, Message
from events_face_core.notifications import NotificationWriter, NotificationWritten
from events_face_core.processes import (
    RESET_TEMPLATE,
    TEMPLATES,
    AnnounceRegistration,
    SendResetLink,
    TellVisitor,
)
from events_face_core.registration import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

MESSAGE_TYPES: tuple[type[Message], ...] = (
    *ACCOUNT_ACTS,
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


def message_map(
    *, timezone: str, announcing: bool, public_url: str, clock: Clock, ids: Ids
) -> MessageMap:
    """Return the map.

    Args:
        timezone: in which the texts tell the time.
        announcing: whether other systems are told what becomes of registrations. What was
            written for them before stays mapped in any case: it waits.
        public_url: where people reach the service, for the links that they are sent.
        clock: the time.
        ids: the ids of notifications.

    Raises:
        LookupError: a text that a process may ask for is missing.
    """
    texts = TemplateTexts(ZoneInfo(timezone))
    texts.check((*TEMPLATES, RESET_TEMPLATE))
    writer = NotificationWriter(texts=texts, ids=ids, clock=clock)
    announce = (AnnounceRegistration(),) if announcing else ()
    send_reset_link = SendResetLink(
        writer=writer, secrets=SystemSecrets(), clock=clock, public_url=public_url
    )
    return MessageMap(
        types=MESSAGE_TYPES,
        reactions={
            PasswordResetRequested.name: (send_reset_link,),
            RegistrationAccepted.name: announce,
            RegistrationDecided.name: (TellVisitor(writer=writer), *announce),
        },
        delivered=DELIVERED,
    )
