"""The shapes on the wire: what comes in is checked here, what goes out is laid out here."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from events_face_core.catalogue import Event, Place
from events_face_core.kernel import in_utc
from events_face_core.registration import Registration

EventStatusName = Literal["new", "open", "registration_closed", "finished", "cancelled"]
RegistrationStatusName = Literal["pending", "confirmed", "rejected", "cancelled"]
ReasonName = Literal[
    "sold-out",
    "registration-closed",
    "event-not-found",
    "event-cancelled",
    "rejected-by-provider",
    "provider-unavailable",
]
OriginName = Literal["provider", "own"]
CircuitState = Literal["open", "half-open", "closed"]
Moment = Annotated[datetime, Meta(tz=True)]


class PlaceView(msgspec.Struct, frozen=True):
    """Where an event takes place."""

    id: str
    name: str
    city: str | None
    address: str | None


class EventView(msgspec.Struct, frozen=True):
    """An event of the listing."""

    id: str
    name: str
    status: EventStatusName
    event_time: Moment
    registration_deadline: Moment
    place: PlaceView | None
    number_of_visitors: int | None
    changed_at: Moment
    origin: OriginName


class EventListView(msgspec.Struct, frozen=True):
    """A page of the listing; ``next`` and ``previous`` are relative references (RFC 3986)."""

    next: str | None
    previous: str | None
    results: list[EventView]


class RegistrationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to take part, and on which seat if seats are sold one by one."""

    first_name: Annotated[str, Meta(min_length=1, max_length=200, examples=["Анна"])]
    last_name: Annotated[str, Meta(min_length=1, max_length=200, examples=["Иванова"])]
    email: Annotated[str, Meta(min_length=3, max_length=300, examples=["anna@example.com"])]
    seat: Annotated[str, Meta(min_length=1, max_length=100, examples=["A1"])] | None = None


class RegistrationView(msgspec.Struct, frozen=True):
    """Where a registration stands."""

    id: str
    event_id: str
    status: RegistrationStatusName
    reason: ReasonName | None
    decision_due_at: Moment
    created_at: Moment
    decided_at: Moment | None


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    registration_id: str | msgspec.UnsetType = msgspec.UNSET
    available_seats: int | msgspec.UnsetType = msgspec.UNSET


class Liveness(msgspec.Struct, frozen=True):
    """The process is up."""

    status: Literal["live"]


class Readiness(msgspec.Struct, frozen=True):
    """The service can answer; the dependencies may be degraded."""

    status: Literal["ready"]
    dependencies: dict[str, CircuitState]


def event_view(event: Event) -> EventView:
    """Lay out an event."""
    return EventView(
        id=event.id,
        name=event.name,
        status=event.status.value,
        event_time=in_utc(event.event_time),
        registration_deadline=in_utc(event.registration_deadline),
        place=None if event.place is None else _place_view(event.place),
        number_of_visitors=event.number_of_visitors,
        changed_at=in_utc(event.changed_at),
        origin=event.origin.value,
    )


def registration_view(registration: Registration) -> RegistrationView:
    """Lay out a registration. The visitor's data stay inside."""
    return RegistrationView(
        id=registration.id,
        event_id=registration.event.id,
        status=registration.status,
        reason=None if registration.reason is None else registration.reason.value,
        decision_due_at=in_utc(registration.decision_due_at),
        created_at=in_utc(registration.created_at),
        decided_at=None if registration.decided_at is None else in_utc(registration.decided_at),
    )


def _place_view(place: Place) -> PlaceView:
    return PlaceView(id=place.id, name=place.name, city=place.city, address=place.address)
