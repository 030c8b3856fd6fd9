"""Cancel a booking at its holder's wish."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from events_face_core.kernel import Actor, Clock, UnitOfWork, require_signed_in
from events_face_core.ticketing.errors import BookingNotFoundError
from events_face_core.ticketing.events import BookingCancelled
from events_face_core.ticketing.model import Booking, BookingStatus
from events_face_core.ticketing.ports import TicketingTransaction


@frozen(kw_only=True)
class CancelBooking:
    """Somebody gives seats up."""

    actor: Actor
    booking_id: str


@frozen(kw_only=True)
class CancelBookingHandler:
    """Gives the seats back, once."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, command: CancelBooking) -> Booking:
        """Cancel; of a booking that is cancelled nothing changes.

        Raises:
            SignInRequiredError: a guest asks.
            BookingNotFoundError: there is none of the actor's.
        """
        actor = command.actor
        require_signed_in(actor)
        async with self.unit_of_work() as tx:
            booking = await tx.bookings.find(command.booking_id)
            if booking is None or not (actor.is_admin or booking.user_id == actor.id):
                raise BookingNotFoundError
            if not booking.active:
                return booking
            cancelled = as_cancelled(booking, self.clock.now())
            await tx.publish(
                BookingCancelled(
                    actor_id=actor.id,
                    booking_id=booking.id,
                    event_id=booking.event_id,
                    quantity=booking.quantity,
                )
            )
            await tx.bookings.cancel([cancelled])
        return cancelled


def as_cancelled(booking: Booking, now: datetime) -> Booking:
    """Return the booking as it is once it is cancelled."""
    return evolve(booking, status=BookingStatus.CANCELLED, cancelled_at=now)
