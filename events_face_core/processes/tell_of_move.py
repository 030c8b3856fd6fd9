"""When an event of our own moves, those who hold seats keep them and are told."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Clock, Delivery, Message, UnitOfWork
from events_face_core.processes.tell_holder import HolderTeller, TellHolderTransaction
from events_face_core.ticketing import OwnEventMoved, OwnEventStatus

_BATCH = 100


@frozen(kw_only=True)
class HoldersToBeTold(Message):
    """An event moved: tell its holders, from one on.

    Attributes:
        event_time: when it takes place now, in RFC 3339.
        after: the account of the last holder that was told.
    """

    name: ClassVar[str] = "own-event.holders-to-be-told"

    event_id: str
    event_time: str
    after: str = ""


@frozen(kw_only=True)
class TellOfMove:
    """Delivers ``own-event.moved`` and what it leaves to do, a hundred holders at a time.

    Each batch commits with the message that asks for the next one: whatever dies in between,
    everybody is told once. Of an event that moved again, or was cancelled, the later message
    tells instead.
    """

    unit_of_work: UnitOfWork[TellHolderTransaction]
    teller: HolderTeller
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Tell a batch."""
        message = delivery.message
        if not isinstance(message, OwnEventMoved | HoldersToBeTold):
            raise TypeError(f"{message.name} is not for this process")
        after = message.after if isinstance(message, HoldersToBeTold) else ""
        async with self.unit_of_work() as tx:
            # First: whoever overran the lease finds that another worker has told.
            if not await tx.outbox.complete(delivery.id, now=self.clock.now()):
                return
            event = await tx.own_events.find(message.event_id)
            if (
                event is not None
                and event.status is OwnEventStatus.PUBLISHED
                and event.event_time == datetime.fromisoformat(message.event_time)
            ):
                holders = await tx.bookings.active_of(event.id, after=after, limit=_BATCH)
                for booking in holders:
                    await self.teller.tell(tx, "booking-moved", booking, event)
                if len(holders) == _BATCH:
                    await tx.publish(
                        HoldersToBeTold(
                            event_id=event.id,
                            event_time=message.event_time,
                            after=holders[-1].user_id,
                        )
                    )
