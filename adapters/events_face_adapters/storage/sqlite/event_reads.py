"""The listing: one query a page, keyset paging."""

from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen

from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.sqlite.events import COLUMNS, to_event
from events_face_adapters.storage.sqlite.values import to_micros
from events_face_core.catalogue import Event, EventPage, EventQuery, Ordering, page_of
from events_face_core.kernel import Page

Fetch = Callable[[str, dict[str, Any]], Awaitable[list[Any]]]
"""Runs a query outside any transaction and returns its rows."""


@frozen
class SqliteEventReads:
    """``EventReads`` over the reading connections."""

    fetch: Fetch
    search_text: SearchText

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of the listing."""
        terms = () if query.search is None else self.search_text.terms(query.search)
        if query.search is not None and not terms:
            return Page(items=(), next=None, previous=None)
        statement, parameters = _select(query, terms)
        rows = await self.fetch(statement, parameters)
        return page_of(query, tuple(map(to_event, rows)))

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        statement = f"SELECT {COLUMNS} FROM event WHERE id = :id"  # noqa: S608  # constant
        rows = await self.fetch(statement, {"id": event_id})
        return to_event(rows[0]) if rows else None

    async def version(self) -> int:
        """Return the version of the catalogue."""
        rows = await self.fetch("SELECT version FROM catalogue_state", {})
        return int(rows[0][0])


def _select(query: EventQuery, terms: tuple[SearchTerm, ...]) -> tuple[str, dict[str, Any]]:
    conditions, parameters = _filters(query)
    if terms:
        conditions.append(
            "row_id IN (SELECT rowid FROM event_search WHERE event_search MATCH :match)"
        )
        parameters["match"] = _match(terms)
    backwards = query.cursor is not None and query.cursor.backwards
    descending = (query.ordering is Ordering.EVENT_TIME_DESCENDING) is not backwards
    if query.cursor is not None:
        conditions.append(f"(event_time, id) {'<' if descending else '>'} (:at, :id)")
        parameters["at"] = to_micros(query.cursor.place.event_time)
        parameters["id"] = query.cursor.place.id
    direction = "DESC" if descending else "ASC"
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    parameters["rows"] = query.limit + 1
    statement = (
        f"SELECT {COLUMNS} FROM event {where}"  # noqa: S608  # only constants, values are bound
        f" ORDER BY event_time {direction}, id {direction} LIMIT :rows"
    )
    return statement, parameters


def _filters(query: EventQuery) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    if query.statuses:
        names = [f"status_{n}" for n in range(len(query.statuses))]
        conditions.append(f"status IN ({', '.join(f':{name}' for name in names)})")
        parameters |= zip(names, sorted(status.value for status in query.statuses), strict=True)
    bounds = (
        ("registration_deadline >=", "deadline_from", query.deadline_from),
        ("registration_deadline <", "deadline_to", query.deadline_to),
        ("event_time >=", "time_from", query.time_from),
        ("event_time <", "time_to", query.time_to),
    )
    for comparison, name, instant in bounds:
        if instant is not None:
            conditions.append(f"{comparison} :{name}")
            parameters[name] = to_micros(instant)
    return conditions, parameters


def _match(terms: tuple[SearchTerm, ...]) -> str:
    """Return the FTS5 expression; the words hold letters and digits only, and stand quoted."""
    *whole, last = terms
    return " AND ".join(
        [*(f'"{term.stem}"' for term in whole), f'("{last.stem}" OR "{last.word}" *)']
    )
