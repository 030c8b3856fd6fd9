"""The listing: keyset paging, and searches that are quick for common words and for rare ones."""

from collections.abc import Sequence

from attrs import frozen

from events_face_adapters.storage.event_rows import StoredEventReads, to_event
from events_face_adapters.storage.postgres.listing import page
from events_face_adapters.storage.postgres.searching import far_search, near_search
from events_face_adapters.storage.question import Statement
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.session import Row
from events_face_core.catalogue import EventPage, EventQuery, page_of

_NEARBY = 250
"""Measured at a million events: looking so far costs about as much as the index of words."""


@frozen
class PostgresEventReads(StoredEventReads):
    """``EventReads``."""

    search_text: SearchText

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of the listing."""
        if query.search is None:
            rows = await self._fetch(page(query))
        elif terms := self.search_text.terms(query.search):
            rows = await self._search(query, terms)
        else:
            rows = ()
        return page_of(query, tuple(to_event(self.session, row) for row in rows))

    async def _search(self, query: EventQuery, terms: Sequence[SearchTerm]) -> Sequence[Row]:
        """Search without collecting all that a common word finds, or passing all for a rare one.

        Events with a common word are soon met on a walk through the listing; what is not so
        common, the index of words finds in a walk of its own.
        """
        rows = await self._fetch(near_search(query, terms, _NEARBY))
        if len(rows) > query.limit:
            return rows
        return await self._fetch(far_search(query, terms, _NEARBY)) or rows

    async def _fetch(self, statement: Statement) -> Sequence[Row]:
        return await self.session.fetch(statement.text, *statement.values)
