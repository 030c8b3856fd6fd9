"""What the use cases of ticketing share: load an event for its organiser, check what it names."""

from __future__ import annotations

from datetime import datetime

from events_face_core.kernel import Actor, InvalidInputError, Role, require
from events_face_core.ticketing.deciding import turns
from events_face_core.ticketing.errors import OwnEventNotFoundError
from events_face_core.ticketing.events import OwnEventTurns
from events_face_core.ticketing.model import Details, OwnEvent
from events_face_core.ticketing.ports import TicketingTransaction


async def load_own(tx: TicketingTransaction, actor: Actor, event_id: str) -> OwnEvent:
    """Return an event to its organiser or an administrator.

    Raises:
        SignInRequiredError, ForbiddenError: the actor organises nothing.
        OwnEventNotFoundError: there is none, or it is somebody else's.
    """
    require(actor, Role.ORGANIZER)
    event = await tx.own_events.find(event_id)
    if event is None or not (actor.is_admin or event.organizer_id == actor.id):
        raise OwnEventNotFoundError
    return event


async def check_category(tx: TicketingTransaction, details: Details) -> None:
    """Raise ``InvalidInputError`` where the details name a category that there is not."""
    category_id = details.category_id
    if category_id is not None and not await tx.categories.exists(category_id):
        raise InvalidInputError("category_id", "there is no such category")


async def wind_up(tx: TicketingTransaction, event: OwnEvent, now: datetime) -> None:
    """See to it that the clock is heard when it changes where the event stands."""
    for moment in turns(event, now):
        await tx.publish(OwnEventTurns(event_id=event.id), not_before=moment)
