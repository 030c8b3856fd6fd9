"""Give a place back at the aggregator that nobody wants any more."""

from __future__ import annotations

import logging

from attrs import frozen

from events_face_core.kernel import Clock, Delivery, UndeliverableError, UnitOfWork
from events_face_core.registration.answers import (
    NotTakenBack,
    Registered,
    TakeBackAnswer,
    TakenBack,
)
from events_face_core.registration.deciding import attempt_not_made, without_ticket
from events_face_core.registration.events import TakeBackRequested
from events_face_core.registration.model import Registration
from events_face_core.registration.ports import RegistrationGateway, RegistrationTransaction
from events_face_core.registration.usecases.steps import load

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class TakeBackHandler:
    """Delivers ``registration.take-back-requested``. Taking back twice is harmless."""

    unit_of_work: UnitOfWork[RegistrationTransaction]
    gateway: RegistrationGateway
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Deliver.

        Raises:
            DependencyUnavailableError: no answer yet; deliver again later.
            UndeliverableError: the ticket is unknown, or the aggregator keeps the place.
        """
        message = delivery.message
        if not isinstance(message, TakeBackRequested):
            raise TypeError(f"{message.name} is not for this handler")
        async with self.unit_of_work() as tx:
            registration = await load(tx, message.registration_id)
        ticket_id = message.ticket_id or await self._learn_ticket(registration)
        answer: TakeBackAnswer = TakenBack()
        if ticket_id is not None:
            answer = await self.gateway.take_back(registration.event.id, ticket_id)
        async with self.unit_of_work() as tx:
            current = await load(tx, registration.id)
            await tx.registrations.save(without_ticket(current, ticket_id))
            if isinstance(answer, TakenBack):
                await tx.outbox.complete(delivery.id, now=self.clock.now())
        if isinstance(answer, NotTakenBack):
            raise UndeliverableError(f"ticket {ticket_id} is not taken back: {answer.detail}")
        log.info("delivery %s: the place is given back", delivery.id)

    async def _learn_ticket(self, registration: Registration) -> str | None:
        """Find the ticket of a place whose reply was lost, or that nothing is held."""
        if registration.ticket_id is not None:
            return registration.ticket_id
        if not registration.unanswered:
            return None
        if not self.gateway.idempotent:
            raise UndeliverableError(
                "a place may be held, but the reply was lost and its ticket is unknown: "
                "give it back by hand at the aggregator"
            )
        answer = await self.gateway.register(registration)
        if isinstance(answer, Registered):
            return answer.ticket_id
        async with self.unit_of_work() as tx:
            current = await load(tx, registration.id)
            await tx.registrations.save(attempt_not_made(current))
        return None
