"""Cancel a published event of our own."""

from __future__ import annotations

from attrs import frozen

from events_face_core.kernel import Actor, Clock, Role, UnitOfWork, one_line, require
from events_face_core.ticketing.deciding import cancel
from events_face_core.ticketing.events import OwnEventCancelled
from events_face_core.ticketing.fields import LONGEST_REASON
from events_face_core.ticketing.model import OwnEvent
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.loading import load_own


@frozen(kw_only=True)
class CancelOwnEvent:
    """An event is not to take place.

    Attributes:
        reason: 1 to 500 characters.
        notify_participants: whether those who booked are told.
    """

    actor: Actor
    event_id: str
    reason: str
    notify_participants: bool = True


@frozen(kw_only=True)
class CancelOwnEventHandler:
    """No seat is taken from then on; bookings and registrations end soon after."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, command: CancelOwnEvent) -> OwnEvent:
        """Cancel; of an event that is cancelled nothing changes.

        Raises:
            SignInRequiredError, ForbiddenError, OwnEventNotFoundError: not the actor's event.
            NotPublishedError, EventEndedError: it is a draft, or over.
            InvalidInputError: the reason breaks its rule.
        """
        actor = command.actor
        require(actor, Role.ORGANIZER)
        reason = one_line("reason", command.reason, longest=LONGEST_REASON)
        async with self.unit_of_work() as tx:
            event = await load_own(tx, actor, command.event_id)
            cancelled = cancel(event, reason, self.clock.now())
            if cancelled is not event:
                await tx.own_events.save(cancelled)
                await tx.publish(
                    OwnEventCancelled(
                        actor_id=actor.id, event_id=event.id, notify=command.notify_participants
                    )
                )
        return cancelled
