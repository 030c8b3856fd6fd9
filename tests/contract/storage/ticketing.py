"""Own events, bookings and categories for the contract of storage."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from contract.storage.making import DAY, Storage
from events_face_core.ticketing import (
    Booking,
    Category,
    Details,
    OwnEvent,
    OwnEventStatus,
    Venue,
)
from unit.fakes import NOON

MOSCOW = timezone(timedelta(hours=3))
EVENT_TIME = (NOON + 10 * DAY).astimezone(MOSCOW)


def details(**changes: Any) -> Details:  # noqa: ANN401  # any fields
    fields: dict[str, Any] = {
        "name": "Концерт",
        "event_time": EVENT_TIME,
        "venue": Venue(name="Зал"),
        "capacity": 10,
    }
    return Details(**{**fields, **changes})


def an_own_event(
    event_id: str = "own",
    *,
    status: OwnEventStatus = OwnEventStatus.PUBLISHED,
    organizer_id: str = "organizer",
    changed_at: datetime = NOON,
    version: int = 1,
    **changes: Any,  # noqa: ANN401  # any fields of the details
) -> OwnEvent:
    return OwnEvent(
        id=event_id,
        organizer_id=organizer_id,
        details=details(**changes),
        created_at=NOON,
        changed_at=changed_at,
        status=status,
        version=version,
    )


def a_booking(
    booking_id: str = "booking",
    *,
    event_id: str = "own",
    user_id: str = "user",
    quantity: int = 1,
    created_at: datetime = NOON,
) -> Booking:
    return Booking(
        id=booking_id,
        event_id=event_id,
        user_id=user_id,
        quantity=quantity,
        ticket_code=f"code of {booking_id}",
        created_at=created_at,
    )


async def put_own_events(storage: Storage, *events: OwnEvent) -> None:
    async with storage() as tx:
        for event in events:
            await tx.own_events.add(event)


async def put_categories(storage: Storage, *categories: Category) -> None:
    async with storage() as tx:
        for category in categories:
            await tx.categories.add(category)


async def book(storage: Storage, *bookings: Booking) -> None:
    async with storage() as tx:
        for booking in bookings:
            await tx.bookings.add(booking)


async def left(storage: Storage, event_id: str = "own") -> int:
    return await storage.ticketing_reads.available_seats(event_id)
