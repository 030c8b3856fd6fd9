"""The table of all messages, and how they are stored: a release must read its predecessors'."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.system import RandomIds, SystemClock
from events_face_core.accounts import (
    AccessChanged,
    AccountDeleted,
    AccountRegistered,
    AttemptsThrottled,
    LoggedIn,
    LoggedOut,
    LoggedOutEverywhere,
    LoginFailed,
    PasswordChanged,
    PasswordResetRequested,
    PasswordWasReset,
    ProfileChanged,
    SessionRefreshed,
    TokenReused,
)
from events_face_core.announcements import AnnouncementWritten
from events_face_core.auditing import AuditRecordWritten
from events_face_core.catalogue import CatalogueChanged, EventCancelled
from events_face_core.engagement import (
    CommentDeleted,
    CommentWritten,
    FavoriteAdded,
    FavoriteRemoved,
    PersonForgotten,
    ReviewChanged,
    ReviewFoundHelpful,
    ReviewModerated,
    ReviewReplied,
    ReviewWritten,
)
from events_face_core.kernel import Act, Message
from events_face_core.notifications import NotificationWritten
from events_face_core.processes import (
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
from events_face_runners.observing.request_ids import LoggedRequestIds
from events_face_runners.wiring.messages import AUDITED, MESSAGE_TYPES, message_map

_ACCOUNT = '{"actor_id": "a", "account_id": "b"}'
_SESSION = '{"actor_id": "a", "account_id": "b", "session_id": "s"}'
ACCOUNTS: list[tuple[Message, str, int, str]] = [
    (
        AttemptsThrottled(actor_id="a", account_id="b", limit="login"),
        "account.throttled",
        1,
        '{"actor_id": "a", "account_id": "b", "limit": "login"}',
    ),
    (LoginFailed(actor_id="a", account_id="b"), "account.login-failed", 1, _ACCOUNT),
    (
        LoggedOutEverywhere(actor_id="a", account_id="b"),
        "account.logged-out-everywhere",
        1,
        _ACCOUNT,
    ),
    (PasswordChanged(actor_id="a", account_id="b"), "account.password-changed", 1, _ACCOUNT),
    (
        PasswordResetRequested(actor_id="a", account_id="b"),
        "account.password-reset-requested",
        1,
        _ACCOUNT,
    ),
    (PasswordWasReset(actor_id="a", account_id="b"), "account.password-reset", 1, _ACCOUNT),
    (ProfileChanged(actor_id="a", account_id="b"), "account.profile-changed", 1, _ACCOUNT),
    (AccountDeleted(actor_id="a", account_id="b"), "account.deleted", 1, _ACCOUNT),
    (
        LoggedIn(actor_id="a", account_id="b", session_id="s"),
        "account.logged-in",
        1,
        _SESSION,
    ),
    (
        LoggedOut(actor_id="a", account_id="b", session_id="s"),
        "account.logged-out",
        1,
        _SESSION,
    ),
    (
        SessionRefreshed(actor_id="a", account_id="b", session_id="s"),
        "account.session-refreshed",
        1,
        _SESSION,
    ),
    (
        TokenReused(actor_id="a", account_id="b", session_id="s"),
        "account.token-reused",
        1,
        _SESSION,
    ),
    (
        AccountRegistered(actor_id="a", account_id="b", role="user"),
        "account.registered",
        1,
        '{"actor_id": "a", "account_id": "b", "role": "user"}',
    ),
    (
        AccessChanged(actor_id="a", account_id="b", role="admin", blocked=True),
        "account.access-changed",
        1,
        '{"actor_id": "a", "account_id": "b", "role": "admin", "blocked": true}',
    ),
]

# What stands here is stored in databases out there. A line may be added; to change or remove
# one is to lose what waits in an outbox: give the message a new version instead.
TICKETING: list[tuple[Message, str, int, str]] = [
    (
        BookingCancelled(
            actor_id="a", booking_id="b", event_id="e", reason="r", notify=False, quantity=2
        ),
        "booking.cancelled",
        1,
        (
            '{"actor_id": "a", "booking_id": "b", "event_id": "e", "reason": "r", "notify": false,'
            ' "quantity": 2}'
        ),
    ),
    (
        BookingConfirmed(actor_id="a", booking_id="b", event_id="e", quantity=2),
        "booking.confirmed",
        1,
        '{"actor_id": "a", "booking_id": "b", "event_id": "e", "quantity": 2}',
    ),
    *(
        (act(actor_id="a", category_id="c"), name, 1, '{"actor_id": "a", "category_id": "c"}')
        for act, name in (
            (CategoryCreated, "category.created"),
            (CategoryChanged, "category.changed"),
        )
    ),
    *(
        (act(actor_id="a", event_id="e"), name, 1, '{"actor_id": "a", "event_id": "e"}')
        for act, name in (
            (OwnEventChanged, "own-event.changed"),
            (OwnEventCompleted, "own-event.completed"),
            (OwnEventCreated, "own-event.created"),
            (OwnEventDeleted, "own-event.deleted"),
            (OwnEventPublished, "own-event.published"),
        )
    ),
    (
        OwnEventCancelled(actor_id="a", event_id="e", notify=False),
        "own-event.cancelled",
        1,
        '{"actor_id": "a", "event_id": "e", "notify": false}',
    ),
    (
        OwnEventMoved(actor_id="a", event_id="e", event_time="t"),
        "own-event.moved",
        1,
        '{"actor_id": "a", "event_id": "e", "event_time": "t"}',
    ),
    (
        OwnEventPublicationDue(event_id="e", publish_at="t"),
        "own-event.publication-due",
        1,
        '{"event_id": "e", "publish_at": "t"}',
    ),
    *(
        (message(event_id="e"), name, 1, '{"event_id": "e"}')
        for message, name in (
            (OwnEventBookingClosed, "own-event.booking-closed"),
            (OwnEventTurns, "own-event.turns"),
        )
    ),
    (
        HoldersToBeTold(event_id="e", event_time="t", after="a"),
        "own-event.holders-to-be-told",
        1,
        '{"event_id": "e", "event_time": "t", "after": "a"}',
    ),
    (HolderLeft(user_id="u"), "holder.left", 1, '{"user_id": "u"}'),
]
STORED: list[tuple[Message, str, int, str]] = [
    *ACCOUNTS,
    (
        AnnouncementWritten(
            type="registration.confirmed",
            subject="r",
            occurred_at="noon",
            data="7",
        ),
        "announcement.written",
        1,
        '{"type": "registration.confirmed", "subject": "r", "data": "7", "occurred_at": "noon"}',
    ),
    (
        AuditRecordWritten(
            action="booking.confirmed",
            entity="booking",
            entity_id="b",
            actor_id="a",
            request_id="r",
            occurred_at="noon",
            details="{}",
        ),
        "audit.record-written",
        1,
        (
            '{"action": "booking.confirmed", "entity": "booking", "entity_id": "b",'
            ' "actor_id": "a", "request_id": "r", "occurred_at": "noon", "details": "{}"}'
        ),
    ),
    (
        CatalogueChanged(catalogue_version=7),
        "catalogue.changed",
        1,
        '{"catalogue_version": 7}',
    ),
    (
        EventCancelled(event_id="e"),
        "event.cancelled",
        1,
        '{"event_id": "e"}',
    ),
    (
        NotificationWritten(notification_id="n"),
        "notification.written",
        1,
        '{"notification_id": "n"}',
    ),
    (
        RegistrationAccepted(registration_id="r"),
        "registration.accepted",
        1,
        '{"registration_id": "r"}',
    ),
    (
        RegistrationDecided(registration_id="r", status="rejected", reason="sold-out"),
        "registration.decided",
        1,
        '{"registration_id": "r", "status": "rejected", "reason": "sold-out"}',
    ),
    *TICKETING,
    (
        TakeBackRequested(registration_id="r", ticket_id="t"),
        "registration.take-back-requested",
        1,
        '{"registration_id": "r", "ticket_id": "t"}',
    ),
    (
        TakeBackRequested(registration_id="r"),
        "registration.take-back-requested",
        1,
        '{"registration_id": "r", "ticket_id": ""}',
    ),
    (
        CommentDeleted(actor_id="a", comment_id="c", event_id="e"),
        "comment.deleted",
        1,
        '{"actor_id": "a", "comment_id": "c", "event_id": "e"}',
    ),
    (
        CommentWritten(actor_id="a", comment_id="c", event_id="e"),
        "comment.written",
        1,
        '{"actor_id": "a", "comment_id": "c", "event_id": "e"}',
    ),
    (
        FavoriteAdded(actor_id="a", favorite_id="f", event_id="e"),
        "favorite.added",
        1,
        '{"actor_id": "a", "favorite_id": "f", "event_id": "e"}',
    ),
    (
        FavoriteRemoved(actor_id="a", favorite_id="f", event_id="e"),
        "favorite.removed",
        1,
        '{"actor_id": "a", "favorite_id": "f", "event_id": "e"}',
    ),
    (
        PersonForgotten(actor_id="a", user_id="u"),
        "engagement.person-forgotten",
        1,
        '{"actor_id": "a", "user_id": "u"}',
    ),
    (
        ReviewChanged(actor_id="a", review_id="r", event_id="e", rating=4),
        "review.changed",
        1,
        '{"actor_id": "a", "review_id": "r", "event_id": "e", "rating": 4}',
    ),
    (
        ReviewFoundHelpful(actor_id="a", review_id="r", event_id="e"),
        "review.found-helpful",
        1,
        '{"actor_id": "a", "review_id": "r", "event_id": "e"}',
    ),
    (
        ReviewModerated(actor_id="a", review_id="r", event_id="e", status="rejected"),
        "review.moderated",
        1,
        '{"actor_id": "a", "review_id": "r", "event_id": "e", "status": "rejected"}',
    ),
    (
        ReviewReplied(actor_id="a", review_id="r", event_id="e", reply_id="p"),
        "review.replied",
        1,
        '{"actor_id": "a", "review_id": "r", "event_id": "e", "reply_id": "p"}',
    ),
    (
        ReviewWritten(actor_id="a", review_id="r", event_id="e", rating=5),
        "review.written",
        1,
        '{"actor_id": "a", "review_id": "r", "event_id": "e", "rating": 5}',
    ),
]
ACCOUNT_REACTIONS: dict[str, list[type]] = {
    "account.deleted": [ForgetWithAccount, LeaveWithAccount],
    "account.password-reset-requested": [SendResetLink],
}
DELIVERED = {
    "announcement.written",
    "audit.record-written",
    "booking.cancelled",
    "booking.confirmed",
    "event.cancelled",
    "holder.left",
    "own-event.cancelled",
    "own-event.holders-to-be-told",
    "own-event.moved",
    "own-event.publication-due",
    "own-event.turns",
    "notification.written",
    "registration.accepted",
    "registration.take-back-requested",
}
SHOWN: dict[str, list[type]] = {
    "category.changed": [ShowCategory],
    **{
        f"own-event.{done}": [ShowOwnEvent]
        for done in ("booking-closed", "cancelled", "changed", "completed", "moved", "published")
    },
}
ANNOUNCED: dict[str, list[type]] = {
    "booking.cancelled": [AnnounceAct],
    "booking.confirmed": [AnnounceAct],
    **{
        f"own-event.{done}": [ShowOwnEvent, AnnounceAct]
        for done in ("cancelled", "changed", "completed", "moved", "published")
    },
}


def _messages(*, announcing: bool = False, auditing: bool = False) -> MessageMap:
    return message_map(
        timezone="Europe/Moscow",
        announcing=announcing,
        auditing=auditing,
        clock=SystemClock(),
        ids=RandomIds(),
        request_ids=LoggedRequestIds(),
        public_url="https://events.example",
        keep=timedelta(days=7),
    )


@pytest.mark.parametrize(("message", "name", "version", "payload"), STORED)
def test_a_message_is_stored_as_ever(
    message: Message, name: str, version: int, payload: str
) -> None:
    stored = json.loads(_messages().encode(message))

    assert (message.name, message.version, stored) == (name, version, json.loads(payload))


@pytest.mark.parametrize(("message", "name", "version", "payload"), STORED)
def test_a_message_that_an_earlier_release_stored_is_read(
    message: Message, name: str, version: int, payload: str
) -> None:
    assert _messages().decode(name, version, payload) == message


def test_every_message_of_the_house_is_pinned_here() -> None:
    pinned = {(name, version) for _, name, version, _ in STORED}

    assert pinned == {(message.name, message.version) for message in MESSAGE_TYPES}


def test_no_two_messages_share_a_name_and_version() -> None:
    names = [(message.name, message.version) for message in MESSAGE_TYPES]

    assert len(names) == len(set(names))


def test_what_waits_in_the_outboxes_out_there_is_still_delivered() -> None:
    messages = _messages()

    assert messages.delivered == DELIVERED
    messages.check_deliverable((name, 1) for name in DELIVERED)


@pytest.mark.parametrize(
    ("announcing", "reactions"),
    [
        (False, {**ACCOUNT_REACTIONS, "registration.decided": [TellVisitor], **SHOWN}),
        (
            True,
            {
                **ACCOUNT_REACTIONS,
                "registration.accepted": [AnnounceRegistration],
                "registration.decided": [TellVisitor, AnnounceRegistration],
                **SHOWN,
                **ANNOUNCED,
            },
        ),
    ],
)
def test_what_is_published_is_told_in_the_same_transaction(
    announcing: bool,  # noqa: FBT001  # a parameter of the test
    reactions: dict[str, list[type]],
) -> None:
    mapped = _messages(announcing=announcing).reactions

    assert {name: [*map(type, all_)] for name, all_ in mapped.items() if all_} == reactions


@pytest.mark.parametrize("announcing", [False, True])
def test_announcements_that_wait_stop_no_start(announcing: bool) -> None:  # noqa: FBT001  # a parameter
    _messages(announcing=announcing).check_deliverable([("announcement.written", 1)])


def test_every_act_is_audited_in_the_transaction_that_makes_it() -> None:
    mapped = _messages(auditing=True).reactions

    acts = {message.name for message in MESSAGE_TYPES if issubclass(message, Act)}
    audited = {
        name for name, all_ in mapped.items() if [type(one) for one in all_].count(AuditActs) == 1
    }
    assert audited == AUDITED
    assert audited >= acts | {"registration.accepted", "registration.decided"}


def test_without_an_audit_service_nothing_is_audited() -> None:
    mapped = _messages(auditing=False).reactions

    assert not [one for all_ in mapped.values() for one in all_ if isinstance(one, AuditActs)]


@pytest.mark.parametrize("auditing", [False, True])
def test_audit_records_that_wait_stop_no_start(auditing: bool) -> None:  # noqa: FBT001  # a parameter
    _messages(auditing=auditing).check_deliverable([("audit.record-written", 1)])
