"""Ask the aggregator for the place of an accepted registration, and draw the consequence."""

from __future__ import annotations

import logging

from attrs import evolve, frozen

from events_face_core.kernel import (
    Clock,
    Delivery,
    DependencyUnavailableError,
    UndeliverableError,
    UnitOfWork,
)
from events_face_core.registration.answers import Answer, Refused
from events_face_core.registration.deciding import (
    Step,
    attempt_not_made,
    begin_attempt,
    conclude,
    expire,
)
from events_face_core.registration.errors import FormerPlaceHeldError
from events_face_core.registration.events import RegistrationAccepted
from events_face_core.registration.model import Pending, Reason, Registration
from events_face_core.registration.ports import RegistrationGateway, RegistrationTransaction
from events_face_core.registration.usecases.steps import commit_step, load

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class SendRegistrationHandler:
    """Delivers ``registration.accepted``: record the attempt, call, record the outcome.

    The call stands between two transactions. Whatever happens to the process, the attempt is
    on record before the aggregator can act on it.
    """

    unit_of_work: UnitOfWork[RegistrationTransaction]
    gateway: RegistrationGateway
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Deliver.

        Raises:
            DependencyUnavailableError, FormerPlaceHeldError: deliver again later.
            UndeliverableError: only an operator, or the deadline, can settle it.
        """
        registration = await self._begin(delivery)
        if registration is None:
            return
        try:
            answer = await self.gateway.register(registration)
        except DependencyUnavailableError as error:
            if not error.reached:
                await self._take_note_not_made(registration.id)
            raise
        await self._conclude(delivery, registration.id, answer)

    async def _begin(self, delivery: Delivery) -> Registration | None:
        """Record the attempt; or settle what needs no call and return nothing."""
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            registration = await load(tx, _registration_id(delivery))
            step = expire(registration, now)
            if isinstance(step.registration.state, Pending) and not registration.unanswered:
                step = await self._check_event(tx, registration)
            if not isinstance(step.registration.state, Pending):
                await commit_step(tx, registration, step, now)
                await tx.outbox.complete(delivery.id, now=now)
                return None
            await self._check_former_place(tx, registration)
            begun = begin_attempt(registration)
            await tx.registrations.save(begun)
        return begun

    async def _check_event(self, tx: RegistrationTransaction, registration: Registration) -> Step:
        """Spare the aggregator a call for an event that we know to be cancelled."""
        event = await tx.registrable_events.find(registration.event.id)
        if event is None or not event.cancelled:
            return Step(registration=registration)
        cancelled = Refused(reason=Reason.EVENT_CANCELLED)
        return conclude(registration, cancelled, self.clock.now())

    async def _check_former_place(
        self, tx: RegistrationTransaction, registration: Registration
    ) -> None:
        """Wait until a former registration holds no place any more, and cannot hold one.

        The aggregator knows a visitor by the email: it would take the new registration for the
        old one, and the take-back under way would then remove it. The decision window bounds
        the wait.
        """
        email_key = registration.visitor.email_key
        if await tx.registrations.holds_former_place(registration.event.id, email_key):
            raise FormerPlaceHeldError

    async def _take_note_not_made(self, registration_id: str) -> None:
        async with self.unit_of_work() as tx:
            registration = await load(tx, registration_id)
            await tx.registrations.save(attempt_not_made(registration))

    async def _conclude(self, delivery: Delivery, registration_id: str, answer: Answer) -> None:
        now = self.clock.now()
        async with self.unit_of_work() as tx:
            registration = await load(tx, registration_id)
            overdue = expire(registration, now)
            step = conclude(
                overdue.registration, answer, now, exact_retries=self.gateway.idempotent
            )
            step = evolve(step, messages=(*overdue.messages, *step.messages))
            await commit_step(tx, registration, step, now)
            if not step.unknown:
                await tx.outbox.complete(delivery.id, now=now)
        # Not the registration's id: it is the visitor's secret.
        log.info(
            "delivery %s: %s after attempt %d%s",
            delivery.id,
            step.registration.status,
            step.registration.attempts,
            f": {answer.detail}" if isinstance(answer, Refused) and answer.detail else "",
        )
        if step.unknown:
            raise UndeliverableError(step.unknown)


def _registration_id(delivery: Delivery) -> str:
    message = delivery.message
    if not isinstance(message, RegistrationAccepted):
        raise TypeError(f"{message.name} is not for this handler")
    return message.registration_id
