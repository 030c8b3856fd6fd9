"""The listing: keyset paging, and searches that are quick for common words and for rare ones."""

from collections.abc import Callable, Sequence

from attrs import frozen

from events_face_adapters.storage.event_rows import COLUMNS, to_event
from events_face_adapters.storage.question import Question, Statement, where
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.session import Row, Session
from events_face_core.catalogue import Event, EventPage, EventQuery, page_of

_NEARBY = 250
"""Measured at a million events: looking so far costs about as much as the index of words."""


@frozen
class StoredEventReads:
    """``EventReads``.

    Attributes:
        ask: puts a query as the database wants it put.
    """

    session: Session
    search_text: SearchText
    ask: Callable[[EventQuery], Question]

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of the listing."""
        if query.search is None:
            rows = await self._fetch(self.ask(query).page())
        elif terms := self.search_text.terms(query.search):
            rows = await self._search(query, terms)
        else:
            rows = ()
        return page_of(query, tuple(to_event(self.session, row) for row in rows))

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        statement = f"SELECT {COLUMNS} FROM event WHERE id = $1"  # noqa: S608  # constant columns
        rows = await self.session.fetch(statement, event_id)
        return to_event(self.session, rows[0]) if rows else None

    async def version(self) -> int:
        """Return the version of the catalogue."""
        rows = await self.session.fetch("SELECT version FROM catalogue_state")
        return int(rows[0][0])

    async def _search(self, query: EventQuery, terms: Sequence[SearchTerm]) -> Sequence[Row]:
        """Search without collecting all that a common word finds, or passing all for a rare one.

        Events with a common word are soon met on a walk through the listing; what is not so
        common, the index of words finds in a walk of its own.
        """
        rows = await self._fetch(_near_search(self.ask(query), terms))
        if len(rows) > query.limit:
            return rows
        return await self._fetch(self.ask(query).far_search(terms, _NEARBY)) or rows

    async def _fetch(self, statement: Statement) -> Sequence[Row]:
        return await self.session.fetch(statement.text, *statement.values)


def _near_search(asked: Question, terms: Sequence[SearchTerm]) -> Statement:
    """Return the statement that looks for words among the next events, one by one."""
    near = asked.walk(f"{COLUMNS}, search_words", _NEARBY)
    conditions = [*asked.deadlines(), *asked.written(terms)]
    return asked.statement(
        f"SELECT {COLUMNS} FROM ({near}) AS near {where(conditions)}"  # noqa: S608  # only constants, values are bound
        f" ORDER BY {asked.order()} LIMIT {asked.rows()}"
    )
