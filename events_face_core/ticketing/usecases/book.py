"""Book seats at an event of our own (requirement 004, scenario 3)."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import (
    Actor,
    Clock,
    IdempotencyKey,
    Ids,
    UnitOfWork,
    check_each,
    require_signed_in,
)
from events_face_core.ticketing.errors import BookingNotFoundError
from events_face_core.ticketing.events import BookingConfirmed
from events_face_core.ticketing.fields import check_id
from events_face_core.ticketing.model import Booking, check_quantity
from events_face_core.ticketing.ports import TicketingTransaction


@frozen(kw_only=True)
class Book:
    """Somebody wants seats.

    Attributes:
        quantity: how many, from 1 to 20.
    """

    actor: Actor
    event_id: str
    quantity: int = 1
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class BookHandler:
    """Decides at once: the seats are taken, or the booking is refused."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: Book) -> Booking:
        """Book; a repeated idempotent call returns the booking as it was first made.

        Raises:
            SignInRequiredError: a guest asks.
            InvalidInputError: the quantity breaks its rule.
            IdempotencyKeyReusedError: the key was sent with another request before.
            OwnEventNotFoundError, BookingClosedError, AlreadyBookedError, SoldOutError: as they
                say.
        """
        require_signed_in(command.actor)
        check_each(
            lambda: check_id("event_id", command.event_id),
            lambda: check_quantity(command.quantity),
        )
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _as_made(tx, first_use.answer_to(key))
            booking = Booking(
                id=self.ids.new(),
                event_id=command.event_id,
                user_id=command.actor.id,
                quantity=command.quantity,
                ticket_code=self.ids.new(),
                created_at=self.clock.now(),
            )
            if key is not None:
                await tx.idempotency_keys.keep(key, booking.id, now=booking.created_at)
            await tx.publish(
                BookingConfirmed(
                    actor_id=command.actor.id,
                    booking_id=booking.id,
                    event_id=booking.event_id,
                    quantity=booking.quantity,
                )
            )
            # Last, because the counter of seats is what everybody waits for.
            await tx.bookings.add(booking)
        return booking


async def _as_made(tx: TicketingTransaction, booking_id: str) -> Booking:
    """Return a booking as it was answered at first, whatever became of it since."""
    booking = await tx.bookings.find(booking_id)
    if booking is None:  # pragma: no cover  # bookings are never deleted
        raise BookingNotFoundError
    return booking.as_made()
