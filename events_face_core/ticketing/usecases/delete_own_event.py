"""Throw a draft away."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Actor, Role, UnitOfWork, require
from events_face_core.ticketing.errors import NotADraftError
from events_face_core.ticketing.events import OwnEventDeleted
from events_face_core.ticketing.model import OwnEventStatus
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.loading import load_own


@frozen(kw_only=True)
class DeleteOwnEvent:
    """An organiser gives a draft up."""

    actor: Actor
    event_id: str


@frozen(kw_only=True)
class DeleteOwnEventHandler:
    """What was published is never deleted: people may hold bookings for it."""

    unit_of_work: UnitOfWork[TicketingTransaction]

    async def __call__(self, command: DeleteOwnEvent) -> None:
        """Delete.

        Raises:
            SignInRequiredError, ForbiddenError, OwnEventNotFoundError: not the actor's event.
            NotADraftError: it was published.
        """
        require(command.actor, Role.ORGANIZER)
        async with self.unit_of_work() as tx:
            event = await load_own(tx, command.actor, command.event_id)
            if event.status is not OwnEventStatus.DRAFT:
                raise NotADraftError
            await tx.own_events.remove(event.id)
            await tx.publish(OwnEventDeleted(actor_id=command.actor.id, event_id=event.id))
