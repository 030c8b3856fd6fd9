"""Small fakes for the stories of the use cases: a database in memory, with real rollback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from attrs import define, evolve, field, fields, frozen

from events_face_core.catalogue import CatalogueState, Event, is_over, replaces
from events_face_core.kernel import Delivery, FirstUse, IdempotencyKey, Message, OutboxState
from events_face_core.kernel import StorageUnavailableError as Unavailable
from events_face_core.notifications import Notification
from events_face_core.processes import CatalogueRegistrableEvents, OwnEventPlaces
from events_face_core.registration import AlreadyRegisteredError, Pending, Registration
from unit.ticketing.tables import FakeBookings, FakeCategories, FakeOwnEvents, FakeSeats, Table

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@define
class FakeClock:
    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@define
class FakeIds:
    made: int = 0

    def new(self) -> str:
        self.made += 1
        return f"id-{self.made}"


@frozen(kw_only=True)
class Row:
    id: str
    message: Message
    at: datetime  # when it is due or, once it is settled, when that was
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    error: str = ""


class FakeOutbox(Table[Row]):
    async def claim(
        self, names: Collection[str], *, limit: int, now: datetime, until: datetime
    ) -> Sequence[Delivery]:
        pending = [r for r in self.all.values() if r.state is OutboxState.PENDING]
        first: dict[str, Row] = {}
        for row in pending:
            first.setdefault(row.message.key or row.id, row)
        due = [r for r in first.values() if r.at <= now]
        due = sorted((r for r in due if r.message.name in names), key=lambda r: r.at)[:limit]
        for row in due:
            self.all[row.id] = evolve(row, attempts=row.attempts + 1, at=until)
        return [Delivery(id=r.id, message=r.message, attempts=r.attempts + 1) for r in due]

    async def complete(self, delivery_id: str, *, now: datetime) -> bool:
        if (row := self.all[delivery_id]).state is OutboxState.DELIVERED:
            return False
        self.all[row.id] = evolve(row, state=OutboxState.DELIVERED, at=now)
        return True

    async def retry(self, delivery_id: str, *, not_before: datetime, error: str) -> None:
        if (row := self.all[delivery_id]).state is OutboxState.PENDING:
            self.all[row.id] = evolve(row, at=not_before, error=error)

    async def bury(self, delivery_id: str, *, now: datetime, error: str) -> None:
        if (row := self.all[delivery_id]).state is OutboxState.PENDING:
            self.all[row.id] = evolve(row, state=OutboxState.DEAD, at=now, error=error)

    async def revive(self, delivery_id: str, *, now: datetime) -> bool:
        row = self.all.get(delivery_id)
        if row is None or row.state is not OutboxState.DEAD:
            return False
        self.all[row.id] = evolve(row, state=OutboxState.PENDING, at=now)
        return True

    async def prune(self, *, delivered_before: datetime, limit: int) -> int:
        done = [r for r in self.all.values() if r.state is OutboxState.DELIVERED]
        old = [r.id for r in done if r.at < delivered_before][:limit]
        return len([self.all.pop(row_id) for row_id in old])


class FakeEvents(Table[Event]):
    async def find_many(self, event_ids: Collection[str]) -> Mapping[str, Event]:
        return {id_: self.all[id_] for id_ in event_ids if id_ in self.all}

    async def upsert(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        newer = [e for e in events if replaces(e, self.all.get(e.id), correcting=correcting)]
        self.all.update((e.id, e) for e in sorted(newer, key=lambda e: e.changed_at))
        return len({e.id for e in newer})

    async def remove_replaced(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        known = [e for e in events if e.id in self.all]
        replaced = {e.id for e in known if replaces(e, self.all[e.id], correcting=correcting)}
        return len([self.all.pop(id_) for id_ in replaced])

    async def remove_over(self, limit: datetime, *, at_most: int) -> int:
        over = [e.id for e in self.all.values() if is_over(e, limit)]
        return len([self.all.pop(id_) for id_ in over[:at_most]])

    async def count_over(self, limit: datetime) -> int:
        return sum(is_over(e, limit) for e in self.all.values())


class FakeStates(Table[CatalogueState]):
    async def load(self) -> CatalogueState:
        return self.all.get("", CatalogueState())


class FakeRegistrations(Table[Registration]):
    async def find_active(self, event_id: str, email_key: str) -> Registration | None:
        active = [r for r in self.all.values() if r.active and r.event.id == event_id]
        return next((r for r in active if r.visitor.email_key == email_key), None)

    async def add(self, registration: Registration) -> None:
        if await self.find_active(registration.event.id, registration.visitor.email_key):
            raise AlreadyRegisteredError
        await self.save(registration)

    async def active_of(self, event_id: str, *, limit: int) -> Sequence[str]:
        return [r.id for r in self.all.values() if r.active and r.event.id == event_id][:limit]

    async def holds_former_place(self, event_id: str, email_key: str) -> bool:
        ended = [r for r in self.all.values() if not r.active and r.event.id == event_id]
        theirs = [r for r in ended if r.visitor.email_key == email_key]
        return any(r.ticket_id is not None or r.unanswered for r in theirs)

    async def overdue(self, now: datetime, *, limit: int) -> Sequence[str]:
        pending = (r for r in self.all.values() if isinstance(r.state, Pending))
        due = sorted((r.decision_due_at, r.id) for r in pending if r.decision_due_at <= now)
        return [id_ for _, id_ in due[:limit]]


class FakeNotifications(Table[Notification]):
    async def add_once(self, notification: Notification) -> bool:
        known = notification.id in self.all
        self.all.setdefault(notification.id, notification)
        return not known

    async def known(self, notification_ids: Collection[str]) -> Collection[str]:
        return self.all.keys() & set(notification_ids)

    async def erase(self, reference_ids: Collection[str]) -> None:
        for one in list(self.all.values()):
            if one.reference_id in reference_ids:
                self.all[one.id] = evolve(one, email="", message="")


class FakeKeys(Table[FirstUse]):
    first_use = Table.find

    async def keep(self, key: IdempotencyKey, resource_id: str, *, now: datetime) -> None:
        self.all[key.value] = FirstUse(fingerprint=key.fingerprint, resource_id=resource_id)

    async def prune(self, *, used_before: datetime) -> int:
        raise NotImplementedError


@define
class FakeHouse:
    """The tables; also the unit of work over them, and the one transaction at a time."""

    clock: FakeClock = field(factory=FakeClock)
    reactions: dict[str, Callable[[Any, Message], Awaitable[None]]] = field(factory=dict)
    outbox: FakeOutbox = field(factory=FakeOutbox)
    events: FakeEvents = field(factory=FakeEvents)
    catalogue_states: FakeStates = field(factory=FakeStates)
    registrations: FakeRegistrations = field(factory=FakeRegistrations)
    idempotency_keys: FakeKeys = field(factory=FakeKeys)
    notifications: FakeNotifications = field(factory=FakeNotifications)
    own_events: FakeOwnEvents = field(factory=FakeOwnEvents)
    bookings: FakeBookings = field(factory=FakeBookings)
    seats: FakeSeats = field(factory=FakeSeats)
    categories: FakeCategories = field(factory=FakeCategories)
    row_ids: FakeIds = field(factory=FakeIds)
    transactions: int = 0
    fail_at: int = 0
    turn: asyncio.Lock = field(factory=asyncio.Lock)

    @property
    def registrable_events(self) -> CatalogueRegistrableEvents:
        return CatalogueRegistrableEvents(self.events)

    def __attrs_post_init__(self) -> None:
        self.own_events.seats = self.bookings.seats = self.seats
        self.seats.own_events = self.own_events

    @property
    def places(self) -> OwnEventPlaces:
        return OwnEventPlaces(self.seats)

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Self]:
        async with self.turn:
            parts = (getattr(self, part.name) for part in fields(type(self)))
            tables = [(part.all, dict(part.all)) for part in parts if isinstance(part, Table)]
            try:
                yield self
                self._commit()
            except BaseException:
                for table, before in tables:
                    table.clear()
                    table.update(before)
                raise

    def _commit(self) -> None:
        self.transactions += 1
        if self.transactions == self.fail_at:
            raise Unavailable("the commit failed")

    async def publish(self, message: Message, *, not_before: datetime | None = None) -> None:
        if message.name in self.reactions:
            await self.reactions[message.name](self, message)
        row = Row(id=self.row_ids.new(), message=message, at=not_before or self.clock.now())
        self.outbox.all[row.id] = row

    def messages(self, kind: type[Message]) -> list[Any]:
        return [r.message for r in self.outbox.all.values() if isinstance(r.message, kind)]
