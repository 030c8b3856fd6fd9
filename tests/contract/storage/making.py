"""What the contract of storage is told in: opened storages, events, registrations, messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Protocol

from events_face_adapters.storage.messages import MessageMap
from events_face_core.accounts import AccountReads, AccountTransaction
from events_face_core.announcements import AnnouncementWritten
from events_face_core.catalogue import (
    CatalogueChanged,
    CatalogueTransaction,
    Event,
    EventReads,
    EventStatus,
    Origin,
    Place,
)
from events_face_core.engagement import (
    CommentReads,
    EngagementTransaction,
    FavoriteReads,
    ReviewReads,
)
from events_face_core.kernel import Delivery, Message, OutboxReads, OutboxRow, OutboxState
from events_face_core.notifications import NotificationTransaction, NotificationWritten
from events_face_core.processes import UpcomingHolders
from events_face_core.registration import (
    Cancelled,
    EventSnapshot,
    Language,
    Pending,
    Registration,
    RegistrationAccepted,
    RegistrationDecided,
    RegistrationReads,
    RegistrationTransaction,
    State,
    TakeBackRequested,
    Visitor,
)
from events_face_core.ticketing import TicketingReads, TicketingTransaction
from unit.fake_traces import FakeTraces
from unit.fakes import NOON, FakeClock

INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

PLACE = Place(id="hall", name="Зал", city="Москва", address="ул. Ленина, д. 1")


class Transaction(
    CatalogueTransaction,
    RegistrationTransaction,
    NotificationTransaction,
    EngagementTransaction,
    AccountTransaction,
    TicketingTransaction,
    Protocol,
):
    """A transaction in which every context lives."""


class Storage(Protocol):
    """What every storage adapter offers once it is opened."""

    identity: str

    @property
    def event_reads(self) -> EventReads: ...

    @property
    def registration_reads(self) -> RegistrationReads: ...

    @property
    def favorite_reads(self) -> FavoriteReads: ...

    @property
    def review_reads(self) -> ReviewReads: ...

    @property
    def comment_reads(self) -> CommentReads: ...

    @property
    def account_reads(self) -> AccountReads: ...

    @property
    def outbox_reads(self) -> OutboxReads: ...

    @property
    def ticketing_reads(self) -> TicketingReads: ...

    @property
    def upcoming_holders(self) -> UpcomingHolders: ...

    def __call__(self) -> AbstractAsyncContextManager[Transaction]: ...

    def listen(self, listener: Callable[[Sequence[Message]], None]) -> None: ...

    async def check(self) -> None: ...


class OpenStorage(Protocol):
    """Opens one more storage on the test's database, as another process would."""

    @property
    def clock(self) -> FakeClock: ...

    @property
    def traces(self) -> FakeTraces: ...

    def __call__(
        self, messages: MessageMap | None = None
    ) -> AbstractAsyncContextManager[Storage]: ...


class PlannedError(Exception):
    """Something goes wrong in the middle of a transaction, as the test wants it to."""


MESSAGES = MessageMap(
    types=(
        AnnouncementWritten,
        CatalogueChanged,
        NotificationWritten,
        RegistrationAccepted,
        RegistrationDecided,
        TakeBackRequested,
    ),
    delivered=frozenset(
        {
            AnnouncementWritten.name,
            NotificationWritten.name,
            RegistrationAccepted.name,
            TakeBackRequested.name,
        }
    ),
)


def an_event(
    event_id: str = "event",
    name: str = "Концерт",
    *,
    version: int = 0,
    status: EventStatus = EventStatus.OPEN,
    event_time: datetime = NOON + 10 * DAY,
    registration_deadline: datetime | None = None,
    place: Place | None = PLACE,
    number_of_visitors: int | None = None,
    origin: Origin = Origin.PROVIDER,
) -> Event:
    """Return an event; of two versions the one with the larger number is newer."""
    return Event(
        id=event_id,
        name=name,
        status=status,
        event_time=event_time,
        registration_deadline=registration_deadline or event_time - DAY,
        place=place,
        number_of_visitors=number_of_visitors,
        changed_at=NOON - 30 * DAY + version * INSTANT,
        origin=origin,
    )


def a_registration(
    registration_id: str = "registration",
    *,
    event_id: str = "event",
    email: str = "ivan@example.com",
    seat: str | None = None,
    language: Language = Language.RUSSIAN,
    created_at: datetime = NOON,
    decision_due_at: datetime = NOON + HOUR,
    idempotency_key: str | None = None,
    attempts: int = 0,
    unanswered: int = 0,
    decided_here: bool = False,
    ticket_id: str | None = None,
    state: State | None = None,
) -> Registration:
    return Registration(
        id=registration_id,
        event=EventSnapshot(id=event_id, name="Концерт", event_time=NOON + 10 * DAY),
        visitor=Visitor(first_name="Иван", last_name="Петров", email=email),
        seat=seat,
        language=language,
        created_at=created_at,
        decision_due_at=decision_due_at,
        idempotency_key=idempotency_key,
        attempts=attempts,
        unanswered=unanswered,
        ticket_id=ticket_id,
        decided_here=decided_here,
        state=state or Pending(),
    )


def accepted(registration_id: str = "registration") -> RegistrationAccepted:
    return RegistrationAccepted(registration_id=registration_id)


def written(notification_id: str = "notification") -> NotificationWritten:
    return NotificationWritten(notification_id=notification_id)


def announced(subject: str = "registration", number: int = 0) -> AnnouncementWritten:
    """Return a message with a key."""
    return AnnouncementWritten(
        type="registration.decided", subject=subject, occurred_at="", data=str(number)
    )


async def rolled_back(storage: Storage, work: Callable[[Transaction], Awaitable[object]]) -> None:
    """Do some work in a transaction that fails after it."""
    with suppress(PlannedError):
        async with storage() as tx:
            await work(tx)
            raise PlannedError


async def put_events(storage: Storage, *events: Event) -> int:
    async with storage() as tx:
        return await tx.events.upsert(events)


async def put_registrations(storage: Storage, *registrations: Registration) -> None:
    async with storage() as tx:
        for registration in registrations:
            await tx.registrations.add(registration)


async def put_doubts(storage: Storage) -> None:
    """Put registrations with a lost reply: one for each way that its place may be asked back."""
    ended = Cancelled(decided_at=NOON)
    states: dict[str, State] = {"pending": Pending()}
    for id_ in ("asked back", "asked back by a ticket", "left to an operator", "given back"):
        states[id_] = ended
    await put_registrations(
        storage,
        *(a_registration(id_, event_id=id_, unanswered=1, state=s) for id_, s in states.items()),
    )
    await publish(storage, TakeBackRequested(registration_id="left to an operator"))
    letter = await claim_one(storage)
    async with storage() as tx:
        await tx.outbox.bury(letter.id, now=NOON, error="by hand")
    await publish(
        storage,
        TakeBackRequested(registration_id="asked back"),
        TakeBackRequested(registration_id="asked back by a ticket", ticket_id="t"),
    )


async def in_doubt(storage: Storage) -> set[str]:
    """Return the ids of the registrations with an unanswered attempt."""
    found = storage.registration_reads.export(since=None)
    return {registration.id async for registration in found if registration.unanswered}


async def publish(storage: Storage, *messages: Message, not_before: datetime | None = None) -> None:
    async with storage() as tx:
        for message in messages:
            await tx.publish(message, not_before=not_before)


async def claim(
    storage: Storage,
    *names: str,
    limit: int = 10,
    now: datetime = NOON,
    lease: timedelta = MINUTE,
) -> Sequence[Delivery]:
    """Claim due rows of some messages, or of all."""
    async with storage() as tx:
        return await tx.outbox.claim(
            names or sorted(MESSAGES.delivered), limit=limit, now=now, until=now + lease
        )


async def claim_one(storage: Storage, *, now: datetime = NOON) -> Delivery:
    (delivery,) = await claim(storage, now=now)
    return delivery


async def rows(storage: Storage, state: OutboxState = OutboxState.PENDING) -> Sequence[OutboxRow]:
    return await storage.outbox_reads.rows(state, limit=10_000)


async def only_row(storage: Storage) -> OutboxRow:
    """Return the one row of the outbox, whatever its state."""
    found = [row for state in OutboxState for row in await rows(storage, state)]
    assert len(found) == 1
    return found[0]
