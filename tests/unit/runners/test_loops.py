"""The loop of a task, and who is woken when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

from attrs import define, field

from events_face_core.catalogue import CatalogueChanged
from events_face_runners.background.chores import Chores
from events_face_runners.background.loops import WakeUps, repeat
from events_face_runners.background.schedule import Daily, Every, ScheduledTask, When
from events_face_runners.observing.metrics import Metrics
from support.waiting import until
from unit.fakes import FakeClock

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@define
class Counted:
    """A task that counts how often it ran, and its loop."""

    chores: Chores
    clock: FakeClock = field(factory=lambda: FakeClock(NOON))
    runs: int = 0

    async def run(self) -> None:
        self.runs += 1

    @asynccontextmanager
    async def looping(self, when: When) -> AsyncIterator[None]:
        """Its loop, while the block runs."""
        task = ScheduledTask(name="task", run=self.run, when=when)
        loop = self.chores.group.create_task(repeat(task, self.chores, self.clock))
        yield
        loop.cancel()


@asynccontextmanager
async def counted() -> AsyncIterator[Counted]:
    async with asyncio.TaskGroup() as group:
        yield Counted(Chores(group, Metrics()))


async def several_turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_task_runs_at_once_and_then_every_so_often() -> None:
    async with counted() as task, task.looping(Every(0.02)):
        took = await until(lambda: task.runs >= 4)

    assert took >= 3 * 0.02


async def test_a_task_that_ran_here_a_moment_ago_waits_for_its_turn() -> None:
    async with counted() as task:
        await task.chores.start("task", task.run)
        async with task.looping(Every(3600)):
            await several_turns()

    assert task.runs == 1


async def test_a_task_of_the_night_waits_for_the_night() -> None:
    async with counted() as task:
        at = (NOON + timedelta(seconds=0.05)).time()
        async with task.looping(Daily(at)):
            await several_turns()
            before = task.runs
            task.clock.forward(seconds=1)
            await until(lambda: task.runs == 1)
            await several_turns()

    assert before == 0
    assert task.runs == 1


async def test_a_loop_that_takes_over_just_after_the_time_of_day_makes_up_for_it() -> None:
    async with counted() as task, task.looping(Daily(time(11, 59, 55))):
        await until(lambda: task.runs == 1)


async def test_a_loop_that_takes_over_later_leaves_it_for_the_next_day() -> None:
    async with counted() as task, task.looping(Daily(time(11, 59))):
        await several_turns()

    assert task.runs == 0


async def test_what_is_under_way_outlives_its_loop() -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        started.set()
        await go_on.wait()

    async with asyncio.TaskGroup() as group:
        chores = Chores(group, Metrics())
        task = ScheduledTask(name="task", run=run, when=Every(3600))
        loop = group.create_task(repeat(task, chores, FakeClock()))
        await started.wait()
        loop.cancel()
        await asyncio.wait({loop})
        under_way = chores.start("task", run)

        assert not under_way.done()
        go_on.set()


def test_a_commit_that_published_wakes_every_relay() -> None:
    wake_ups = WakeUps()
    one, other = wake_ups.add(), wake_ups.add()

    wake_ups.committed([CatalogueChanged(catalogue_version=1)])

    assert one.is_set()
    assert other.is_set()


def test_a_commit_that_published_nothing_wakes_nobody() -> None:
    wake_ups = WakeUps()
    due = wake_ups.add()

    wake_ups.committed([])

    assert not due.is_set()


def test_relays_that_are_to_look_more_often_look_at_once() -> None:
    wake_ups = WakeUps()
    due = wake_ups.add()

    wake_ups.poll_every(0.5)

    assert wake_ups.poll_seconds == 0.5
    assert due.is_set()
