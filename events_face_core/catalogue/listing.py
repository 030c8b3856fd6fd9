"""What can be asked of the catalogue."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from attrs import field, frozen

from events_face_core.catalogue.model import Event, EventStatus
from events_face_core.kernel import DEFAULT_PAGE, Cursor, InvalidInputError, Page, check_limit

LONGEST_SEARCH = 200


class Ordering(Enum):
    """The order of a listing. Ties are broken by id, so the order is total."""

    EVENT_TIME = "event_time"
    EVENT_TIME_DESCENDING = "-event_time"


@frozen(kw_only=True)
class EventPlace:
    """A place in the order of events: where one event stands."""

    event_time: datetime
    id: str


@frozen(kw_only=True, cache_hash=True)
class EventQuery:
    """A question to the listing. Everything that is set must hold.

    Attributes:
        search: full text over the name; all words must match, the last also as a prefix.
        statuses: any of them; none means all.
        deadline_from, deadline_to: the registration deadline, from inclusive, to exclusive.
        time_from, time_to: the same for the event's time.
    """

    search: str | None = None
    statuses: frozenset[EventStatus] = frozenset()
    deadline_from: datetime | None = None
    deadline_to: datetime | None = None
    time_from: datetime | None = None
    time_to: datetime | None = None
    ordering: Ordering = Ordering.EVENT_TIME
    limit: int = field(default=DEFAULT_PAGE, converter=check_limit)
    cursor: Cursor[EventPlace] | None = None

    def __attrs_post_init__(self) -> None:
        """Check the search text.

        Raises:
            InvalidInputError: it is longer than 200 characters.
        """
        if self.search is not None and len(self.search) > LONGEST_SEARCH:
            raise InvalidInputError("q", f"must be at most {LONGEST_SEARCH} characters long")


EventPage = Page[Event, EventPlace]


def page_of(query: EventQuery, rows: tuple[Event, ...]) -> EventPage:
    """Make a page of up to ``limit + 1`` rows, read from the cursor in its own direction.

    The one row too many tells that there is more on that side; on the side that the cursor
    came from there always is.
    """
    cursor = query.cursor
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > query.limit
    items = rows[: query.limit]
    if backwards:
        items = items[::-1]
    has_next, has_previous = (cursor is not None, more) if backwards else (more, cursor is not None)
    return Page(
        items=items,
        next=_beyond(items[-1], backwards=False) if items and has_next else None,
        previous=_beyond(items[0], backwards=True) if items and has_previous else None,
    )


def _beyond(event: Event, *, backwards: bool) -> Cursor[EventPlace]:
    return Cursor(place=EventPlace(event_time=event.event_time, id=event.id), backwards=backwards)
