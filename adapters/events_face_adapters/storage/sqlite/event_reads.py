"""The listing: one query a page, keyset paging."""

from attrs import define, field, frozen

from events_face_adapters.storage.event_rows import COLUMNS, StoredEventReads, to_event
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_core.catalogue import EventPage, EventQuery, Ordering, page_of
from events_face_core.kernel import Page


@frozen
class SqliteEventReads(StoredEventReads):
    """``EventReads`` over the reading connections."""

    search_text: SearchText

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of the listing."""
        terms = () if query.search is None else self.search_text.terms(query.search)
        if query.search is not None and not terms:
            return Page(items=(), next=None, previous=None)
        asked = _Question(query)
        rows = await self.session.fetch(asked.statement(terms), *asked.values)
        return page_of(query, tuple(to_event(self.session, row) for row in rows))


@define
class _Question:
    """A query on its way to become SQL: it makes conditions and collects their values."""

    query: EventQuery
    values: list[object] = field(factory=list)

    def statement(self, terms: tuple[SearchTerm, ...]) -> str:
        query = self.query
        conditions = self._filters()
        if terms:
            conditions.append(
                "row_id IN (SELECT rowid FROM event_search"  # noqa: S608  # the value is bound
                f" WHERE event_search MATCH {self._bind(_match(terms))})"
            )
        backwards = query.cursor is not None and query.cursor.backwards
        descending = (query.ordering is Ordering.EVENT_TIME_DESCENDING) is not backwards
        if query.cursor is not None:
            place = query.cursor.place
            at, last = self._bind(place.event_time), self._bind(place.id)
            conditions.append(f"(event_time, id) {'<' if descending else '>'} ({at}, {last})")
        direction = "DESC" if descending else "ASC"
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return (
            f"SELECT {COLUMNS} FROM event {where}"  # noqa: S608  # only constants, values are bound
            f" ORDER BY event_time {direction}, id {direction} LIMIT {query.limit + 1}"
        )

    def _filters(self) -> list[str]:
        query = self.query
        conditions: list[str] = []
        if query.statuses:
            statuses = sorted(status.value for status in query.statuses)
            conditions.append(f"status IN ({', '.join(map(self._bind, statuses))})")
        bounds = (
            ("registration_deadline >=", query.deadline_from),
            ("registration_deadline <", query.deadline_to),
            ("event_time >=", query.time_from),
            ("event_time <", query.time_to),
        )
        conditions += [
            f"{comparison} {self._bind(instant)}"
            for comparison, instant in bounds
            if instant is not None
        ]
        return conditions

    def _bind(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


def _match(terms: tuple[SearchTerm, ...]) -> str:
    """Return the FTS5 expression; the words hold letters and digits only, and stand quoted."""
    *whole, last = terms
    return " AND ".join(
        [*(f'"{term.stem}"' for term in whole), f'("{last.stem}" OR "{last.word}" *)']
    )
