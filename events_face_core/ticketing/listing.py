"""What can be asked of ticketing, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from attrs import field, frozen

from events_face_core.kernel import DEFAULT_PAGE, Cursor, InvalidInputError, Page, check_limit
from events_face_core.ticketing.model import Booking, BookingStatus, Category, OwnEvent
from events_face_core.ticketing.model import OwnEventStatus as Status

LONGEST_SEARCH = 200

Item = TypeVar("Item")


@frozen(kw_only=True)
class Position:
    """Where one item stands in an order: a time, and the id among those of one time."""

    moment: datetime
    id: str


@frozen(kw_only=True)
class ShownOwnEvent:
    """An event as its screens need it.

    Attributes:
        category: the one it stands in, if any.
        taken: how many seats are taken.
    """

    event: OwnEvent
    category: Category | None
    taken: int

    @property
    def available_seats(self) -> int:
        """How many seats are left."""
        return self.event.details.capacity - self.taken


@frozen(kw_only=True)
class OwnEventQuery:
    """A question for events of ours, by their time. Everything that is set must hold.

    Attributes:
        organizer_id: whose events; none means everybody's.
        search: words of the name; all must match, the last also as a prefix.
        statuses: any of them; none means all.
        time_from, time_to: of the event, from inclusive, to exclusive.
    """

    organizer_id: str | None = None
    search: str | None = None
    statuses: frozenset[Status] = frozenset()
    category_id: str | None = None
    time_from: datetime | None = None
    time_to: datetime | None = None
    limit: int = field(default=DEFAULT_PAGE, converter=check_limit)
    cursor: Cursor[Position] | None = None

    def __attrs_post_init__(self) -> None:
        """Check the search text.

        Raises:
            InvalidInputError: it is longer than 200 characters.
        """
        if self.search is not None and len(self.search) > LONGEST_SEARCH:
            raise InvalidInputError("q", f"must be at most {LONGEST_SEARCH} characters long")


@frozen(kw_only=True)
class BookingQuery:
    """A question for bookings, the newest first. Everything that is set must hold.

    Attributes:
        user_id: whose; none means everybody's.
        statuses: any of them; none means all.
    """

    user_id: str | None = None
    event_id: str | None = None
    statuses: frozenset[BookingStatus] = frozenset()
    limit: int = field(default=DEFAULT_PAGE, converter=check_limit)
    cursor: Cursor[Position] | None = None


OwnEventPage = Page[ShownOwnEvent, Position]
BookingPage = Page[Booking, Position]


def position_of_event(shown: ShownOwnEvent) -> Position:
    """Return where an event stands among events."""
    return Position(moment=shown.event.event_time, id=shown.event.id)


def position_of_booking(booking: Booking) -> Position:
    """Return where a booking stands among bookings."""
    return Position(moment=booking.created_at, id=booking.id)


def page_of(
    rows: tuple[Item, ...],
    limit: int,
    cursor: Cursor[Position] | None,
    position: Callable[[Item], Position],
) -> Page[Item, Position]:
    """Make a page of up to ``limit + 1`` rows, read from the cursor in its own direction.

    The one row too many tells that there is more on that side; on the side that the cursor
    came from there always is.
    """
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > limit
    items = rows[:limit]
    if backwards:
        items = items[::-1]
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return Page(
        items=items,
        next=Cursor(place=position(items[-1])) if items and has_next else None,
        previous=(
            Cursor(place=position(items[0]), backwards=True) if items and has_previous else None
        ),
    )
