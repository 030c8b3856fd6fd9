"""Kicks: work is done at once because of them, and all the same without them."""

import asyncio
import re

import redis
from msgspec.structs import replace

from events_face_runners.background.schedule import Every
from events_face_runners.wiring.settings import Settings
from integration.arq.deciding import confirmed, registered
from support.redis_server import OwnRedis
from support.service import Service, running_service
from support.waiting import until
from support.working import running_worker

NEVER = Every(3600)


def kicks(face: Service, outcome: str = "sent") -> float:
    """How many kicks a web process has sent."""
    labels = {"outcome": outcome}
    return face.app.metrics.registry.get_sample_value("events_face_kicks_total", labels) or 0


async def registered_with_a_kick(face: Service, number: int, outcome: str = "sent") -> None:
    """Register somebody, and wait for the kick that follows."""
    before = kicks(face, outcome)
    await registered(face, number)
    await until(lambda: kicks(face, outcome) > before)


async def test_a_registration_is_decided_long_before_anybody_would_look_for_it(
    settings: Settings, face: Service
) -> None:
    async with running_worker(settings, sweep=NEVER) as worker:
        # From this look on, nothing but a kick has it look again within five seconds.
        await until(lambda: worker.count("sweep") == 1)

        await confirmed(face, await registered(face), seconds=3)

        assert worker.count("deliver") >= 1


async def test_what_no_kick_told_of_is_found_by_the_sweep(
    settings: Settings, face: Service
) -> None:
    async with (
        running_worker(settings) as worker,
        running_service(replace(settings, redis_url=""), background=False) as silent,
    ):
        await worker.scheduled_by("arq")

        await confirmed(face, await registered(silent), seconds=4)

        assert worker.count("deliver") == 0


async def test_visitors_do_not_wait_for_a_redis_that_does_not_answer(
    face: Service, server: OwnRedis
) -> None:
    server.freeze()

    async with asyncio.timeout(0.9):  # which is less than a kick takes to give up
        await registered(face, 1)
        await registered(face, 2)

    await until(lambda: kicks(face, "failed") >= 1)


async def test_a_web_process_is_ready_without_redis_and_says_that_it_is_gone(
    face: Service, server: OwnRedis
) -> None:
    server.stop()

    for number in range(face.app.settings.breaker_failures):
        await registered_with_a_kick(face, number, "failed")
    answer = await face.get("/health/ready")

    assert answer.status == 200
    assert answer.json()["dependencies"]["redis"] in {"open", "half-open"}


async def test_while_no_worker_runs_kicks_do_not_fill_redis(
    face: Service, server: OwnRedis
) -> None:
    for number in range(12):
        await registered_with_a_kick(face, number)

    with redis.Redis.from_url(server.url) as client:
        keys = [str(key) for key in client.scan_iter()]
    jobs = [key for key in keys if ":deliver:" in key]
    assert len(jobs) == 8
    assert len(keys) == 8 + 1  # the queue itself


async def test_jobs_are_json_that_anybody_may_read_and_nobody_can_make_us_run(
    face: Service, server: OwnRedis
) -> None:
    await registered(face)
    await until(lambda: kicks(face) == 1)

    with redis.Redis.from_url(server.url) as client:
        (key,) = client.keys("arq:job:*")
        job = client.get(key)

    form = rb'\{"t":null,"f":"events-face:[0-9a-f]{32}:deliver","a":\[\],"k":\{\},"et":\d+\}'
    assert re.fullmatch(form, job), job


async def test_a_flush_before_the_worker_starts_loses_nothing(
    settings: Settings, face: Service, server: OwnRedis
) -> None:
    ids = [await registered(face, number) for number in range(3)]
    await until(lambda: kicks(face) >= 1)
    server.flush()

    async with running_worker(settings):
        for registration_id in ids:
            await confirmed(face, registration_id)


async def test_a_flush_while_a_worker_works_loses_nothing_and_ends_nothing(
    settings: Settings, face: Service, server: OwnRedis
) -> None:
    async with running_worker(settings) as worker:
        await worker.scheduled_by("arq")
        ids = [await registered(face, number) for number in range(3)]
        server.flush()

        for registration_id in ids:
            await confirmed(face, registration_id)
        before = worker.count("deadlines")
        await until(lambda: worker.count("deadlines") >= before + 2)

        assert worker.background.scheduler == "arq"
