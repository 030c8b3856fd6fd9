"""Single events of our own, remembered by id."""

from __future__ import annotations

import asyncio

from attrs import define, field

from events_face_adapters.cache import MemoryCache
from events_face_core.ticketing import OwnEventStatus, ShownOwnEvent, TicketingQueries
from events_face_runners.web.ticketing import OwnEventCache, own_event_weight
from unit.ticketing.making import an_event

SHOWN = ShownOwnEvent(event=an_event(OwnEventStatus.PUBLISHED), category=None, taken=0)


@define
class SlowReads:
    """Knows the one event, and takes its time."""

    shown: ShownOwnEvent | None = SHOWN
    asked: list[str] = field(factory=list)

    async def own_event(self, event_id: str) -> ShownOwnEvent | None:
        self.asked.append(event_id)
        await asyncio.sleep(0.01)
        return self.shown


def a_cache(reads: SlowReads) -> OwnEventCache:
    memory: MemoryCache[ShownOwnEvent] = MemoryCache(
        ttl=60.0, capacity=1_000_000, size=own_event_weight, chance=lambda: 0.0
    )
    memory.move_to(1)
    queries = TicketingQueries(reads=reads, ratings=reads)  # type: ignore[arg-type]  # one read
    return OwnEventCache(memory, queries)


async def test_forty_who_want_one_event_at_once_ask_for_it_once() -> None:
    reads = SlowReads()
    cache = a_cache(reads)

    found = await asyncio.gather(*(cache.find("event") for _ in range(40)))

    assert found == [SHOWN] * 40
    assert reads.asked == ["event"]
    assert cache.knows("event")


async def test_what_is_not_there_for_everybody_is_not_remembered() -> None:
    reads = SlowReads(shown=ShownOwnEvent(event=an_event(), category=None, taken=0))
    cache = a_cache(reads)

    assert (await cache.find("event"), cache.knows("event")) == (None, False)
