"""The bulkhead."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from events_face_adapters.resilience import Bulkhead, CallRejectedError

SHORT = timedelta(milliseconds=20)


class Slow:
    """Calls that end when a test says; the most that were under way at once."""

    def __init__(self) -> None:
        self.over = asyncio.Event()
        self.under_way = 0
        self.most = 0
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.over.wait()
        finally:
            self.under_way -= 1
        return "an answer"


@pytest.fixture
async def slow() -> Slow:
    return Slow()


async def test_no_more_calls_are_under_way_than_there_are_places(slow: Slow) -> None:
    bulkhead = Bulkhead(concurrency=3)
    calls = [asyncio.create_task(bulkhead.call(slow)) for _ in range(10)]
    await asyncio.sleep(0)
    assert slow.under_way == 3
    slow.over.set()
    assert await asyncio.gather(*calls) == ["an answer"] * 10
    assert slow.most == 3


async def test_a_call_that_finds_no_place_in_time_is_not_made(slow: Slow) -> None:
    bulkhead = Bulkhead(concurrency=1, patience=SHORT)
    first = asyncio.create_task(bulkhead.call(slow))
    await asyncio.sleep(0)
    with pytest.raises(CallRejectedError) as caught:
        await bulkhead.call(slow)
    slow.over.set()
    await first
    assert not caught.value.reached
    assert slow.calls == 1


async def test_free_places_are_those_that_nobody_waits_for(slow: Slow) -> None:
    bulkhead = Bulkhead(concurrency=2)
    free = [bulkhead.free]
    calls = []
    for _ in range(3):
        calls.append(asyncio.create_task(bulkhead.call(slow)))
        await asyncio.sleep(0)
        free.append(bulkhead.free)
    slow.over.set()
    await asyncio.gather(*calls)
    assert [*free, bulkhead.free] == [2, 1, 0, 0, 2]


async def test_every_end_of_a_call_frees_its_place(slow: Slow) -> None:
    async def fail() -> None:
        raise LookupError

    bulkhead = Bulkhead(concurrency=1, patience=SHORT)
    with pytest.raises(LookupError):
        await bulkhead.call(fail)
    cancelled = asyncio.create_task(bulkhead.call(slow))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.wait([cancelled])
    slow.over.set()
    assert await bulkhead.call(slow) == "an answer"
    assert bulkhead.free == 1


async def test_a_call_that_gives_up_waiting_leaves_the_queue(slow: Slow) -> None:
    bulkhead = Bulkhead(concurrency=1)
    first = asyncio.create_task(bulkhead.call(slow))
    waiting = asyncio.create_task(bulkhead.call(slow))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    slow.over.set()
    await first
    assert bulkhead.free == 1
    assert slow.calls == 1


def test_a_bulkhead_without_places_is_refused() -> None:
    with pytest.raises(ValueError, match="place"):
        Bulkhead(concurrency=0)
