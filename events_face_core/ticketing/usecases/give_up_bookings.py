"""Give up the bookings of somebody who is gone."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import SYSTEM, Clock, UnitOfWork
from events_face_core.ticketing.events import BookingCancelled
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.cancel_booking import as_cancelled

HOLDER_LEFT = "holder-left"


@frozen(kw_only=True)
class GiveUpBookings:
    """Nobody will come on these bookings: the seats are for others."""

    user_id: str


@frozen(kw_only=True)
class GiveUpBookingsHandler:
    """Cancels what is booked for events that have not begun, and tells nobody.

    One booking to a transaction, so that no event's counter waits for another's. What was
    booked for events that are over stays: it still counts. Our own processes may.
    """

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, command: GiveUpBookings) -> None:
        """Cancel them all; a second time, nothing changes."""
        while await self._give_up_one(command.user_id):
            pass

    async def _give_up_one(self, user_id: str) -> bool:
        async with self.unit_of_work() as tx:
            now = self.clock.now()
            booking = await tx.bookings.find_upcoming(user_id, now=now)
            if booking is None:
                return False
            await tx.publish(
                BookingCancelled(
                    actor_id=SYSTEM.id,
                    booking_id=booking.id,
                    event_id=booking.event_id,
                    reason=HOLDER_LEFT,
                    notify=False,
                    quantity=booking.quantity,
                )
            )
            await tx.bookings.cancel([as_cancelled(booking, now)])
        return True
