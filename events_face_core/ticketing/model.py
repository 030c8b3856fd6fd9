"""Events of our own, the bookings for them, and the categories they stand in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from attrs import evolve, field, frozen
from attrs.converters import optional

from events_face_core.kernel import InvalidInputError, check_each, one_line
from events_face_core.ticketing.fields import (
    LARGEST_CAPACITY,
    LARGEST_QUANTITY,
    LONGEST_CATEGORY_NAME,
    LONGEST_DEADLINE_HOURS,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_SHORT_DESCRIPTION,
    check_id,
    coordinates,
    optional_line,
    paragraphs,
    stripped,
    trimmed,
    web_address,
    whole_number,
    with_offset,
)


class OwnEventStatus(Enum):
    """What its organiser made of an event."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class Phase(Enum):
    """Where an event stands for its visitors, by the clock (the statuses of the listing)."""

    DRAFT = "draft"
    OPEN = "open"
    REGISTRATION_CLOSED = "registration_closed"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class Venue:
    """Where an event takes place.

    Raises:
        InvalidInputError: a field breaks its rule.
    """

    name: str = field(converter=stripped)
    city: str | None = field(default=None, converter=trimmed)
    address: str | None = field(default=None, converter=trimmed)
    latitude: float | None = None
    longitude: float | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_each(
            lambda: one_line("place.name", self.name, longest=LONGEST_NAME),
            lambda: optional_line("place.city", self.city, longest=LONGEST_NAME),
            lambda: optional_line("place.address", self.address, longest=LONGEST_NAME),
            lambda: coordinates(self.latitude, self.longitude),
        )

    @property
    def in_words(self) -> str:
        """Where it is, in one line."""
        return ", ".join(filter(None, (self.name, self.address, self.city)))


@frozen(kw_only=True)
class Details:
    """What an organiser says of an event. Times keep the offset that they were given with.

    Attributes:
        capacity: how many seats there are, from 1 to 1,000,000.
        booking_deadline_hours: how long before the event booking ends.
        featured: whether an administrator puts it forward.

    Raises:
        InvalidInputError: fields break their rules.
    """

    name: str = field(converter=stripped)
    event_time: datetime
    venue: Venue
    capacity: int
    description: str | None = field(default=None, converter=trimmed)
    short_description: str | None = field(default=None, converter=trimmed)
    end_time: datetime | None = None
    category_id: str | None = None
    image_url: str | None = field(default=None, converter=optional(stripped))
    booking_deadline_hours: int = 24
    featured: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        short = LONGEST_SHORT_DESCRIPTION
        check_each(
            lambda: one_line("name", self.name, longest=LONGEST_NAME),
            lambda: paragraphs("description", self.description, longest=LONGEST_DESCRIPTION),
            lambda: paragraphs("short_description", self.short_description, longest=short),
            lambda: whole_number("capacity", self.capacity, least=1, most=LARGEST_CAPACITY),
            lambda: whole_number(
                "booking_deadline_hours",
                self.booking_deadline_hours,
                least=0,
                most=LONGEST_DEADLINE_HOURS,
            ),
            lambda: check_id("category_id", self.category_id),
            lambda: web_address("image_url", self.image_url),
            lambda: with_offset("event_time", self.event_time),
            lambda: with_offset("end_time", self.end_time),
            self._check_order,
        )

    def _check_order(self) -> None:
        if self.end_time is not None and self.end_time <= self.event_time:
            raise InvalidInputError("end_time", "must be after event_time")


@frozen(kw_only=True)
class OwnEvent:
    """An event of our own.

    Attributes:
        publish_at: when a draft is to be published by itself.
        changed_at: of two versions, the newer has the later one.
        version: counts the changes.
    """

    id: str
    organizer_id: str
    details: Details
    created_at: datetime
    changed_at: datetime
    status: OwnEventStatus = OwnEventStatus.DRAFT
    publish_at: datetime | None = None
    published_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    version: int = 1

    @property
    def name(self) -> str:
        """Its name."""
        return self.details.name

    @property
    def event_time(self) -> datetime:
        """When it begins."""
        return self.details.event_time

    @property
    def end_time(self) -> datetime | None:
        """When it ends, where its organiser said so."""
        return self.details.end_time

    @property
    def ends_at(self) -> datetime:
        """When it counts as over: without an end, when it begins."""
        return self.details.end_time or self.details.event_time

    @property
    def registration_deadline(self) -> datetime:
        """Seats are taken before this instant."""
        return self.event_time - timedelta(hours=self.details.booking_deadline_hours)

    @property
    def closes_at(self) -> datetime | None:
        """Before when seats are taken; never, unless it is published."""
        published = self.status is OwnEventStatus.PUBLISHED
        return self.registration_deadline if published else None

    def phase(self, now: datetime) -> Phase:
        """Return where it stands for its visitors."""
        match self.status:
            case OwnEventStatus.DRAFT:
                return Phase.DRAFT
            case OwnEventStatus.CANCELLED:
                return Phase.CANCELLED
            case OwnEventStatus.COMPLETED:
                return Phase.FINISHED
            case OwnEventStatus.PUBLISHED:
                if now >= self.ends_at:
                    return Phase.FINISHED
                return Phase.OPEN if now < self.registration_deadline else Phase.REGISTRATION_CLOSED


class BookingStatus(Enum):
    """Where a booking stands."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class Booking:
    """Somebody's seats at an event of ours.

    Attributes:
        quantity: how many seats, from 1 to 20.
        ticket_code: random and unguessable; whoever shows it is let in.
    """

    id: str
    event_id: str
    user_id: str
    quantity: int
    ticket_code: str
    created_at: datetime
    status: BookingStatus = BookingStatus.CONFIRMED
    cancelled_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it holds seats."""
        return self.status is BookingStatus.CONFIRMED

    def as_made(self) -> Booking:
        """Return the booking as it was when it was made."""
        return evolve(self, status=BookingStatus.CONFIRMED, cancelled_at=None)


def check_quantity(quantity: int) -> None:
    """Raise ``InvalidInputError`` unless so many seats can be booked at once."""
    whole_number("quantity", quantity, least=1, most=LARGEST_QUANTITY)


@frozen(kw_only=True)
class Category:
    """A kind of events; categories form a tree.

    Attributes:
        parent_id: the category that it stands below, if any.

    Raises:
        InvalidInputError: a field breaks its rule.
    """

    id: str
    name: str = field(converter=stripped)
    description: str | None = field(default=None, converter=trimmed)
    parent_id: str | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_each(
            lambda: one_line("name", self.name, longest=LONGEST_CATEGORY_NAME),
            lambda: optional_line("description", self.description, longest=LONGEST_NAME),
            lambda: check_id("parent_id", self.parent_id),
        )

    @property
    def name_key(self) -> str:
        """The name as names are compared: without regard to case."""
        return self.name.casefold()
