"""Event sources in this process; they count the time that is spent in them."""

from collections.abc import Sequence
from datetime import date
from time import perf_counter

from attrs import define, field

from benchmarks.measuring.catalogue import BLOCK, Catalogue
from events_face_core.catalogue import Event, SourceEvent, SourcePage


@define
class ReadyPages:
    """An ``EventSource`` whose pages are made beforehand."""

    pages: Sequence[SourcePage]
    seconds: float = 0.0

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        del since
        started = perf_counter()
        page = self.pages[int(after or 0)]
        self.seconds += perf_counter() - started
        return page


def ready_pages(events: Sequence[Event], size: int) -> ReadyPages:
    """Return a source with so many events on a page."""
    stamped = [SourceEvent(event=event) for event in events]
    starts = range(0, len(stamped), size)
    return ReadyPages(
        [
            SourcePage(
                events=stamped[start : start + size],
                next=str(number) if start + size < len(stamped) else None,
            )
            for number, start in enumerate(starts, start=1)
        ]
    )


@define
class CataloguePages:
    """An ``EventSource`` that makes a catalogue too large to hold; a block is a page.

    Attributes:
        reached: after so many events, so many seconds were spent elsewhere.
    """

    catalogue: Catalogue
    reached: list[tuple[int, float]] = field(factory=list)
    began: float = 0.0
    seconds: float = 0.0

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        del since
        number, started = int(after or 0), perf_counter()
        if number == 0:
            self.began = started
        committed = min(number * BLOCK, self.catalogue.size)
        self.reached.append((committed, started - self.began - self.seconds))
        events = self.catalogue.block(number) if committed < self.catalogue.size else []
        # The last page is empty, so that somebody asks for it when all events are committed.
        page = SourcePage(
            events=[SourceEvent(event=event) for event in events],
            next=str(number + 1) if events else None,
        )
        self.seconds += perf_counter() - started
        return page
