"""The contract of a cache of ready answers, in this process and before Redis."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import pytest
from attrs import define, field

from contract.caching import FOR_LONG, Letters, memory
from events_face_adapters.cache import Cache, LayeredCache
from events_face_adapters.cache.redis_cache import RedisCache
from support.waiting import until

MakeCache = Callable[..., Cache[str]]


@pytest.fixture(params=["memory", "redis"])
async def new_cache(request: pytest.FixtureRequest) -> AsyncIterator[MakeCache]:
    """Make a cache, at version 1, in which a value weighs as many units as it has letters."""
    if request.param == "memory":
        yield memory
        return
    redis = RedisCache(request.getfixturevalue("redis_url"))
    layered: list[LayeredCache[str]] = []

    def make(*, ttl: float = FOR_LONG, capacity: int = 100) -> Cache[str]:
        cache = memory(ttl=ttl, capacity=capacity)
        layered.append(LayeredCache(cache, redis, Letters(uuid4().hex)))
        return layered[-1]

    yield make
    for cache in layered:
        await cache.close()
    await redis.close()


@define
class Loader:
    """Loads a value when it is let; counts how often it was asked."""

    value: str = "value"
    error: Exception | None = None
    loads: int = 0
    go: asyncio.Event = field(factory=asyncio.Event)
    begun: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self) -> str:
        self.loads += 1
        self.begun.set()
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return self.value


def _at_once(value: str) -> Callable[[], Awaitable[str]]:
    async def load() -> str:
        return value

    return load


async def _put(cache: Cache[str], *values: str) -> None:
    for value in values:
        await cache.get_or_load(value[0], _at_once(value))


async def test_an_empty_cache_has_nothing(new_cache: MakeCache) -> None:
    assert new_cache().get("key") is None


async def test_a_missing_value_is_loaded_and_kept(new_cache: MakeCache) -> None:
    cache = new_cache()

    loaded = await cache.get_or_load("key", _at_once("value"))

    assert (loaded, cache.get("key")) == ("value", "value")


async def test_a_kept_value_is_not_loaded_again(new_cache: MakeCache) -> None:
    cache = new_cache()
    await cache.get_or_load("key", _at_once("first"))

    assert await cache.get_or_load("key", _at_once("second")) == "first"


async def test_each_key_has_a_value_of_its_own(new_cache: MakeCache) -> None:
    cache = new_cache()
    await _put(cache, "apple", "banana")

    assert (cache.get("a"), cache.get("b")) == ("apple", "banana")


async def test_the_least_recently_used_value_goes_first(new_cache: MakeCache) -> None:
    cache = new_cache(capacity=15)
    await _put(cache, "aaaaa", "bbbbb", "ccccc")
    cache.get("a")

    await _put(cache, "ddddd")

    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]


async def test_a_loaded_hit_counts_as_a_use_too(new_cache: MakeCache) -> None:
    cache = new_cache(capacity=15)
    await _put(cache, "aaaaa", "bbbbb", "ccccc", "aaaaa")

    await _put(cache, "ddddd")

    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]


async def test_a_heavy_value_makes_several_light_ones_go(new_cache: MakeCache) -> None:
    cache = new_cache(capacity=15)
    await _put(cache, "aaaaa", "bbbbb", "ccccc")

    await _put(cache, "dddddddddd")

    assert [key for key in "abcd" if cache.get(key)] == ["c", "d"]


async def test_the_values_together_never_weigh_more_than_the_capacity(new_cache: MakeCache) -> None:
    cache = new_cache(capacity=50)

    for number in range(200):
        await cache.get_or_load(number, _at_once("x" * (number % 13 + 1)))

    kept = [value for number in range(200) if (value := cache.get(number)) is not None]
    assert 50 - 13 < sum(map(len, kept)) <= 50


async def test_a_value_heavier_than_the_cache_is_answered_and_not_kept(
    new_cache: MakeCache,
) -> None:
    cache = new_cache(capacity=10)
    await _put(cache, "aaaaa")

    loaded = await cache.get_or_load("h", _at_once("h" * 11))

    assert loaded == "h" * 11
    assert (cache.get("h"), cache.get("a")) == (None, "aaaaa")


async def test_a_value_as_heavy_as_the_cache_is_kept(new_cache: MakeCache) -> None:
    cache = new_cache(capacity=10)
    await _put(cache, "h" * 10)

    assert cache.get("h") == "h" * 10


async def test_a_value_is_kept_no_longer_than_its_time(new_cache: MakeCache) -> None:
    cache = new_cache(ttl=0.02)
    await cache.get_or_load("key", _at_once("first"))
    await asyncio.sleep(0.03)

    async def forgotten() -> bool:
        return await cache.get_or_load("key", _at_once("second")) == "second"

    assert cache.get("key") is None
    await until(forgotten, seconds=1.0)


async def test_being_used_does_not_keep_a_value_longer(new_cache: MakeCache) -> None:
    cache = new_cache(ttl=0.05)
    await cache.get_or_load("key", _at_once("first"))

    for _ in range(6):
        cache.get("key")
        await asyncio.sleep(0.01)

    assert cache.get("key") is None


async def test_a_value_whose_time_is_drawn_shorter_ends_sooner() -> None:
    cache = memory(ttl=FOR_LONG, shortened=9.999)  # ten times as much as is ever drawn
    await cache.get_or_load("key", _at_once("value"))

    await until(lambda: cache.get("key") is None, seconds=1.0)


@pytest.mark.parametrize(("drawn", "lifetime"), [(0.0, 60.0), (0.5, 57.0), (1.0, 54.0)])
def test_the_time_of_a_value_is_shortened_by_a_tenth_at_most(drawn: float, lifetime: float) -> None:
    assert memory(ttl=60.0, shortened=drawn).lifetime() == pytest.approx(lifetime)


async def test_with_no_time_to_live_nothing_is_kept(new_cache: MakeCache) -> None:
    cache = new_cache(ttl=0)
    await cache.get_or_load("key", _at_once("first"))

    assert cache.get("key") is None
    assert await cache.get_or_load("key", _at_once("second")) == "second"


@pytest.mark.parametrize("ttl", [0, FOR_LONG])
async def test_forty_who_miss_one_key_at_once_load_it_once(
    new_cache: MakeCache, ttl: float
) -> None:
    cache, loader = new_cache(ttl=ttl), Loader()
    waiting = [asyncio.create_task(cache.get_or_load("key", loader)) for _ in range(40)]
    await loader.begun.wait()
    loader.go.set()

    assert await asyncio.gather(*waiting) == ["value"] * 40
    assert loader.loads == 1


async def test_different_keys_are_loaded_side_by_side(new_cache: MakeCache) -> None:
    cache = new_cache()
    loaders = [Loader(value=f"value {n}") for n in range(5)]
    waiting = [
        asyncio.create_task(cache.get_or_load(n, loader)) for n, loader in enumerate(loaders)
    ]
    await asyncio.gather(*(loader.begun.wait() for loader in loaders))
    for loader in loaders:
        loader.go.set()

    assert await asyncio.gather(*waiting) == [f"value {n}" for n in range(5)]


async def test_an_error_reaches_everybody_who_waits(new_cache: MakeCache) -> None:
    cache, loader = new_cache(), Loader(error=LookupError("no such event"))
    waiting = [asyncio.create_task(cache.get_or_load("key", loader)) for _ in range(40)]
    await loader.begun.wait()
    loader.go.set()

    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert outcomes == [loader.error] * 40
    assert loader.loads == 1


async def test_an_error_is_not_kept(new_cache: MakeCache) -> None:
    cache, loader = new_cache(), Loader(error=LookupError("no such event"))
    loader.go.set()
    with pytest.raises(LookupError):
        await cache.get_or_load("key", loader)

    assert await cache.get_or_load("key", _at_once("value")) == "value"


async def test_a_caller_that_is_cut_off_leaves_the_load_to_the_others(new_cache: MakeCache) -> None:
    cache, loader = new_cache(), Loader()
    first = asyncio.create_task(cache.get_or_load("key", loader))
    await loader.begun.wait()
    second = asyncio.create_task(cache.get_or_load("key", loader))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    loader.go.set()

    assert first.cancelled()
    assert (await second, loader.loads) == ("value", 1)


async def test_a_load_whose_only_caller_is_cut_off_still_fills_the_cache(
    new_cache: MakeCache,
) -> None:
    cache, loader = new_cache(), Loader()
    only = asyncio.create_task(cache.get_or_load("key", loader))
    await loader.begun.wait()
    only.cancel()
    await asyncio.gather(only, return_exceptions=True)
    loader.go.set()

    assert await cache.get_or_load("key", _at_once("another")) == "value"


async def test_an_error_that_nobody_waits_for_any_more_is_no_noise(new_cache: MakeCache) -> None:
    loop, noise = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: noise.append(context))
    cache, loader = new_cache(), Loader(error=LookupError("no such event"))
    only = asyncio.create_task(cache.get_or_load("key", loader))
    await loader.begun.wait()
    only.cancel()
    await asyncio.gather(only, return_exceptions=True)
    # Its traceback would keep the load alive, and so quiet.
    del only
    loader.go.set()
    for _ in range(4):
        await asyncio.sleep(0)
    gc.collect()

    assert noise == []


async def test_a_new_version_forgets_every_value(new_cache: MakeCache) -> None:
    cache = new_cache()
    await _put(cache, "apple", "banana")
    cache.move_to(2)

    assert (cache.version, cache.get("a"), cache.get("b")) == (2, None, None)


@pytest.mark.parametrize("version", [2, 3])
async def test_an_old_or_equal_version_forgets_nothing(new_cache: MakeCache, version: int) -> None:
    cache = new_cache()
    cache.move_to(3)
    await _put(cache, "apple")
    cache.move_to(version)

    assert (cache.version, cache.get("a")) == (3, "apple")


async def test_a_value_that_was_loaded_across_a_change_is_not_kept(new_cache: MakeCache) -> None:
    cache, loader = new_cache(), Loader(value="old")
    waiting = asyncio.create_task(cache.get_or_load("key", loader))
    await loader.begun.wait()
    cache.move_to(2)
    loader.go.set()

    assert await waiting == "old"
    assert cache.get("key") is None


async def test_who_asks_after_a_change_does_not_wait_for_a_load_from_before(
    new_cache: MakeCache,
) -> None:
    cache, before, after = new_cache(), Loader(value="old"), Loader(value="new")
    early = asyncio.create_task(cache.get_or_load("key", before))
    await before.begun.wait()
    cache.move_to(2)
    late = asyncio.create_task(cache.get_or_load("key", after))
    await after.begun.wait()
    before.go.set()
    assert await early == "old"

    third = asyncio.create_task(cache.get_or_load("key", after))
    await asyncio.sleep(0)
    after.go.set()

    assert [await late, await third] == ["new", "new"]
    assert (after.loads, cache.get("key")) == (1, "new")


async def test_a_late_load_from_before_a_change_does_not_overwrite_the_new_value(
    new_cache: MakeCache,
) -> None:
    cache, before = new_cache(), Loader(value="old")
    early = asyncio.create_task(cache.get_or_load("key", before))
    await before.begun.wait()
    cache.move_to(2)
    await cache.get_or_load("key", _at_once("new"))
    before.go.set()

    assert await early == "old"
    assert cache.get("key") == "new"
