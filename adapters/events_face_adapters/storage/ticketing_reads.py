"""Reads of own events, bookings and categories: keyset paging along the indexes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define, field, frozen

from events_face_adapters.storage.bookings import SELECT as SELECT_BOOKING
from events_face_adapters.storage.bookings import to_booking
from events_face_adapters.storage.own_event_rows import COLUMNS, WIDTH, to_category, to_own_event
from events_face_adapters.storage.own_events import CATEGORY_COLUMNS
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.session import Row, Session
from events_face_core.kernel import Cursor
from events_face_core.ticketing import (
    Booking,
    BookingPage,
    BookingQuery,
    Category,
    OwnEventPage,
    OwnEventQuery,
    Position,
    ShownOwnEvent,
    page_of,
    position_of_booking,
    position_of_event,
)

_SELECT_EVENT = f"""
SELECT {COLUMNS}, own_event_seats.taken, {CATEGORY_COLUMNS} FROM own_event
JOIN own_event_seats ON own_event_seats.event_id = own_event.id
LEFT JOIN category ON category.id = own_event.category_id
"""  # noqa: S608  # constant columns


@define
class _Walk:
    """Collects the conditions of a walk along an order, and their values."""

    conditions: list[str] = field(factory=list)
    values: list[object] = field(factory=list)

    def where(self, condition: str, *values: object) -> None:
        """Add a condition, with ``{}`` for each value."""
        numbers = range(len(self.values) + 1, len(self.values) + len(values) + 1)
        self.conditions.append(condition.format(*(f"${number}" for number in numbers)))
        self.values += values

    def one_of(self, column: str, values: Iterable[str]) -> None:
        """Add the condition of being any of some values; of none, there is no condition."""
        if chosen := sorted(values):
            self.where(f"{column} IN ({', '.join('{}' for _ in chosen)})", *chosen)

    def at_least(self, column: str, moment: datetime | None) -> None:
        """Add a bound that may not be there."""
        if moment is not None:
            self.where(f"{column} >= {{}}", moment)

    def before(self, column: str, moment: datetime | None) -> None:
        """Add a bound that may not be there."""
        if moment is not None:
            self.where(f"{column} < {{}}", moment)

    def page(
        self, select: str, order: tuple[str, str], cursor: Cursor[Position] | None, *, newest: bool
    ) -> str:
        """Return the statement that walks on from a cursor."""
        descending = newest is not (cursor is not None and cursor.backwards)
        if cursor is not None:
            comparison = "<" if descending else ">"
            columns = ", ".join(order)
            place = cursor.place
            self.where(f"({columns}) {comparison} ({{}}, {{}})", place.moment, place.id)
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        direction = "DESC" if descending else "ASC"
        by = ", ".join(f"{column} {direction}" for column in order)
        return f"{select}{where} ORDER BY {by}"


@frozen
class StoredTicketingReads:
    """``TicketingReads``."""

    session: Session
    search_text: SearchText

    async def own_event(self, event_id: str) -> ShownOwnEvent | None:
        """Return one event."""
        rows = await self.session.fetch(f"{_SELECT_EVENT} WHERE own_event.id = $1", event_id)
        return self._to_shown(rows[0]) if rows else None

    async def available_seats(self, event_id: str) -> int:
        """Return how many seats of an event are left."""
        rows = await self.session.fetch(
            "SELECT capacity - taken FROM own_event_seats WHERE event_id = $1", event_id
        )
        return int(rows[0][0]) if rows else 0

    async def own_events(self, query: OwnEventQuery) -> OwnEventPage:
        """Return a page of events."""
        walk = _Walk()
        if query.organizer_id is not None:
            walk.where("own_event.organizer_id = {}", query.organizer_id)
        if query.category_id is not None:
            walk.where("own_event.category_id = {}", query.category_id)
        if query.search is not None:
            _find(walk, self.search_text.terms(query.search))
        walk.one_of("own_event.status", (status.value for status in query.statuses))
        walk.at_least("own_event.event_time", query.time_from)
        walk.before("own_event.event_time", query.time_to)
        order = ("own_event.event_time", "own_event.id")
        statement = walk.page(_SELECT_EVENT, order, query.cursor, newest=False)
        rows = await self._rows(statement, walk, query.limit)
        events = tuple(self._to_shown(row) for row in rows)
        return page_of(events, query.limit, query.cursor, position_of_event)

    async def booking(self, booking_id: str) -> Booking | None:
        """Return one booking."""
        rows = await self.session.fetch(f"{SELECT_BOOKING} WHERE id = $1", booking_id)
        return to_booking(self.session, rows[0]) if rows else None

    async def bookings(self, query: BookingQuery) -> BookingPage:
        """Return a page of bookings."""
        walk = _Walk()
        if query.user_id is not None:
            walk.where("user_id = {}", query.user_id)
        if query.event_id is not None:
            walk.where("event_id = {}", query.event_id)
        walk.one_of("status", (status.value for status in query.statuses))
        order = ("created_at", "id")
        statement = walk.page(SELECT_BOOKING, order, query.cursor, newest=True)
        rows = await self._rows(statement, walk, query.limit)
        bookings = tuple(to_booking(self.session, row) for row in rows)
        return page_of(bookings, query.limit, query.cursor, position_of_booking)

    async def categories(self) -> Sequence[Category]:
        """Return all categories by their names."""
        rows = await self.session.fetch(
            f"SELECT {CATEGORY_COLUMNS} FROM category ORDER BY name_key"  # noqa: S608  # constant columns
        )
        return [to_category(row) for row in rows]

    async def _rows(self, statement: str, walk: _Walk, limit: int) -> Sequence[Row]:
        """Return the rows of a page and one more: it tells whether there is another page."""
        return await self.session.fetch(f"{statement} LIMIT {limit + 1}", *walk.values)

    def _to_shown(self, row: Row) -> ShownOwnEvent:
        category = None if row[WIDTH + 1] is None else to_category(row, WIDTH + 1)
        return ShownOwnEvent(
            event=to_own_event(self.session, row), taken=row[WIDTH], category=category
        )


def _find(walk: _Walk, terms: Sequence[SearchTerm]) -> None:
    """Add what a search asks for. Words hold letters and digits only: no pattern is among them."""
    words = "(' ' || own_event.search_words || ' ')"
    for number, term in enumerate(terms, start=1):
        if number == len(terms):
            walk.where(
                f"({words} LIKE {{}} OR {words} LIKE {{}})", f"% {term.stem} %", f"% {term.word}%"
            )
        else:
            walk.where(f"{words} LIKE {{}}", f"% {term.stem} %")
    if not terms:
        walk.where("1 = 0")
