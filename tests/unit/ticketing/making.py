"""Own events and whoever acts on them, for the stories of ticketing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from events_face_core.kernel import GUEST, Actor, Delivery, Message, Role
from events_face_core.ticketing import (
    Book,
    BookHandler,
    Booking,
    CreateOwnEvent,
    CreateOwnEventHandler,
    Details,
    OwnEvent,
    OwnEventStatus,
    PublishOwnEvent,
    PublishOwnEventHandler,
    Venue,
)
from unit.fakes import NOON, FakeHouse, FakeIds

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENT_TIME = NOON + 10 * DAY
DEADLINE = NOON + 9 * DAY

ORGANIZER = Actor(id="organizer", role=Role.ORGANIZER)
OTHER_ORGANIZER = Actor(id="other", role=Role.ORGANIZER)
USER = Actor(id="user", role=Role.USER)
ADMIN = Actor(id="admin", role=Role.ADMIN)
NOT_ORGANIZERS = [GUEST, USER]


def details(**changes: Any) -> Details:  # noqa: ANN401  # any fields
    fields: dict[str, Any] = {
        "name": "Концерт",
        "event_time": EVENT_TIME,
        "venue": Venue(name="Зал"),
        "capacity": 10,
    }
    return Details(**{**fields, **changes})


def an_event(status: OwnEventStatus = OwnEventStatus.DRAFT, **changes: Any) -> OwnEvent:  # noqa: ANN401  # any fields
    event = OwnEvent(
        id="event",
        organizer_id=ORGANIZER.id,
        details=details(),
        created_at=NOON,
        changed_at=NOON,
        status=status,
    )
    return evolve(event, **changes)


def user(number: int) -> Actor:
    return Actor(id=f"user-{number:04}", role=Role.USER)


async def put(house: FakeHouse, event: OwnEvent) -> OwnEvent:
    async with house() as tx:
        await tx.own_events.add(event)
    return event


async def create(house: FakeHouse, **changes: Any) -> OwnEvent:  # noqa: ANN401  # any fields
    handler = CreateOwnEventHandler(
        unit_of_work=house, clock=house.clock, ids=FakeIds(made=100 + len(house.own_events.all))
    )
    return await handler(CreateOwnEvent(actor=ORGANIZER, details=details(**changes)))


async def publish(
    house: FakeHouse, event: OwnEvent, *, at: datetime | None = None, actor: Actor = ORGANIZER
) -> OwnEvent:
    handler = PublishOwnEventHandler(unit_of_work=house, clock=house.clock)
    return await handler(PublishOwnEvent(actor=actor, event_id=event.id, publish_at=at))


async def book(house: FakeHouse, actor: Actor = USER, quantity: int = 1) -> Booking:
    ids = FakeIds(made=len(house.bookings.all) * 10)
    handler = BookHandler(unit_of_work=house, clock=house.clock, ids=ids)
    return await handler(Book(actor=actor, event_id="event", quantity=quantity))


async def claim_due(house: FakeHouse, *kinds: type[Message]) -> Sequence[Delivery]:
    """Claim what is due of some kinds of messages."""
    now = house.clock.now()
    async with house() as tx:
        return await tx.outbox.claim([k.name for k in kinds], limit=10_000, now=now, until=now)


async def claim_one(house: FakeHouse, kind: type[Message]) -> Delivery:
    (delivery,) = await claim_due(house, kind)
    return delivery
