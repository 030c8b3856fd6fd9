"""End the bookings of an event that will not take place."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import SYSTEM, Clock, Delivery, UnitOfWork
from events_face_core.ticketing.events import BookingCancelled, OwnEventCancelled
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.cancel_booking import as_cancelled

EVENT_CANCELLED = "event-cancelled"

_BATCH = 100


@frozen(kw_only=True)
class EndBookingsHandler:
    """Delivers ``own-event.cancelled``, a hundred bookings to a transaction.

    Running twice, or dying in between, tells nobody twice: what is ended is active no more.
    """

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """End all of them."""
        message = delivery.message
        if not isinstance(message, OwnEventCancelled):
            raise TypeError(f"{message.name} is not for this handler")
        after: str | None = ""
        while after is not None:
            after = await self._end_some(message, after)
        async with self.unit_of_work() as tx:
            await tx.outbox.complete(delivery.id, now=self.clock.now())

    async def _end_some(self, message: OwnEventCancelled, after: str) -> str | None:
        """End a batch; return the holder it ended with, or nothing if it was the last."""
        async with self.unit_of_work() as tx:
            active = await tx.bookings.active_of(message.event_id, after=after, limit=_BATCH)
            now = self.clock.now()
            for booking in active:
                await tx.publish(
                    BookingCancelled(
                        actor_id=SYSTEM.id,
                        booking_id=booking.id,
                        event_id=booking.event_id,
                        reason=EVENT_CANCELLED,
                        notify=message.notify,
                        quantity=booking.quantity,
                    )
                )
            if active:
                await tx.bookings.cancel([as_cancelled(booking, now) for booking in active])
        return active[-1].user_id if active else None
