"""Kicks: one for many commits, and never more than a line of log for many failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from attrs import define

from events_face_core.catalogue import CatalogueChanged
from events_face_core.kernel import Message
from events_face_core.notifications import NotificationWritten
from events_face_runners.background.kicking import Kicker
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.settings import Settings
from support.waiting import until

WORK: list[Message] = [NotificationWritten(notification_id="one")]


@define
class Queue:
    """Counts the kicks, and fails when a test says so."""

    kicks: int = 0
    tries: int = 0
    error: Exception | None = None

    async def kick(self) -> None:
        self.tries += 1
        if self.error is not None:
            raise self.error
        self.kicks += 1


@asynccontextmanager
async def kicker_of(queue: Queue) -> AsyncIterator[Kicker]:
    metrics = Metrics()
    guard = make_guard(
        "redis-kicks",
        settings=Settings(breaker_recovery=timedelta(seconds=0.1)),
        metrics=metrics,
        timeout=timedelta(seconds=1),
        concurrency=1,
    )
    kicker = Kicker(queue.kick, guard, metrics)
    task = asyncio.create_task(kicker.run())
    yield kicker
    task.cancel()
    await asyncio.wait({task})


async def test_many_commits_at_once_are_one_kick() -> None:
    queue = Queue()
    async with kicker_of(queue) as kicker:
        for _ in range(100):
            kicker.committed(WORK)
        await until(lambda: queue.kicks > 0)
        await asyncio.sleep(0)

    assert queue.kicks == 1


async def test_a_commit_after_a_kick_is_another() -> None:
    queue = Queue()
    async with kicker_of(queue) as kicker:
        kicker.committed(WORK)
        await until(lambda: queue.kicks == 1)
        kicker.committed(WORK)
        await until(lambda: queue.kicks == 2)


async def test_a_commit_that_leaves_nothing_to_deliver_is_no_kick() -> None:
    queue = Queue()
    async with kicker_of(queue) as kicker:
        kicker.committed([CatalogueChanged(catalogue_version=7)])
        kicker.committed([])
        for _ in range(20):
            await asyncio.sleep(0)

    assert queue.tries == 0


async def test_kicks_that_fail_are_told_once_and_once_when_they_no_longer_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = Queue(error=ConnectionError("nobody there"))
    with caplog.at_level("INFO"):
        async with kicker_of(queue) as kicker:

            def tried_after_a_commit(times: int) -> bool:
                kicker.committed(WORK)
                return queue.tries >= times

            await until(lambda: tried_after_a_commit(3))
            queue.error = None
            await until(lambda: tried_after_a_commit(6))

    assert [record.message for record in caplog.records] == [
        "kicks fail, workers find their work without: nobody there",
        "kicks reach Redis again",
    ]
