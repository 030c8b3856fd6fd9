"""Say something else of an event of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from events_face_core.kernel import (
    Actor,
    Clock,
    Role,
    StaleVersionError,
    UnitOfWork,
    require,
)
from events_face_core.ticketing.deciding import change, turns
from events_face_core.ticketing.errors import VersionRequiredError
from events_face_core.ticketing.events import OwnEventAct, OwnEventChanged, OwnEventMoved
from events_face_core.ticketing.model import OwnEvent, OwnEventStatus
from events_face_core.ticketing.ports import TicketingTransaction
from events_face_core.ticketing.usecases.loading import check_category, load_own, wind_up

ANY_VERSION = 0


@frozen(kw_only=True)
class ChangeOwnEvent:
    """An organiser says something else of an event.

    Attributes:
        changes: the new values of fields of ``Details``; what is not named stays.
        versions: the versions that the organiser may have seen; ``ANY_VERSION`` among them if
            that does not matter, and none at all if it was not told.
    """

    actor: Actor
    event_id: str
    changes: Mapping[str, Any]
    versions: frozenset[int] | None


@frozen(kw_only=True)
class ChangeOwnEventHandler:
    """Bookings stay, also when the event moves: their holders are told."""

    unit_of_work: UnitOfWork[TicketingTransaction]
    clock: Clock

    async def __call__(self, command: ChangeOwnEvent) -> OwnEvent:
        """Change; what changes nothing makes no new version.

        Raises:
            SignInRequiredError, ForbiddenError, OwnEventNotFoundError: not the actor's event.
            VersionRequiredError, StaleVersionError: the actor did not see this version.
            EventEndedError: it is cancelled or over.
            InvalidInputError: a field breaks its rule.
            CapacityBelowBookedError: more seats are taken.
        """
        actor = command.actor
        require(actor, Role.ORGANIZER)
        async with self.unit_of_work() as tx:
            event = await load_own(tx, actor, command.event_id)
            _check_version(event, command.versions)
            now = self.clock.now()
            changed = change(event, command.changes, now)
            if changed is event:
                return event
            if changed.details.featured != event.details.featured:
                require(actor)
            if changed.details.category_id != event.details.category_id:
                await check_category(tx, changed.details)
            await tx.own_events.save(changed)
            if turns(changed, now) != turns(event, now):
                await wind_up(tx, changed, now)
            await tx.publish(_act(actor, event, changed))
        return changed


def _check_version(event: OwnEvent, versions: frozenset[int] | None) -> None:
    if versions is None:
        raise VersionRequiredError
    if not versions & {ANY_VERSION, event.version}:
        raise StaleVersionError


def _act(actor: Actor, before: OwnEvent, after: OwnEvent) -> OwnEventAct:
    published = after.status is OwnEventStatus.PUBLISHED
    if published and before.event_time != after.event_time:
        event_time = after.event_time.isoformat()
        return OwnEventMoved(actor_id=actor.id, event_id=after.id, event_time=event_time)
    return OwnEventChanged(actor_id=actor.id, event_id=after.id)
