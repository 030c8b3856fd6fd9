"""Reading an event source to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from events_face_core.catalogue.errors import SourceBrokenError
from events_face_core.catalogue.ports import EventSource, SourcePage


async def pages(source: EventSource, since: date | None) -> AsyncIterator[SourcePage]:
    """Yield every page of the events changed on a day or later; ``None`` asks for all events.

    Raises:
        DependencyUnavailableError: the source failed; what was yielded before is good.
        SourceBrokenError: it answers nonsense, or pages that lead back to themselves.
    """
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
