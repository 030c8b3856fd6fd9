"""Web processes that share their answers through Redis, and a Redis in trouble."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic

import pytest

from events_face_core.kernel import OutboxState
from events_face_runners.simulator import Simulator, running_simulator
from support.health import dependencies, samples
from support.making import CHANGED, VISITOR, an_event, calm, event_id, quick_settings
from support.redis_server import OwnRedis, own_redis
from support.service import Service, running_service
from support.waiting import until

PAGE = "/api/events"
PATIENT = timedelta(seconds=5)
"""For what is not about time: a busy machine must not fail it."""
FOR_LONG = timedelta(minutes=10)
SHORT = timedelta(milliseconds=50)
FEW = 8
"""The calls that open a circuit after three failures, those under way then, and some probes."""


def names(page: Mapping[str, list[dict[str, str]]]) -> list[str]:
    return [event["name"] for event in page["results"]]


async def shared(service: Service) -> dict[str, float]:
    """What became of the questions to the shared cache."""
    counted = await samples(service, "events_face_shared_cache_requests_total")
    return {dict(labels)["outcome"]: value for labels, value in counted.items()}


async def caught_up(*services: Service) -> None:
    """Return once each has heard of the catalogue's last change, and shares answers."""

    async def shares() -> bool:
        for service in services:
            await service.get(f"{PAGE}?limit=99")
        return all([await shared(service) for service in services])

    await until(shares)


async def calls(service: Service, outcome: str) -> float:
    """How many calls to Redis had this outcome."""
    counted = await samples(service, "events_face_dependency_call_seconds_count")
    return counted.get((("dependency", "redis"), ("outcome", outcome)), 0)


async def all_stored(service: Service) -> None:
    """Return once each answer that was missed has been stored."""

    async def stored() -> bool:
        asked = await shared(service)
        return await calls(service, "ok") == sum(asked.values()) + asked["miss"]

    await until(stored)


@pytest.fixture
async def pair(
    tmp_path: Path, simulator: Simulator, redis_url: str
) -> AsyncIterator[tuple[Service, Service]]:
    """Two processes on one database and one Redis; nothing is synced but by the test."""
    settings = quick_settings(
        tmp_path,
        simulator,
        redis_url=redis_url,
        redis_timeout=PATIENT,
        listing_cache_ttl=FOR_LONG,
    )
    async with (
        running_service(settings, background=False) as one,
        running_service(settings, background=False) as other,
    ):
        await one.sync()
        yield one, other


# When all is well


async def test_a_page_that_one_process_loaded_another_answers_without_the_database(
    pair: tuple[Service, Service],
) -> None:
    one, other = pair
    await caught_up(one, other)
    before = await shared(other)
    loaded = await one.get(PAGE)
    await all_stored(one)

    found = await other.get(PAGE)

    after = await shared(other)
    assert found.body == loaded.body
    assert found.headers["ETag"] == loaded.headers["ETag"]
    assert found.headers["Cache-Control"] == loaded.headers["Cache-Control"]
    assert after.get("hit", 0) - before.get("hit", 0) == 1
    assert after.get("miss", 0) == before.get("miss", 0)


async def test_a_change_that_one_process_commits_another_shows_within_a_second(
    simulator: Simulator, pair: tuple[Service, Service]
) -> None:
    one, other = pair
    await caught_up(one, other)
    for service in pair:
        await service.get(PAGE)
    simulator.world.put(an_event(1, name="Другое", changed_at=CHANGED + timedelta(hours=1)))
    await one.sync()

    async def shows() -> bool:
        return names((await other.get(PAGE)).json()) == ["Другое"]

    await until(shows, seconds=1.0)
    assert names((await one.get(PAGE)).json()) == ["Другое"]


async def test_deployments_that_share_a_redis_do_not_see_each_other(
    tmp_path: Path, redis_url: str
) -> None:
    shown = []
    async with AsyncExitStack() as stack:
        for name in ("Одно", "Другое"):
            simulator = await stack.enter_async_context(
                running_simulator(calm(an_event(1, name=name)))
            )
            directory = tmp_path / name
            directory.mkdir()
            settings = quick_settings(
                directory,
                simulator,
                redis_url=redis_url,
                redis_timeout=PATIENT,
                listing_cache_ttl=FOR_LONG,
            )
            service = await stack.enter_async_context(running_service(settings, background=False))
            await service.sync()
            await caught_up(service)
            shown.append(names((await service.get(PAGE)).json()))

    assert shown == [["Одно"], ["Другое"]]


async def test_without_time_to_live_redis_is_not_asked(
    tmp_path: Path, simulator: Simulator, redis_url: str
) -> None:
    settings = quick_settings(
        tmp_path, simulator, redis_url=redis_url, listing_cache_ttl=timedelta(0)
    )
    async with running_service(settings, background=False) as service:
        await service.sync()
        for _ in range(3):
            assert (await service.get(PAGE)).status == 200

        assert await shared(service) == {}


async def test_one_idempotency_key_at_two_processes_is_one_registration(
    pair: tuple[Service, Service],
) -> None:
    one, other = pair

    answers = await asyncio.gather(
        *(service.register(event_id(1), VISITOR, key="one") for service in (one, other) * 10)
    )

    assert {answer.status for answer in answers} == {202}
    assert len({answer.body for answer in answers}) == 1
    waiting = await one.app.outbox_reads.rows(OutboxState.PENDING, limit=100)
    assert [row.name for row in waiting] == ["registration.accepted"]


# When Redis is in trouble


@pytest.fixture(scope="module")
def server() -> Iterator[OwnRedis]:
    with own_redis() as server:
        yield server


@pytest.fixture
async def troubled(
    tmp_path: Path, simulator: Simulator, server: OwnRedis
) -> AsyncIterator[Service]:
    """A service before a Redis that the test may stop; both are well when the test begins."""
    settings = quick_settings(
        tmp_path,
        simulator,
        redis_url=server.url,
        redis_timeout=SHORT,
        breaker_failures=3,
        breaker_recovery=timedelta(milliseconds=500),
        listing_cache_ttl=FOR_LONG,
    )
    async with running_service(settings, background=False) as service:
        await service.sync()
        await caught_up(service)
        yield service
    server.stop()
    server.start()


_days = count(1)


async def ask(service: Service) -> float:
    """Ask what nobody has asked before; return the seconds that it took."""
    day = date(2020, 1, 1) + timedelta(days=next(_days))
    started = monotonic()
    answer = await service.get(f"{PAGE}?event_time_from={day}T00:00:00Z")
    seconds = monotonic() - started
    assert answer.status == 200, answer
    assert names(answer.json()) == ["Событие 1"]
    return seconds


async def circuit(service: Service) -> str:
    return (await dependencies(service))["redis"]


async def closed_again(service: Service) -> None:
    """Return once Redis is asked again: somebody has to ask for that."""

    async def closed() -> bool:
        await ask(service)
        return await circuit(service) == "closed"

    await until(closed)


async def test_a_redis_that_is_well_is_shown_as_closed(troubled: Service) -> None:
    circuits = await samples(troubled, "events_face_dependency_circuit")

    assert await circuit(troubled) == "closed"
    assert circuits[(("dependency", "redis"),)] == 0


async def test_while_redis_is_frozen_the_database_answers_and_the_circuit_spares_both(
    server: OwnRedis, troubled: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "events_face_adapters.cache")
    server.freeze()

    took = [await ask(troubled) for _ in range(30)]

    assert await circuit(troubled) == "open"
    assert await calls(troubled, "failed") <= FEW
    assert median(took) < SHORT.total_seconds()
    server.thaw()
    await closed_again(troubled)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_while_redis_is_stopped_the_database_answers_until_it_is_back(
    server: OwnRedis, troubled: Service
) -> None:
    server.stop()

    for _ in range(30):
        await ask(troubled)

    assert await circuit(troubled) == "open"
    assert await calls(troubled, "failed") <= FEW
    server.start()
    await closed_again(troubled)


async def test_a_flushed_redis_is_filled_again(server: OwnRedis, troubled: Service) -> None:
    await ask(troubled)
    server.flush()

    await ask(troubled)

    assert await circuit(troubled) == "closed"


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "redis://nobody:wrong@127.0.0.1:{port}/0"]
)
async def test_a_redis_that_is_not_there_or_lets_nobody_in_does_not_stop_the_service(
    tmp_path: Path, simulator: Simulator, server: OwnRedis, url: str
) -> None:
    settings = quick_settings(
        tmp_path,
        simulator,
        redis_url=url.format(port=server.port),
        redis_timeout=PATIENT,
        breaker_failures=3,
        breaker_recovery=timedelta(seconds=30),
    )
    async with running_service(settings, background=False) as service:
        await service.sync()
        await caught_up(service)
        for _ in range(5):
            await ask(service)

        assert await circuit(service) == "open"
        assert (await service.get("/health/ready")).status == 200
