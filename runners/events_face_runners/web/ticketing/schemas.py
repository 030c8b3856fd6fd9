"""The shapes of ticketing on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from events_face_core.kernel import in_utc
from events_face_core.ticketing import (
    LARGEST_CAPACITY,
    LARGEST_QUANTITY,
    LONGEST_DEADLINE_HOURS,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_SHORT_DESCRIPTION,
    LONGEST_URL,
    Booking,
    LiveFigures,
    OwnEvent,
    ShownOwnEvent,
    Venue,
)
from events_face_runners.web.schemas import Moment

OwnEventStatusName = Literal[
    "draft", "published", "completed", "open", "registration_closed", "finished", "cancelled"
]
BookingStatusName = Literal["confirmed", "cancelled"]

_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Line = Annotated[str, Meta(max_length=LONGEST_NAME)]
_Description = Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)]
_ShortDescription = Annotated[str, Meta(max_length=LONGEST_SHORT_DESCRIPTION)]
_Capacity = Annotated[int, Meta(ge=1, le=LARGEST_CAPACITY)]
Id = Annotated[str, Meta(min_length=1, max_length=200)]
_Address = Annotated[str, Meta(max_length=LONGEST_URL, examples=["https://example.com/poster.jpg"])]
_Hours = Annotated[int, Meta(ge=0, le=LONGEST_DEADLINE_HOURS)]


class OwnPlaceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an event is to take place; coordinates in degrees, both or neither."""

    name: _Name
    city: Line | None = None
    address: Line | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None

    def venue(self) -> Venue:
        """Return it as the core has it."""
        return Venue(
            name=self.name,
            city=self.city,
            address=self.address,
            latitude=self.latitude,
            longitude=self.longitude,
        )


class OwnEventRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An event to be held. Times keep the offset that they are sent with."""

    name: _Name
    event_time: Moment
    place: OwnPlaceRequest
    capacity: _Capacity
    description: _Description | None = None
    short_description: _ShortDescription | None = None
    end_time: Moment | None = None
    category_id: Id | None = None
    image_url: _Address | None = None
    booking_deadline_hours: _Hours = 24


class OwnEventChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be said otherwise; what is not named stays. ``featured`` is for administrators."""

    name: _Name | UnsetType = UNSET
    event_time: Moment | UnsetType = UNSET
    place: OwnPlaceRequest | UnsetType = UNSET
    capacity: _Capacity | UnsetType = UNSET
    description: _Description | UnsetType | None = UNSET
    short_description: _ShortDescription | UnsetType | None = UNSET
    end_time: Moment | UnsetType | None = UNSET
    category_id: Id | UnsetType | None = UNSET
    image_url: _Address | UnsetType | None = UNSET
    booking_deadline_hours: _Hours | UnsetType = UNSET
    featured: bool | UnsetType = UNSET


class PublishRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When to publish; now, if no time is told."""

    publish_at: Moment | None = None


class CancelRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an event will not take place, and whether those who booked are told."""

    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
    notify_participants: bool = True


class OwnPlaceView(msgspec.Struct, frozen=True):
    """Where an event of our own takes place."""

    id: str
    name: str
    city: str | None
    address: str | None
    latitude: float | None
    longitude: float | None


class CategoryReference(msgspec.Struct, frozen=True):
    """The category that an event stands in."""

    id: str
    name: str


class OwnEventView(msgspec.Struct, frozen=True, kw_only=True):
    """An event of our own: what the listing shows of it, and more.

    ``status`` is that of the listing where visitors see the event, and what its organiser made
    of it (``draft``, ``published``, ``cancelled``, ``completed``) where the organiser does.
    ``utc_offset`` is the offset that ``event_time`` was given with.
    """

    id: str
    name: str
    status: OwnEventStatusName
    event_time: Moment
    registration_deadline: Moment
    place: OwnPlaceView
    number_of_visitors: int | None
    changed_at: Moment
    origin: Literal["own"]
    description: str | None
    short_description: str | None
    end_time: Moment | None
    utc_offset: str
    capacity: int
    available_seats: int
    booking_deadline_hours: int
    rating: float | None
    review_count: int
    category: CategoryReference | None
    image_url: str | None
    featured: bool
    organizer_id: str
    publish_at: Moment | None
    published_at: Moment | None
    cancel_reason: str | None
    created_at: Moment


class OwnEventListView(msgspec.Struct, frozen=True):
    """A page of events; ``next`` and ``previous`` are relative references (RFC 3986)."""

    next: str | None
    previous: str | None
    results: list[OwnEventView]


class BookingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many seats at which event."""

    event_id: Id
    quantity: Annotated[int, Meta(ge=1, le=LARGEST_QUANTITY)] = 1


class BookingView(msgspec.Struct, frozen=True):
    """Where a booking stands. Whoever shows ``ticket_code`` is let in."""

    id: str
    event_id: str
    user_id: str
    status: BookingStatusName
    quantity: int
    ticket_code: str
    created_at: Moment
    cancelled_at: Moment | None


class BookingListView(msgspec.Struct, frozen=True):
    """A page of bookings; ``next`` and ``previous`` are relative references (RFC 3986)."""

    next: str | None
    previous: str | None
    results: list[BookingView]


def own_event_view(
    shown: ShownOwnEvent, status: OwnEventStatusName, live: LiveFigures
) -> OwnEventView:
    """Lay out an event."""
    event, details, category = shown.event, shown.event.details, shown.category
    return OwnEventView(
        id=event.id,
        name=event.name,
        status=status,
        event_time=in_utc(event.event_time),
        registration_deadline=in_utc(event.registration_deadline),
        place=_place_view(event),
        number_of_visitors=None,
        changed_at=in_utc(event.changed_at),
        origin="own",
        description=details.description,
        short_description=details.short_description,
        end_time=_utc_or_none(event.end_time),
        utc_offset=event.event_time.isoformat()[-6:],
        capacity=details.capacity,
        available_seats=live.available_seats,
        booking_deadline_hours=details.booking_deadline_hours,
        rating=live.rating.average,
        review_count=live.rating.count,
        category=None if category is None else CategoryReference(category.id, category.name),
        image_url=details.image_url,
        featured=details.featured,
        organizer_id=event.organizer_id,
        publish_at=_utc_or_none(event.publish_at),
        published_at=_utc_or_none(event.published_at),
        cancel_reason=event.cancel_reason,
        created_at=in_utc(event.created_at),
    )


def booking_view(booking: Booking) -> BookingView:
    """Lay out a booking."""
    return BookingView(
        id=booking.id,
        event_id=booking.event_id,
        user_id=booking.user_id,
        status=booking.status.value,
        quantity=booking.quantity,
        ticket_code=booking.ticket_code,
        created_at=booking.created_at,
        cancelled_at=booking.cancelled_at,
    )


def _place_view(event: OwnEvent) -> OwnPlaceView:
    venue = event.details.venue
    return OwnPlaceView(
        id=event.id,
        name=venue.name,
        city=venue.city,
        address=venue.address,
        latitude=venue.latitude,
        longitude=venue.longitude,
    )


def _utc_or_none(instant: datetime | None) -> datetime | None:
    return None if instant is None else in_utc(instant)
