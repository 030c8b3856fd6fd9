"""What becomes of each message: the one table of the whole house."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from events_face_adapters.identity import SystemSecrets
from events_face_adapters.storage.messages import MessageMap, Reaction
from events_face_adapters.texts import TemplateTexts
from events_face_core.accounts import ACCOUNT_ACTS, AccountDeleted, PasswordResetRequested
from events_face_core.announcements import AnnouncementWritten
from events_face_core.auditing import AuditRecordWritten
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.engagement import (
    CommentDeleted,
    CommentWritten,
    FavoriteAdded,
    FavoriteRemoved,
    ForgetPersonHandler,
    PersonForgotten,
    ReviewChanged,
    ReviewFoundHelpful,
    ReviewModerated,
    ReviewReplied,
    ReviewWritten,
)
from events_face_core.kernel import Clock, Ids, Message, RequestIds
from events_face_core.notifications import NotificationWriter, NotificationWritten
from events_face_core.processes import (
    ANNOUNCED_ACTS,
    HOLDER_TEMPLATES,
    REMINDER_TEMPLATES,
    RESET_TEMPLATE,
    TEMPLATES,
    AnnounceAct,
    AnnounceRegistration,
    AuditActs,
    ForgetWithAccount,
    HolderLeft,
    HoldersToBeTold,
    LeaveWithAccount,
    SendResetLink,
    ShowCategory,
    ShowOwnEvent,
    TellVisitor,
    is_audited,
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

MESSAGE_TYPES: tuple[type[Message], ...] = (
    *ACCOUNT_ACTS,
    AnnouncementWritten,
    AuditRecordWritten,
    BookingCancelled,
    BookingConfirmed,
    CatalogueChanged,
    CommentDeleted,
    CommentWritten,
    CategoryChanged,
    CategoryCreated,
    EventCancelled,
    FavoriteAdded,
    FavoriteRemoved,
    HolderLeft,
    HoldersToBeTold,
    NotificationWritten,
    PersonForgotten,
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
    ReviewChanged,
    ReviewFoundHelpful,
    ReviewModerated,
    ReviewReplied,
    ReviewWritten,
    TakeBackRequested,
)

DELIVERED = frozenset(
    {
        AnnouncementWritten.name,
        AuditRecordWritten.name,
        BookingCancelled.name,
        BookingConfirmed.name,
        EventCancelled.name,
        HolderLeft.name,
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

AUDITED = frozenset(message.name for message in MESSAGE_TYPES if is_audited(message))
"""The names of the messages that are audited where auditing is configured: all acts."""

_SHOWN = (
    OwnEventBookingClosed.name,
    OwnEventCancelled.name,
    OwnEventChanged.name,
    OwnEventCompleted.name,
    OwnEventMoved.name,
    OwnEventPublished.name,
)
"""What changes how an event of our own is listed."""


def message_map(  # noqa: PLR0913  # what the reactions stand on
    *,
    timezone: str,
    announcing: bool,
    auditing: bool,
    public_url: str,
    keep: timedelta,
    clock: Clock,
    ids: Ids,
    request_ids: RequestIds,
) -> MessageMap:
    """Return the map.

    Args:
        timezone: in which the texts tell the time.
        announcing: whether other systems are told what becomes of registrations, of our own events
            and of bookings. What was written for them before stays mapped: it waits.
        auditing: whether every act is audited; what was written before waits likewise.
        public_url: where people reach the service, for the links that they are sent.
        keep: events that took place longer ago are not listed.
        clock: the time.
        ids: the ids of notifications.
        request_ids: the request that an act belongs to.

    Raises:
        LookupError: a text that a process may ask for is missing.
    """
    texts = TemplateTexts(ZoneInfo(timezone))
    texts.check((*TEMPLATES, *HOLDER_TEMPLATES, *REMINDER_TEMPLATES, RESET_TEMPLATE))
    writer = NotificationWriter(texts=texts, ids=ids, clock=clock)
    show = ShowOwnEvent(clock=clock, keep=keep)
    announce = (AnnounceRegistration(),) if announcing else ()
    send_reset_link = SendResetLink(
        writer=writer, secrets=SystemSecrets(), clock=clock, public_url=public_url
    )
    reactions: dict[str, Sequence[Reaction]] = {
        AccountDeleted.name: (
            ForgetWithAccount(forget=ForgetPersonHandler()),
            LeaveWithAccount(clock=clock),
        ),
        CategoryChanged.name: (ShowCategory(),),
        PasswordResetRequested.name: (send_reset_link,),
        RegistrationAccepted.name: announce,
        RegistrationDecided.name: (TellVisitor(writer=writer), *announce),
        **dict.fromkeys(_SHOWN, (show,)),
    }
    if announcing:
        announce_act = AnnounceAct(clock=clock)
        for act in ANNOUNCED_ACTS:
            reactions[act.name] = (*reactions.get(act.name, ()), announce_act)
    if auditing:
        audit = AuditActs(clock=clock, request_ids=request_ids)
        for name in AUDITED:
            reactions[name] = (*reactions.get(name, ()), audit)
    return MessageMap(types=MESSAGE_TYPES, reactions=reactions, delivered=DELIVERED)
