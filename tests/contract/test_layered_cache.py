"""A cache in this process before a shared one: what is looked for where, and what is kept."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest
from attrs import define, field

from contract.caching import Letters, Shelf, memory
from events_face_adapters.cache import LayeredCache, MemoryCache, Outcome
from support.waiting import until


@define
class House:
    """Processes that share a shelf, each with a cache of its own."""

    shelf: Shelf = field(factory=Shelf)
    outcomes: Counter[Outcome] = field(factory=Counter)

    def process(self, cache: MemoryCache[str] | None = None) -> LayeredCache[str]:
        return LayeredCache(
            cache or memory(),
            self.shelf,
            Letters(),
            observe=lambda outcome: self.outcomes.update([outcome]),
        )

    async def stored(self) -> None:
        """Return once nothing is being stored any more."""
        await until(lambda: not self.shelf.waiting)


def at_once(value: str) -> Callable[[], Awaitable[str]]:
    async def load() -> str:
        return value

    return load


async def never() -> str:
    raise AssertionError("the database was asked")


@pytest.fixture
def house() -> House:
    return House()


async def test_what_one_process_loaded_another_finds(house: House) -> None:
    first, second = house.process(), house.process()
    await first.get_or_load("key", at_once("value"))
    await house.stored()

    found = await second.get_or_load("key", never)

    assert found == "value"
    assert house.outcomes == {"miss": 1, "hit": 1}


async def test_what_was_found_is_kept_in_the_process(house: House) -> None:
    house.shelf.kept["test:1:key"] = b"value"
    cache = house.process()

    await cache.get_or_load("key", never)

    assert cache.get("key") == "value"
    assert house.shelf.asked == ["test:1:key"]


async def test_what_is_in_the_process_is_not_asked_of_the_shelf(house: House) -> None:
    cache = house.process()
    await cache.get_or_load("key", at_once("value"))

    await cache.get_or_load("key", never)

    assert house.shelf.asked == ["test:1:key"]


async def test_forty_who_miss_at_once_ask_the_shelf_once_and_load_once(house: House) -> None:
    cache, loads = house.process(), 0

    async def load() -> str:
        nonlocal loads
        loads += 1
        return "value"

    await asyncio.gather(*(cache.get_or_load("key", load) for _ in range(40)))

    assert (len(house.shelf.asked), loads) == (1, 1)


async def test_after_a_change_nothing_older_is_found(house: House) -> None:
    first, second = house.process(), house.process()
    await first.get_or_load("key", at_once("old"))
    await house.stored()
    second.move_to(2)

    assert await second.get_or_load("key", at_once("new")) == "new"


async def test_what_was_read_before_a_change_is_not_found_under_the_version_after_it(
    house: House,
) -> None:
    """The change commits, and is heard of, while the load is under way."""
    cache, read, go_on = house.process(), asyncio.Event(), asyncio.Event()

    async def load() -> str:
        read.set()
        await go_on.wait()
        return "old"

    loading = asyncio.create_task(cache.get_or_load("key", load))
    await read.wait()
    cache.move_to(2)
    go_on.set()
    await loading
    await house.stored()

    assert house.shelf.kept == {}


async def test_a_process_that_has_not_heard_of_a_change_stores_under_the_older_version(
    house: House,
) -> None:
    """It may have read what is newer: found under the older version, that does no harm."""
    behind, ahead = house.process(), house.process()
    ahead.move_to(2)
    await behind.get_or_load("key", at_once("newer"))
    await house.stored()

    assert list(house.shelf.kept) == ["test:1:key"]
    assert await ahead.get_or_load("key", at_once("newest")) == "newest"


async def test_before_a_version_is_known_nothing_is_shared(house: House) -> None:
    house.shelf.kept["test:0:key"] = b"another time's"
    fresh = MemoryCache[str](ttl=60.0, capacity=100, size=len, chance=lambda: 0.0)

    found = await house.process(fresh).get_or_load("key", at_once("value"))
    await house.stored()

    assert found == "value"
    assert (house.shelf.asked, house.shelf.lifetimes) == ([], [])


async def test_with_no_time_to_live_nothing_is_shared(house: House) -> None:
    await house.process(memory(ttl=0)).get_or_load("key", at_once("value"))
    await house.stored()

    assert (house.shelf.asked, house.shelf.kept) == ([], {})


@pytest.mark.parametrize(("drawn", "lifetime"), [(0.0, 60.0), (1.0, 54.0)])
async def test_the_time_there_is_drawn_as_the_time_here(
    house: House, drawn: float, lifetime: float
) -> None:
    await house.process(memory(shortened=drawn)).get_or_load("key", at_once("value"))
    await until(lambda: bool(house.shelf.lifetimes))

    assert house.shelf.lifetimes == [pytest.approx(lifetime)]


async def test_what_cannot_be_read_is_a_miss_and_is_replaced(house: House) -> None:
    house.shelf.kept["test:1:key"] = b"\xff\xfe"

    loaded = await house.process().get_or_load("key", at_once("value"))
    await until(lambda: house.shelf.kept["test:1:key"] == b"value")

    assert loaded == "value"
    assert house.outcomes == {"miss": 1}


async def test_a_shelf_that_is_out_of_order_fails_nobody(house: House) -> None:
    house.shelf.broken = True
    cache = house.process()

    loaded = await cache.get_or_load("key", at_once("value"))
    await house.stored()

    assert (loaded, cache.get("key")) == ("value", "value")
    assert house.outcomes == {"failed": 1}


async def test_nobody_waits_until_a_value_is_stored(house: House) -> None:
    house.shelf.takes.clear()

    assert await house.process().get_or_load("key", at_once("value")) == "value"
    assert house.shelf.kept == {}


async def test_a_heavy_value_is_not_shared(house: House) -> None:
    heavy = "x" * (1024 * 1024 + 1)

    assert await house.process().get_or_load("key", at_once(heavy)) == heavy
    await house.stored()

    assert house.shelf.kept == {}


async def test_while_too_much_is_being_stored_the_rest_is_not(house: House) -> None:
    house.shelf.takes.clear()
    cache = house.process(memory(capacity=10_000))

    for number in range(100):
        await cache.get_or_load(number, at_once("value"))
    await until(lambda: house.shelf.waiting == 64)
    house.shelf.takes.set()
    await house.stored()

    assert len(house.shelf.kept) == 64


async def test_an_error_of_the_load_is_stored_nowhere(house: House) -> None:
    async def load() -> str:
        raise LookupError("no such event")

    with pytest.raises(LookupError):
        await house.process().get_or_load("key", load)
    await house.stored()

    assert house.shelf.kept == {}


async def test_closing_lets_what_is_being_stored_end(house: House) -> None:
    cache = house.process()
    await cache.get_or_load("key", at_once("value"))

    await cache.close()

    assert house.shelf.kept == {"test:1:key": b"value"}


async def test_closing_gives_up_what_takes_long(house: House) -> None:
    house.shelf.takes.clear()
    cache = house.process()
    await cache.get_or_load("key", at_once("value"))
    started = monotonic()

    await cache.close()

    assert monotonic() - started < 2.0
    assert house.shelf.kept == {}
