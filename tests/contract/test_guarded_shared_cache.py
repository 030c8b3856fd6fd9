"""A shared cache behind a guard: how often it is asked, and what is said of it."""

import logging
from datetime import timedelta

import pytest

from contract.caching import Shelf
from events_face_adapters.cache import GuardedSharedCache
from events_face_adapters.resilience import Breaker, Bulkhead, Deadline, Guard
from events_face_core.kernel import DependencyUnavailableError
from support.waiting import until

RECOVERY = timedelta(milliseconds=50)


def guarded(shelf: Shelf) -> GuardedSharedCache:
    """Three failures open the circuit."""
    guard = Guard(
        "redis",
        Breaker("redis", failure_threshold=3, recovery=RECOVERY),
        Bulkhead(),
        Deadline(limit=timedelta(seconds=5)),
    )
    return GuardedSharedCache(shelf, guard)


async def fails(cache: GuardedSharedCache, *, times: int) -> None:
    for _ in range(times):
        with pytest.raises(DependencyUnavailableError):
            await cache.fetch("name")


async def test_a_guarded_cache_is_the_cache_behind_it() -> None:
    cache = guarded(Shelf())
    await cache.store("name", b"value", ttl=60.0)

    assert (await cache.fetch("name"), await cache.fetch("other")) == (b"value", None)


async def test_a_cache_that_fails_is_left_alone() -> None:
    shelf = Shelf(broken=True)

    await fails(guarded(shelf), times=50)

    assert len(shelf.asked) == 3


async def test_what_cannot_be_stored_counts_as_what_cannot_be_fetched() -> None:
    shelf = Shelf(broken=True)
    cache = guarded(shelf)
    for _ in range(3):
        with pytest.raises(DependencyUnavailableError):
            await cache.store("name", b"value", ttl=60.0)

    await fails(cache, times=1)

    assert shelf.asked == []


async def test_of_a_cache_that_fails_and_comes_back_two_lines_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "events_face_adapters.cache")
    shelf = Shelf(broken=True)
    cache = guarded(shelf)
    await fails(cache, times=50)
    shelf.broken = False

    async def back() -> bool:
        try:
            return await cache.fetch("name") is None
        except DependencyUnavailableError:
            return False

    await until(back, seconds=2.0)
    await cache.fetch("name")

    assert [record.getMessage() for record in caplog.records] == [
        "redis fails and is left alone: out of order",
        "redis answers again",
    ]
