"""Make a draft of an event of our own (requirement 004, scenario 1)."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from events_face_core.kernel import Actor, Clock, IdempotencyKey, Ids, Role, UnitOfWork, require
from events_face_core.ticketing.deciding import check_times
from events_face_core.ticketing.errors import OwnEventNotFoundError
from events_face_core.ticketing.events import OwnEventCreated
from events_face_core.ticketing.model import Details, OwnEvent
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.loading import check_category


@frozen(kw_only=True)
class CreateOwnEvent:
    """An organiser wants to hold an event."""

    actor: Actor
    details: Details
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class CreateOwnEventHandler:
    """Nobody but its organiser sees the draft."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: CreateOwnEvent) -> OwnEvent:
        """Create; a repeated idempotent call returns the event as it was first made.

        Raises:
            SignInRequiredError, ForbiddenError: the actor organises nothing.
            InvalidInputError: its times are not in the future, or the category is unknown.
            IdempotencyKeyReusedError: the key was sent with another request before.
        """
        require(command.actor, Role.ORGANIZER)
        if command.details.featured:
            require(command.actor)
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _as_created(tx, command, first_use.answer_to(key))
            now = self.clock.now()
            check_times(command.details, now)
            await check_category(tx, command.details)
            event = _draft(command, self.ids.new(), now)
            await tx.own_events.add(event)
            if key is not None:
                await tx.idempotency_keys.keep(key, event.id, now=now)
            await tx.publish(OwnEventCreated(actor_id=command.actor.id, event_id=event.id))
        return event


def _draft(command: CreateOwnEvent, event_id: str, now: datetime) -> OwnEvent:
    return OwnEvent(
        id=event_id,
        organizer_id=command.actor.id,
        details=command.details,
        created_at=now,
        changed_at=now,
    )


async def _as_created(tx: TicketingTransaction, command: CreateOwnEvent, event_id: str) -> OwnEvent:
    """Return the event as it was answered at first: the request is the same."""
    event = await tx.own_events.find(event_id)
    if event is None:
        raise OwnEventNotFoundError
    return _draft(command, event.id, event.created_at)
