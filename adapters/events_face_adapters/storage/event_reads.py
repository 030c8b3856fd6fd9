"""The listing: keyset paging, and searches that are quick for common words and for rare ones."""

from collections.abc import Callable, Sequence

from attrs import frozen

from events_face_adapters.storage.event_rows import COLUMNS, to_event
from events_face_adapters.storage.question import Question, Statement
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.session import Row, Session
from events_face_core.catalogue import Event, EventPage, EventQuery, page_of


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
        """Search without collecting all that a common word finds, or passing all for a rare one."""
        rows: Sequence[Row] = ()
        for statement in self.ask(query).searches(terms):
            rows = await self._fetch(statement) or rows
            if len(rows) > query.limit:
                break
        return rows

    async def _fetch(self, statement: Statement) -> Sequence[Row]:
        return await self.session.fetch(statement.text, *statement.values)
