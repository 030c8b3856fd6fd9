"""The listing: keyset paging, and searches that are quick for common words and for rare ones."""

from collections.abc import Sequence

import msgspec
from attrs import frozen

from events_face_adapters.storage.event_rows import StoredEventReads, to_event
from events_face_adapters.storage.postgres.listing import (
    Statement,
    estimate,
    far_search,
    near_search,
    page,
)
from events_face_adapters.storage.search_text import SearchTerm, SearchText
from events_face_adapters.storage.session import Row
from events_face_core.catalogue import EventPage, EventQuery, page_of

# Measured at a million events: collecting so many costs about as much as looking so far.
_GLANCE = 1_000
_LOOK = 4_000
_FEW = 5_000


class _Plan(msgspec.Struct):
    rows: int = msgspec.field(name="Plan Rows")


class _Explained(msgspec.Struct):
    plan: _Plan = msgspec.field(name="Plan")


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
        """Search without sorting all that a common word finds, or passing all for a rare one.

        Events with a common word are soon met on a walk through the listing; events with a rare
        one are soon collected by the index of words. The walk is short; then the planner, who
        knows the frequencies, tells whether a longer one is worth it.
        """
        nearby = _GLANCE
        rows = await self._fetch(near_search(query, terms, nearby))
        if len(rows) <= query.limit and not await self._are_few(query, terms):
            nearby = _LOOK
            rows = await self._fetch(near_search(query, terms, nearby))
        if len(rows) > query.limit:
            return rows
        return await self._fetch(far_search(query, terms, nearby)) or rows

    async def _are_few(self, query: EventQuery, terms: Sequence[SearchTerm]) -> bool:
        rows = await self._fetch(estimate(query, terms))
        (explained,) = msgspec.json.decode(rows[0][0], type=tuple[_Explained])
        return explained.plan.rows <= _FEW

    async def _fetch(self, statement: Statement) -> Sequence[Row]:
        return await self.session.fetch(statement.text, *statement.values)
