"""What one process does alone, over a real Redis."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
import redis
from attrs import evolve

from events_face_runners.background.chores import DoneElsewhereError
from events_face_runners.background.job_queue import JobQueue, open_queue
from support.redis_server import OwnRedis
from support.tcp_proxy import Address, tcp_proxy
from support.waiting import until


@pytest.fixture
async def queue(server: OwnRedis) -> AsyncIterator[JobQueue]:
    async with open_queue(server.url, "one") as queue:
        yield evolve(queue, lease_seconds=0.2)


@pytest.fixture
async def other(server: OwnRedis) -> AsyncIterator[JobQueue]:
    """The same queue, as another process has it."""
    async with open_queue(server.url, "one") as queue:
        yield evolve(queue, lease_seconds=0.2)


async def is_free(queue: JobQueue, name: str) -> bool:
    try:
        async with queue.alone(name):
            return True
    except DoneElsewhereError:
        return False


async def test_only_one_process_at_a_time_does_what_is_done_alone(
    queue: JobQueue, other: JobQueue
) -> None:
    async with queue.alone("sync"):
        during = await is_free(other, "sync")

    assert not during
    assert await is_free(other, "sync")


async def test_another_task_and_another_deployment_are_not_held_up(
    queue: JobQueue, other: JobQueue
) -> None:
    async with queue.alone("sync"):
        assert await is_free(other, "housekeeping")
        assert await is_free(evolve(other, prefix="events-face:two"), "sync")


async def test_a_task_that_outlasts_the_lease_keeps_it(queue: JobQueue, other: JobQueue) -> None:
    async with queue.alone("sync"):
        await asyncio.sleep(3 * queue.lease_seconds)  # time itself is the point

        assert not await is_free(other, "sync")


async def test_what_a_killed_process_held_is_free_soon(
    server: OwnRedis, queue: JobQueue, other: JobQueue
) -> None:
    held = queue.redis.lock("events-face:one:sync:alone", timeout=queue.lease_seconds)
    await held.acquire()

    async def free() -> bool:
        return await is_free(other, "sync")

    assert not await free()
    await until(free, seconds=2)


async def test_a_task_that_fails_frees_the_way(queue: JobQueue, other: JobQueue) -> None:
    with pytest.raises(ZeroDivisionError):
        async with queue.alone("sync"):
            raise ZeroDivisionError

    assert await is_free(other, "sync")


async def test_without_redis_a_task_is_done_all_the_same(server: OwnRedis, queue: JobQueue) -> None:
    server.stop()

    assert await is_free(queue, "sync")


async def test_a_task_under_way_bears_the_loss_of_redis(server: OwnRedis, queue: JobQueue) -> None:
    async with queue.alone("sync"):
        server.stop()
        await asyncio.sleep(queue.lease_seconds)


async def test_a_kick_that_is_cut_off_halfway_leaves_no_connection_behind(
    server: OwnRedis,
) -> None:
    async with (
        tcp_proxy(Address.of_url(server.url)) as proxy,
        open_queue(f"redis://127.0.0.1:{proxy.port}/0", "one") as queue,
    ):
        await queue.kick()
        # The answer to WATCH comes through, the next one does not.
        proxy.swallow_after(len(b"+OK\r\n"))

        with pytest.raises(redis.TimeoutError):
            await queue.kick()
        gc.collect()
        await proxy.forward()

        await queue.kick()
        assert queue.redis.connection_pool._in_use_connections == set()
