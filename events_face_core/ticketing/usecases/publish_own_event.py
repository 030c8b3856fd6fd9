"""Publish a draft, now or at a set time (requirement 004, scenario 1)."""

from __future__ import annotations

import logging
from datetime import datetime

from attrs import frozen

from events_face_core.kernel import SYSTEM, Actor, Clock, Delivery, Role, UnitOfWork, require
from events_face_core.ticketing.deciding import publish, schedule
from events_face_core.ticketing.errors import EventEndedError
from events_face_core.ticketing.events import (
    OwnEventChanged,
    OwnEventPublicationDue,
    OwnEventPublished,
)
from events_face_core.ticketing.model import OwnEvent, OwnEventStatus
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.loading import load_own, wind_up

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class PublishOwnEvent:
    """An organiser wants an event to be seen.

    Attributes:
        publish_at: from when on; none means now.
    """

    actor: Actor
    event_id: str
    publish_at: datetime | None = None


@frozen(kw_only=True)
class PublishOwnEventHandler:
    """Publishing twice is publishing once; a time that is set anew replaces the one before."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, command: PublishOwnEvent) -> OwnEvent:
        """Publish, or set the time.

        Raises:
            SignInRequiredError, ForbiddenError, OwnEventNotFoundError: not the actor's event.
            NotADraftError, EventEndedError: it cannot be published any more.
            InvalidInputError: the time is past, or not before the event.
        """
        actor = command.actor
        require(actor, Role.ORGANIZER)
        async with self.unit_of_work() as tx:
            event = await load_own(tx, actor, command.event_id)
            now = self.clock.now()
            if command.publish_at is None:
                return await _publish(tx, event, actor, now)
            scheduled = schedule(event, command.publish_at, now)
            await tx.own_events.save(scheduled)
            due = OwnEventPublicationDue(
                event_id=event.id, publish_at=command.publish_at.isoformat()
            )
            await tx.publish(due, not_before=command.publish_at)
            await tx.publish(OwnEventChanged(actor_id=actor.id, event_id=event.id))
        return scheduled


@frozen(kw_only=True)
class PublishDueHandler:
    """Delivers ``own-event.publication-due``. Delivered twice, or by two at once, it acts once."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Publish, unless the draft was deleted, published or given another time meanwhile."""
        message = delivery.message
        if not isinstance(message, OwnEventPublicationDue):
            raise TypeError(f"{message.name} is not for this handler")
        async with self.unit_of_work() as tx:
            now = self.clock.now()
            event = await tx.own_events.find(message.event_id)
            if event is not None and _is_due(event, message):
                try:
                    await _publish(tx, event, SYSTEM, now)
                except EventEndedError:
                    log.warning("event %s began before it could be published", event.id)
            await tx.outbox.complete(delivery.id, now=now)


def _is_due(event: OwnEvent, message: OwnEventPublicationDue) -> bool:
    if event.status is not OwnEventStatus.DRAFT or event.publish_at is None:
        return False
    return event.publish_at == datetime.fromisoformat(message.publish_at)


async def _publish(
    tx: TicketingTransaction, event: OwnEvent, actor: Actor, now: datetime
) -> OwnEvent:
    published = publish(event, now)
    if published is not event:
        await tx.own_events.save(published)
        await wind_up(tx, published, now)
        await tx.publish(OwnEventPublished(actor_id=actor.id, event_id=event.id))
    return published
