"""What becomes of each message: the one table of the whole house."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.texts import TemplateTexts
from events_face_core.announcements import AnnouncementWritten
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.kernel import Clock, Ids
from events_face_core.notifications import NotificationWriter, NotificationWritten
from events_face_core.processes import (
    HOLDER_TEMPLATES,
    TEMPLATES,
    AnnounceRegistration,
    HoldersToBeTold,
    ShowOwnEvent,
    TellVisitor,
)
from events_face_core.registration import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)
from events_face_core.ticketing import (
    BookingCancelled,
    BookingConfirmed,
    CategoryChanged,
    CategoryCreated,
    OwnEventBookingClosed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventCreated,
    OwnEventDeleted,
    OwnEventMoved,
    OwnEventPublicationDue,
    OwnEventPublished,
    OwnEventTurns,
)

MESSAGE_TYPES = (
    AnnouncementWritten,
    BookingCancelled,
    BookingConfirmed,
    CatalogueChanged,
    CategoryChanged,
    CategoryCreated,
    EventCancelled,
    HoldersToBeTold,
    NotificationWritten,
    OwnEventBookingClosed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventCreated,
    OwnEventDeleted,
    OwnEventMoved,
    OwnEventPublicationDue,
    OwnEventPublished,
    OwnEventTurns,
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)

DELIVERED = frozenset(
    {
        AnnouncementWritten.name,
        BookingCancelled.name,
        BookingConfirmed.name,
        EventCancelled.name,
        HoldersToBeTold.name,
        OwnEventCancelled.name,
        OwnEventMoved.name,
        OwnEventPublicationDue.name,
        OwnEventTurns.name,
        RegistrationAccepted.name,
        TakeBackRequested.name,
        NotificationWritten.name,
    }
)
"""The names of the messages that are handed to a relay."""


_SHOWN = (
    OwnEventBookingClosed.name,
    OwnEventCancelled.name,
    OwnEventChanged.name,
    OwnEventCompleted.name,
    OwnEventMoved.name,
    OwnEventPublished.name,
)
"""What changes how an event of our own is listed."""


def message_map(
    *, timezone: str, announcing: bool, keep: timedelta, clock: Clock, ids: Ids
) -> MessageMap:
    """Return the map.

    Args:
        timezone: in which the texts tell the time.
        announcing: whether other systems are told what becomes of registrations. What was
            written for them before stays mapped in any case: it waits.
        keep: events that took place longer ago are not listed.
        clock: the time.
        ids: the ids of notifications.

    Raises:
        LookupError: a text that a process may ask for is missing.
    """
    texts = TemplateTexts(ZoneInfo(timezone))
    texts.check((*TEMPLATES, *HOLDER_TEMPLATES))
    writer = NotificationWriter(texts=texts, ids=ids, clock=clock)
    show = ShowOwnEvent(clock=clock, keep=keep)
    announce = (AnnounceRegistration(),) if announcing else ()
    return MessageMap(
        types=MESSAGE_TYPES,
        reactions={
            RegistrationAccepted.name: announce,
            RegistrationDecided.name: (TellVisitor(writer=writer), *announce),
            **dict.fromkeys(_SHOWN, (show,)),
        },
        delivered=DELIVERED,
    )
