"""Redis fails in every way: the loops take over, and hand back when it answers again."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from msgspec.structs import replace

from events_face_runners.simulator import Faults, Simulator
from events_face_runners.wiring.settings import Settings
from integration.arq.deciding import confirmed, registered
from support.redis_server import OwnRedis
from support.service import Service
from support.waiting import until
from support.working import running_worker

Trouble = Callable[[OwnRedis], None]


def fill(server: OwnRedis) -> None:
    """Let it answer, and take nothing more."""
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", "1")


def empty(server: OwnRedis) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", "0")


OUTAGES = [
    pytest.param(OwnRedis.stop, OwnRedis.start, id="stopped"),
    pytest.param(OwnRedis.freeze, OwnRedis.thaw, id="frozen"),
    pytest.param(fill, empty, id="full"),
]


@pytest.mark.parametrize(("trouble", "mend"), OUTAGES)
async def test_registrations_are_decided_while_redis_is_in_trouble_and_afterwards(
    settings: Settings, face: Service, server: OwnRedis, trouble: Trouble, mend: Trouble
) -> None:
    # A sync that changes something would have the relays look as well.
    no_syncs = replace(settings, sync_interval=timedelta(hours=1))
    async with running_worker(no_syncs) as worker:
        await worker.scheduled_by("arq")

        trouble(server)
        await confirmed(face, await registered(face, 1))
        await worker.scheduled_by("loops")
        await confirmed(face, await registered(face, 2))
        mend(server)
        await worker.scheduled_by("arq")
        await confirmed(face, await registered(face, 3))


@pytest.mark.parametrize(("trouble", "mend"), OUTAGES)
async def test_deadlines_and_syncs_go_on_by_loops(
    settings: Settings, server: OwnRedis, trouble: Trouble, mend: Trouble
) -> None:
    async with running_worker(settings) as worker:
        await worker.scheduled_by("arq")
        trouble(server)
        await worker.scheduled_by("loops")
        deadlines, syncs = worker.count("deadlines"), worker.count("sync")

        await until(lambda: worker.count("deadlines") >= deadlines + 2)
        await until(lambda: worker.count("sync") >= syncs + 2)

        mend(server)


async def test_a_worker_that_starts_without_redis_works_by_loops_until_it_comes(
    settings: Settings, face: Service, server: OwnRedis
) -> None:
    server.stop()
    async with running_worker(settings) as worker:
        await confirmed(face, await registered(face))
        before = worker.background.scheduler
        server.start()

        await worker.scheduled_by("arq")

    assert before == "loops"


async def test_a_long_outage_is_two_lines_of_log(
    settings: Settings, server: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(settings, breaker_recovery=timedelta(seconds=0.05))
    with caplog.at_level(logging.INFO, "events_face_runners.background"):
        async with running_worker(settings) as worker:
            await worker.scheduled_by("arq")
            caplog.clear()
            server.stop()
            await worker.scheduled_by("loops")
            deadlines = worker.count("deadlines")
            await until(lambda: worker.count("deadlines") >= deadlines + 2)
            server.start()
            await worker.scheduled_by("arq")

    told = [r for r in caplog.records if r.name.endswith("arq_scheduler")]
    assert [record.levelname for record in told] == ["WARNING", "INFO"]
    assert "Redis cannot be used" in told[0].message


async def test_a_worker_tells_that_redis_is_gone(settings: Settings, server: OwnRedis) -> None:
    async with running_worker(settings) as worker:
        await worker.scheduled_by("arq")
        before = worker.background.circuits()
        server.stop()
        await worker.scheduled_by("loops")

        assert before == {"redis": "closed"}
        assert worker.background.circuits() == {"redis": "open"}


async def test_a_sync_under_way_outlives_the_redis_that_started_it(
    settings: Settings, simulator: Simulator, server: OwnRedis
) -> None:
    simulator.faults = Faults(latency=1.5, target=frozenset({"list"}))
    async with running_worker(settings) as worker:
        await worker.scheduled_by("arq")
        await until(lambda: simulator.calls["list"].attempted == 1)
        server.stop()
        await worker.scheduled_by("loops")

        await until(lambda: worker.count("sync") == 1)

        # Had the loops begun another, there would have been two calls at once.
        assert simulator.calls["list"].attempted == 1


async def test_without_redis_the_loops_schedule_from_the_start(
    tmp_path: Path, settings: Settings, face: Service
) -> None:
    async with running_worker(replace(settings, redis_url="")) as worker:
        await confirmed(face, await registered(face))

        assert worker.background.scheduler == "loops"
        assert worker.background.circuits() == {}
