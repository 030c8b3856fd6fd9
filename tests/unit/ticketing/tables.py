"""Tables in memory, and those of ticketing among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from attrs import define, evolve, field, frozen

from events_face_core.ticketing import (
    AlreadyBookedError,
    Booking,
    BookingClosedError,
    CapacityBelowBookedError,
    Category,
    CategoryNameTakenError,
    OwnEvent,
    OwnEventNotFoundError,
    OwnEventStatus,
    SoldOutError,
)

Value = TypeVar("Value")


@define
class Table(Generic[Value]):
    all: dict[str, Value] = field(factory=dict)

    async def find(self, key: str) -> Value | None:
        return self.all.get(key)

    async def save(self, value: Value) -> None:
        self.all[getattr(value, "id", "")] = value

    add = save


@frozen
class Counter:
    capacity: int
    closes_at: datetime | None
    taken: int = 0


@define
class FakeSeats(Table[Counter]):
    own_events: Table[OwnEvent] = field(factory=Table)

    async def take(self, event_id: str, quantity: int, *, now: datetime) -> None:
        event = self.own_events.all.get(event_id)
        if event is None or event.status is OwnEventStatus.DRAFT:
            raise OwnEventNotFoundError
        counter = self.all[event_id]
        if counter.closes_at is None or counter.closes_at <= now:
            raise BookingClosedError
        if counter.taken + quantity > counter.capacity:
            raise SoldOutError(counter.capacity - counter.taken)
        self.all[event_id] = evolve(counter, taken=counter.taken + quantity)

    async def give_back(self, event_id: str, quantity: int) -> None:
        counter = self.all[event_id]
        self.all[event_id] = evolve(counter, taken=counter.taken - quantity)


@define
class FakeOwnEvents(Table[OwnEvent]):
    seats: FakeSeats = field(factory=FakeSeats)

    async def save(self, value: OwnEvent) -> None:
        event = value
        counter = self.seats.all.get(event.id, Counter(event.details.capacity, None))
        if counter.taken > event.details.capacity:
            raise CapacityBelowBookedError
        self.all[event.id] = event
        self.seats.all[event.id] = evolve(
            counter, capacity=event.details.capacity, closes_at=event.closes_at
        )

    add = save

    async def remove(self, event_id: str) -> None:
        del self.all[event_id], self.seats.all[event_id]


@define
class FakeBookings(Table[Booking]):
    seats: FakeSeats = field(factory=FakeSeats)

    async def add(self, booking: Booking) -> None:
        if await self.find_active(booking.event_id, booking.user_id):
            raise AlreadyBookedError
        self.all[booking.id] = booking
        await self.seats.take(booking.event_id, booking.quantity, now=booking.created_at)

    async def find_active(self, event_id: str, user_id: str) -> Booking | None:
        active = [b for b in self.all.values() if b.active and b.event_id == event_id]
        return next((b for b in active if b.user_id == user_id), None)

    async def find_upcoming(self, user_id: str, *, now: datetime) -> Booking | None:
        active = [b for b in self.all.values() if b.active and b.user_id == user_id]
        events = self.seats.own_events.all
        return next((b for b in active if events[b.event_id].event_time > now), None)

    async def ids_of(self, user_id: str, *, after: str = "", limit: int) -> Sequence[str]:
        ids = sorted(b.id for b in self.all.values() if b.user_id == user_id)
        return [booking_id for booking_id in ids if booking_id > after][:limit]

    async def cancel(self, bookings: Sequence[Booking]) -> None:
        for booking in bookings:
            self.all[booking.id] = booking
            await self.seats.give_back(booking.event_id, booking.quantity)

    async def active_of(self, event_id: str, *, after: str = "", limit: int) -> Sequence[Booking]:
        active = [b for b in self.all.values() if b.active and b.event_id == event_id]
        active.sort(key=lambda b: b.user_id)
        return [b for b in active if b.user_id > after][:limit]


class FakeCategories(Table[Category]):
    async def exists(self, category_id: str) -> bool:
        return category_id in self.all

    async def save(self, value: Category) -> None:
        category = value
        others = [c for c in self.all.values() if c.id != category.id]
        if category.name_key in {c.name_key for c in others}:
            raise CategoryNameTakenError
        self.all[category.id] = category

    add = save

    async def tree(self) -> Mapping[str, Category]:
        return self.all
