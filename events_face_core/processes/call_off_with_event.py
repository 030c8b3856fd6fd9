"""When an event is cancelled, its registrations are called off and their visitors told."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.catalogue import CatalogueTransaction, EventCancelled, EventStatus
from events_face_core.kernel import Clock, Delivery, UnitOfWork
from events_face_core.registration import (
    CallOffRegistrations,
    CallOffRegistrationsHandler,
    RegistrationTransaction,
)


class CallOffTransaction(CatalogueTransaction, RegistrationTransaction, Protocol):
    """A transaction in which both contexts live."""


@frozen(kw_only=True)
class CallOffWithEvent:
    """Delivers ``event.cancelled``."""

    unit_of_work: UnitOfWork[CallOffTransaction]
    call_off: CallOffRegistrationsHandler
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Call the registrations off, unless the event was taken up again meanwhile."""
        message = delivery.message
        if not isinstance(message, EventCancelled):
            raise TypeError(f"{message.name} is not for this process")
        async with self.unit_of_work() as tx:
            event = await tx.events.find(message.event_id)
        if event is None or event.status is EventStatus.CANCELLED:
            await self.call_off(CallOffRegistrations(event_id=message.event_id))
        async with self.unit_of_work() as tx:
            await tx.outbox.complete(delivery.id, now=self.clock.now())
