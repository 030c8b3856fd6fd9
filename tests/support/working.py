"""A worker in the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from events_face_runners.background import Background
from events_face_runners.background.schedule import Every, Scheduler
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from support.waiting import until

_STOP_SECONDS = 15.0


@attrs.frozen
class RunningWorker:
    """A worker that works, and the hand on its inside."""

    app: EventsFace
    background: Background

    def count(self, task: str, outcome: str = "done") -> int:
        """How often a task ended so in this worker."""
        labels = {"task": task, "outcome": outcome}
        return int(
            self.app.metrics.registry.get_sample_value("events_face_tasks_total", labels) or 0
        )

    async def scheduled_by(self, scheduler: Scheduler) -> None:
        """Wait until this one schedules."""
        await until(lambda: self.background.scheduler == scheduler)


@asynccontextmanager
async def running_worker(
    settings: Settings, *, sweep: Every | None = None
) -> AsyncIterator[RunningWorker]:
    """A worker that works while the block runs, wired as ``worker`` wires it."""
    async with open_events_face(settings) as app:
        background = Background(app, sweep=sweep or Every(1))
        stop = asyncio.Event()
        task = asyncio.create_task(background.run(stop))
        try:
            yield RunningWorker(app, background)
        finally:
            stop.set()
            await asyncio.wait_for(task, _STOP_SECONDS)
