"""The shared cache in Redis, and what a Redis in trouble does to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from time import monotonic
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from events_face_adapters.cache.redis_cache import CALLS, RedisCache
from events_face_core.kernel import DependencyUnavailableError
from support.redis_server import OwnRedis, own_redis
from support.waiting import until

FOR_LONG = 60.0

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisCache]:
    cache = RedisCache(url)
    try:
        yield cache
    finally:
        await cache.close()


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[str]:
    """The URL of a server that is no Redis; its clients are gone before it is."""
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.create_task(serve(reader, writer)))

    async with await asyncio.start_server(connected, "127.0.0.1") as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*connections)


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[RedisCache]:
    async with opened(redis_url) as cache:
        yield cache


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def name() -> str:
    """A name that nobody else uses."""
    return f"events-face-test:{uuid4().hex}"


@pytest.fixture(scope="module")
def server() -> Iterator[OwnRedis]:
    with own_redis() as server:
        yield server


@pytest.fixture
async def own(server: OwnRedis) -> AsyncIterator[RedisCache]:
    """A cache on a server of our own, which runs again after the test."""
    async with opened(server.url) as cache:
        yield cache
    server.stop()
    server.start()


# When all is well


async def test_what_was_never_stored_is_not_there(cache: RedisCache, name: str) -> None:
    assert await cache.fetch(name) is None


@pytest.mark.parametrize("value", [b"", b"\x00\xff\r\n$-1\r\n", b"x" * 1024 * 1024])
async def test_what_is_stored_is_fetched_byte_for_byte(
    cache: RedisCache, name: str, value: bytes
) -> None:
    await cache.store(name, value, ttl=FOR_LONG)

    assert await cache.fetch(name) == value


async def test_a_value_takes_the_place_of_an_older_one(cache: RedisCache, name: str) -> None:
    await cache.store(name, b"older", ttl=FOR_LONG)
    await cache.store(name, b"newer", ttl=FOR_LONG)

    assert await cache.fetch(name) == b"newer"


@pytest.mark.parametrize(("ttl", "milliseconds"), [(60.0, 60_000), (0.75, 750)])
async def test_a_value_is_kept_for_its_time_to_the_millisecond(
    cache: RedisCache, client: Redis, name: str, ttl: float, milliseconds: int
) -> None:
    await cache.store(name, b"value", ttl=ttl)

    assert milliseconds - 500 < await client.pttl(name) <= milliseconds


@pytest.mark.parametrize("ttl", [0.02, 0.0001])
async def test_a_value_whose_time_is_over_is_gone(cache: RedisCache, name: str, ttl: float) -> None:
    await cache.store(name, b"value", ttl=ttl)

    async def gone() -> bool:
        return await cache.fetch(name) is None

    await until(gone, seconds=1.0)


async def test_a_hundred_calls_at_once_open_a_few_connections_and_the_rest_are_refused(
    server: OwnRedis, own: RedisCache
) -> None:
    outcomes = await asyncio.gather(
        *(own.fetch(str(number)) for number in range(100)), return_exceptions=True
    )

    async with Redis.from_url(server.url) as client:
        clients = await client.info("clients")
    assert sum(outcome is None for outcome in outcomes) == CALLS
    assert clients["connected_clients"] == CALLS + 1


async def test_after_its_end_nothing_is_asked_and_nothing_stays_open(
    server: OwnRedis, own: RedisCache
) -> None:
    await own.fetch("key")

    await own.close()

    with pytest.raises(DependencyUnavailableError):
        await own.fetch("key")
    async with Redis.from_url(server.url) as client:
        assert (await client.info("clients"))["connected_clients"] == 1


# When Redis is in trouble


async def cut_off(cache: RedisCache, name: str, *, seconds: float = 0.02) -> float:
    """Ask with little patience, and get no answer; return how long it took."""
    started = monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await cache.fetch(name)
    return monotonic() - started


async def put(cache: RedisCache, *names: str) -> None:
    for name in names:
        await cache.store(name, name.encode(), ttl=FOR_LONG)


async def test_a_flushed_redis_has_nothing(server: OwnRedis, own: RedisCache) -> None:
    await put(own, "a")
    server.flush()

    assert await own.fetch("a") is None


async def test_a_redis_that_started_again_is_asked_again_at_once(
    server: OwnRedis, own: RedisCache
) -> None:
    await put(own, "a")
    server.stop()
    await asyncio.to_thread(server.start)  # meanwhile the end of the connection is heard of

    assert await own.fetch("a") is None
    await put(own, "a")
    assert await own.fetch("a") == b"a"


async def test_a_stopped_redis_is_unavailable_at_once(server: OwnRedis, own: RedisCache) -> None:
    await put(own, "a")
    server.stop()
    started = monotonic()

    with pytest.raises(DependencyUnavailableError):
        await own.fetch("a")

    assert monotonic() - started < 0.5


async def test_who_asks_a_frozen_redis_can_be_cut_off_when_his_patience_ends(
    server: OwnRedis, own: RedisCache
) -> None:
    await put(own, "a")
    server.freeze()

    assert await cut_off(own, "a", seconds=0.02) < 0.2


async def test_after_a_thaw_each_name_has_its_own_value_though_calls_were_cut_off(
    server: OwnRedis, own: RedisCache
) -> None:
    """A reply that nobody waited for must not be taken for the next one's."""
    names = [f"name {number}" for number in range(8)]
    await put(own, *names)
    server.freeze()
    for name in names:
        await cut_off(own, name)
    server.thaw()

    found = [await own.fetch(name) for name in reversed(names)]

    assert found == [name.encode() for name in reversed(names)]


async def test_a_call_that_a_frozen_redis_never_answers_is_given_up_with_its_connection(
    server: OwnRedis, own: RedisCache
) -> None:
    await put(own, "a", "b")
    server.freeze()
    started = monotonic()

    with pytest.raises(DependencyUnavailableError):
        await own.fetch("a")
    took = monotonic() - started
    server.thaw()

    assert 0.9 < took < 2.0
    assert [await own.fetch("b"), await own.fetch("a")] == [b"b", b"a"]


async def test_closing_does_not_wait_for_a_frozen_redis(server: OwnRedis, own: RedisCache) -> None:
    await put(own, "a")
    server.freeze()
    await cut_off(own, "a")
    started = monotonic()

    await own.close()

    assert monotonic() - started < 0.5


async def test_a_full_redis_takes_nothing_and_still_answers(
    server: OwnRedis, own: RedisCache
) -> None:
    await put(own, "a")
    async with Redis.from_url(server.url) as client:
        await client.config_set("maxmemory", 1)

    with pytest.raises(DependencyUnavailableError, match="OutOfMemory"):
        await own.store("b", b"b", ttl=FOR_LONG)
    assert await own.fetch("a") == b"a"


async def test_a_value_of_another_kind_under_the_name_is_an_error(
    cache: RedisCache, client: Redis, name: str
) -> None:
    await client.xadd(name, {"another": "kind"})
    await client.pexpire(name, 10_000)

    with pytest.raises(DependencyUnavailableError, match="WRONGTYPE"):
        await cache.fetch(name)


async def test_wrong_credentials_are_an_error(server: OwnRedis) -> None:
    async with opened(server.url.replace("//", "//nobody:wrong@")) as stranger:
        with pytest.raises(DependencyUnavailableError, match="Authentication"):
            await stranger.fetch("a")


async def test_an_unreachable_server_is_an_error() -> None:
    async with opened("redis://127.0.0.1:1/0") as lost:
        with pytest.raises(DependencyUnavailableError):
            await lost.fetch("a")


async def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="db"):
        RedisCache("redis://127.0.0.1/0?db=first")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b":1\r\n" * 3,
        b"*1\r\n$1\r\na\r\n" * 3,
        b"+OK\r\n" * 2 + b"-LOADING Redis is loading the dataset in memory\r\n",
        b"+OK\r\n" * 2 + b"\x00\x01\x02\r\n",
        b"",
    ],
)
async def test_what_answers_garbage_is_an_error(answer: bytes) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(answer)
            if not answer:
                break

    async with answering(babble) as url, opened(url) as cache:
        with pytest.raises(DependencyUnavailableError):
            await cache.fetch("a")


async def test_a_connection_that_opens_slowly_is_there_for_the_next_who_asks(
    redis_url: str, name: str
) -> None:
    """TLS, a login and a distance may take longer to open than anybody waits for an answer."""
    target = Redis.from_url(redis_url).connection_pool.connection_kwargs

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await reader.read(65536):
            writer.write(content)
        writer.close()

    async def delay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        there, back = await asyncio.open_connection(target["host"], target["port"])
        await asyncio.gather(pipe(reader, back), pipe(there, writer))
        await back.wait_closed()

    async with answering(delay) as url, opened(url) as cache:
        await cut_off(cache, name, seconds=0.02)

        async def answered() -> bool:
            try:
                async with asyncio.timeout(0.05):
                    return await cache.fetch(name) is None
            except TimeoutError:
                return False

        await until(answered, seconds=2.0)
