"""The table of bookings."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.own_events import StoredSeats
from events_face_adapters.storage.session import Row, Session, instant_or_none
from events_face_core.ticketing import AlreadyBookedError, Booking, BookingStatus

COLUMNS = "id, event_id, user_id, quantity, ticket_code, created_at, status, cancelled_at"
ACTIVE = "status IN ('pending_payment', 'confirmed')"
"""As the partial index says it."""

SELECT = f"SELECT {COLUMNS} FROM booking"  # noqa: S608  # constant columns

INSERT = (
    f"INSERT INTO booking ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"  # noqa: S608  # constant columns
    f" ON CONFLICT (event_id, user_id) WHERE {ACTIVE} DO NOTHING RETURNING event_id"
)
"""Takes ``to_row``; returns nothing where another active one is in the way."""


def to_row(booking: Booking) -> tuple[object, ...]:
    """Return what is stored of a booking."""
    return (
        booking.id,
        booking.event_id,
        booking.user_id,
        booking.quantity,
        booking.ticket_code,
        booking.created_at,
        booking.status.value,
        booking.cancelled_at,
    )


def to_booking(session: Session, row: Row) -> Booking:
    """Return the booking of a row of ``SELECT``."""
    return Booking(
        id=row[0],
        event_id=row[1],
        user_id=row[2],
        quantity=row[3],
        ticket_code=row[4],
        created_at=session.instant(row[5]),
        status=BookingStatus(row[6]),
        cancelled_at=instant_or_none(session, row[7]),
    )


@frozen
class StoredBookings:
    """``Bookings`` in one transaction."""

    session: Session

    async def add(self, booking: Booking) -> None:
        """Insert a booking and take its seats."""
        if not await self.session.fetch(INSERT, *to_row(booking)):
            raise AlreadyBookedError
        seats = StoredSeats(self.session)
        await seats.take(booking.event_id, booking.quantity, now=booking.created_at)

    async def find(self, booking_id: str) -> Booking | None:
        """Return a booking."""
        return await self._one(f"{SELECT} WHERE id = $1", booking_id)

    async def find_active(self, event_id: str, user_id: str) -> Booking | None:
        """Return the active booking of a person for an event."""
        where = f"event_id = $1 AND user_id = $2 AND {ACTIVE}"
        return await self._one(f"{SELECT} WHERE {where}", event_id, user_id)

    async def find_upcoming(self, user_id: str, *, now: datetime) -> Booking | None:
        """Return an active booking of a person for an event that has not begun."""
        upcoming = "event_id IN (SELECT id FROM own_event WHERE event_time > $2)"
        where = f"user_id = $1 AND {ACTIVE} AND {upcoming} ORDER BY id LIMIT 1"
        return await self._one(f"{SELECT} WHERE {where}", user_id, now)

    async def ids_of(self, user_id: str, *, after: str = "", limit: int) -> Sequence[str]:
        """Return ids of a person's bookings."""
        rows = await self.session.fetch(
            "SELECT id FROM booking WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            user_id,
            after,
            limit,
        )
        return [str(row[0]) for row in rows]

    async def cancel(self, bookings: Sequence[Booking]) -> None:
        """Save bookings that are cancelled now, and give their seats back."""
        for booking in bookings:
            await self.session.fetch(
                "UPDATE booking SET status = $2, cancelled_at = $3 WHERE id = $1",
                booking.id,
                booking.status.value,
                booking.cancelled_at,
            )
        (event_id,) = {booking.event_id for booking in bookings}
        seats = sum(booking.quantity for booking in bookings)
        await StoredSeats(self.session).give_back(event_id, seats)

    async def active_of(self, event_id: str, *, after: str = "", limit: int) -> Sequence[Booking]:
        """Return active bookings of an event, along the index of them."""
        where = f"event_id = $1 AND {ACTIVE} AND user_id > $2"
        rows = await self.session.fetch(
            f"{SELECT} WHERE {where} ORDER BY user_id LIMIT $3{self.session.locking}",
            event_id,
            after,
            limit,
        )
        return [to_booking(self.session, row) for row in rows]

    async def _one(self, statement: str, *values: object) -> Booking | None:
        rows = await self.session.fetch(statement + self.session.locking, *values)
        return to_booking(self.session, rows[0]) if rows else None
