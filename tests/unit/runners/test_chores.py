"""Tasks under way: one of a name at a time, whatever becomes of them."""

from __future__ import annotations

import asyncio
import logging
from math import inf

import pytest
from attrs import define, field
from prometheus_client.parser import text_string_to_metric_families

from events_face_core.kernel import StorageUnavailableError
from events_face_runners.background.chores import Chores, DoneElsewhereError
from events_face_runners.observing.metrics import Metrics


@define
class Work:
    """A task that waits for the test, and then does what the test says."""

    go_on: asyncio.Event = field(factory=asyncio.Event)
    error: Exception | None = None
    runs: int = 0

    async def __call__(self) -> None:
        self.runs += 1
        await self.go_on.wait()
        if self.error is not None:
            raise self.error


def outcomes(metrics: Metrics) -> list[tuple[str, str]]:
    """Which tasks ended how."""
    return sorted(
        (sample.labels["task"], sample.labels["outcome"])
        for family in text_string_to_metric_families(metrics.exposition({}, {}).decode())
        for sample in family.samples
        if sample.name == "events_face_tasks_total"
    )


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


async def test_a_task_that_is_under_way_is_not_started_again(metrics: Metrics) -> None:
    work = Work()
    async with asyncio.TaskGroup() as group:
        chores = Chores(group, metrics)

        first, second = chores.start("sync", work), chores.start("sync", work)
        work.go_on.set()
        await first
        third = chores.start("sync", work)

    assert first is second
    assert third is not first
    assert work.runs == 2


async def test_tasks_of_other_names_run_beside_it(metrics: Metrics) -> None:
    long, short = Work(), Work()
    short.go_on.set()
    async with asyncio.TaskGroup() as group:
        chores = Chores(group, metrics)

        chores.start("sync", long)
        await chores.start("deadlines", short)
        long.go_on.set()

    assert outcomes(metrics) == [("deadlines", "done"), ("sync", "done")]


@pytest.mark.parametrize(
    ("error", "outcome", "level"),
    [
        (StorageUnavailableError("gone"), "failed", logging.WARNING),
        (ValueError("a bug"), "failed", logging.ERROR),
        (DoneElsewhereError("sync"), "elsewhere", None),
    ],
)
async def test_whatever_a_task_raises_is_counted_and_ends_nothing_else(
    metrics: Metrics,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    outcome: str,
    level: int | None,
) -> None:
    work = Work(error=error)
    work.go_on.set()
    async with asyncio.TaskGroup() as group:
        await Chores(group, metrics).start("sync", work)

    assert outcomes(metrics) == [("sync", outcome)]
    assert [record.levelno for record in caplog.records] == ([level] if level else [])


async def test_it_is_known_for_how_long_a_task_has_not_run(metrics: Metrics) -> None:
    work = Work()
    work.go_on.set()
    async with asyncio.TaskGroup() as group:
        chores = Chores(group, metrics)
        before = chores.idle("sync")
        await chores.start("sync", work)

        assert before == inf
        assert 0 <= chores.idle("sync") < 5


async def test_a_short_task_is_let_end(metrics: Metrics) -> None:
    work = Work()
    async with asyncio.TaskGroup() as group:
        chores = Chores(group, metrics)
        chores.start("sync", work)
        asyncio.get_running_loop().call_later(0.01, work.go_on.set)

        await chores.finish(10)

    assert outcomes(metrics) == [("sync", "done")]


async def test_a_long_task_is_cut_off(metrics: Metrics) -> None:
    work = Work()
    async with asyncio.TaskGroup() as group:
        chores = Chores(group, metrics)
        chores.start("sync", work)

        await chores.finish(0.01)

    assert outcomes(metrics) == [("sync", "cut-off")]
