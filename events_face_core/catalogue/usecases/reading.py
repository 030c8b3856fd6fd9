"""Reading an event source to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date

from attrs import frozen

from events_face_core.catalogue.errors import SourceBrokenError
from events_face_core.catalogue.model import SourceEvent
from events_face_core.catalogue.ports import EventSource, SourcePage
from events_face_core.kernel import EventsFaceError

BATCH = 200
"""How many events are read before they are applied: a source's pages are small, and a
transaction for each ten events costs four times what the events do."""


@frozen(kw_only=True)
class Batch:
    """Pages that are applied together, in one transaction."""

    pages: int = 0
    events: Sequence[SourceEvent] = ()
    unreadable: int = 0

    def and_page(self, page: SourcePage) -> Batch:
        """Return the batch with one page more."""
        return Batch(
            pages=self.pages + 1,
            events=(*self.events, *page.events),
            unreadable=self.unreadable + page.unreadable,
        )


async def batches(source: EventSource, since: date | None, *, size: int) -> AsyncIterator[Batch]:
    """Yield all pages in batches of at least so many events, but for the last.

    When the source fails, what was read before comes as a batch, and then the error.

    Raises:
        DependencyUnavailableError: the source failed; what was yielded before is good.
        SourceBrokenError: it answers nonsense, or pages that lead back to themselves.
    """
    batch = Batch()
    try:
        async for page in _pages(source, since):
            batch = batch.and_page(page)
            if len(batch.events) >= size:
                yield batch
                batch = Batch()
    except EventsFaceError:
        if batch.pages:
            yield batch
        raise
    if batch.pages:
        yield batch


async def _pages(source: EventSource, since: date | None) -> AsyncIterator[SourcePage]:
    after: str | None = None
    seen: set[str] = set()
    while True:
        page = await source.changes(since, after)
        yield page
        if page.next is None:
            return
        if page.next in seen:
            raise SourceBrokenError("The pages of the event source lead back to themselves.")
        seen.add(page.next)
        after = page.next
