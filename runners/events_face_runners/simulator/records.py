"""What the simulated aggregator and notification service keep: plain frozen values."""

from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal
from uuid import UUID

import msgspec

MOSCOW = timezone(timedelta(hours=3), "MSK")

Status = Literal["new", "published", "registration_closed", "finished", "cancelled"]

CallKind = Literal["list", "register", "unregister", "seats", "notify"]

CALL_KINDS: tuple[CallKind, ...] = ("list", "register", "unregister", "seats", "notify")

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0)]


def moscow_now() -> datetime:
    """The time now, with the offset that the aggregator uses."""
    return datetime.now(MOSCOW)


class SimulatedPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an event happens; `seats_pattern` is like `A1-1000,B1-2000`."""

    id: UUID
    name: str
    city: str
    address: str
    seats_pattern: str
    changed_at: Moment
    created_at: Moment


class SimulatedEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event as the aggregator knows it; `None` in a time means "the same as changed_at"."""

    id: UUID
    name: str
    event_time: Moment
    registration_deadline: Moment
    changed_at: Moment
    place: SimulatedPlace | None = None
    status: Status = "published"
    number_of_visitors: Count = 0
    max_visitors: Count = 100
    created_at: Moment | None = None
    status_changed_at: Moment | None = None


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks to be registered."""

    first_name: str
    last_name: str
    email: str


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's place at an event."""

    ticket_id: str
    visitor: Visitor
    seat: str | None
    idempotency_key: str | None


class ReceivedNotification(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was accepted; `times` counts how often its key was sent."""

    key: str
    email: str
    message: str
    reference: str
    times: int = 1
