"""Give a place back at the aggregator that nobody wants any more."""

from __future__ import annotations

import logging

from attrs import evolve, frozen

from events_face_core.kernel import Clock, Delivery, UndeliverableError, UnitOfWork
from events_face_core.registration.answers import NotTakenBack
from events_face_core.registration.deciding import conclude, settled
from events_face_core.registration.events import TakeBackRequested
from events_face_core.registration.model import Registration
from events_face_core.registration.ports import RegistrationGateway, RegistrationTransaction
from events_face_core.registration.usecases.steps import commit_step, load

log = logging.getLogger(__name__)

_IN_DOUBT = (
    "a place may be held, but the reply was lost and its ticket is unknown: "
    "give it back by hand at the aggregator"
)


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
        ticket_id = message.ticket_id or registration.ticket_id
        if ticket_id is not None:
            await self._give_back(delivery, message, registration, ticket_id)
        elif registration.unanswered and self.gateway.idempotent:
            await self._learn_ticket(delivery, registration)
        else:
            await self._end(delivery, message, left=_IN_DOUBT if registration.unanswered else "")

    async def _give_back(
        self,
        delivery: Delivery,
        wanted: TakeBackRequested,
        registration: Registration,
        ticket_id: str,
    ) -> None:
        answer = await self.gateway.take_back(registration.event.id, ticket_id)
        left = ""
        if isinstance(answer, NotTakenBack):
            left = f"ticket {ticket_id} is not taken back: {answer.detail}"
        await self._end(delivery, wanted, ticket_id, left=left)
        log.info("delivery %s: the place is given back", delivery.id)

    async def _learn_ticket(self, delivery: Delivery, registration: Registration) -> None:
        """Find the ticket of a place whose reply was lost, or that nothing is held.

        The place is then given back like that of a late reply, by a message that names the ticket.
        """
        answer = await self.gateway.register(registration)
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            current = await load(tx, registration.id)
            # Retries are exact: one answer is the answer to every attempt.
            step = conclude(evolve(current, unanswered=1), answer, now)
            await commit_step(tx, current, step, now)
            await tx.outbox.complete(delivery.id, now=now)

    async def _end(
        self,
        delivery: Delivery,
        wanted: TakeBackRequested,
        ticket_id: str | None = None,
        *,
        left: str,
    ) -> None:
        """Forget the place; where something is left to do, an operator is told.

        Both in one transaction: what is forgotten here, the dead letter alone remembers.

        Raises:
            UndeliverableError: something is left.
        """
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            current = await load(tx, wanted.registration_id)
            await tx.registrations.save(settled(current, wanted, ticket_id))
            if left:
                await tx.outbox.bury(delivery.id, now=now, error=left)
            else:
                await tx.outbox.complete(delivery.id, now=now)
        if left:
            raise UndeliverableError(left)
