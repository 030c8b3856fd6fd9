"""Take note of what the clock makes of an event: booking closes, and it is over."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import SYSTEM, Clock, Delivery, UnitOfWork
from events_face_core.ticketing.deciding import complete
from events_face_core.ticketing.events import (
    OwnEventBookingClosed,
    OwnEventCompleted,
    OwnEventTurns,
)
from events_face_core.ticketing.model import Phase
from events_face_core.ticketing.ports import TicketingTransaction


@frozen(kw_only=True)
class TurnOwnEventHandler:
    """Delivers ``own-event.turns``. Of an event that was moved meanwhile nothing changes yet."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Look at the clock."""
        message = delivery.message
        if not isinstance(message, OwnEventTurns):
            raise TypeError(f"{message.name} is not for this handler")
        async with self.unit_of_work() as tx:
            now = self.clock.now()
            event = await tx.own_events.find(message.event_id)
            if event is not None:
                completed = complete(event, now)
                if completed is not event:
                    await tx.own_events.save(completed)
                    await tx.publish(OwnEventCompleted(actor_id=SYSTEM.id, event_id=event.id))
                elif event.phase(now) is Phase.REGISTRATION_CLOSED:
                    await tx.publish(OwnEventBookingClosed(event_id=event.id))
            await tx.outbox.complete(delivery.id, now=now)
