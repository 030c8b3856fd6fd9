"""Everything that runs behind the requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import time, timedelta
from functools import partial
from typing import Any

from attrs import define, field

from events_face_adapters.resilience import CircuitState
from events_face_core.catalogue import PurgeCatalogue, ReconcileCatalogue, SyncCatalogue
from events_face_core.kernel import EventsFaceError
from events_face_runners.background.chores import Chores
from events_face_runners.background.loops import POLL_SECONDS, WakeUps, keep_relaying, repeat
from events_face_runners.background.schedule import Daily, Every, ScheduledTask, Scheduler
from events_face_runners.event_loop import end
from events_face_runners.wiring.app import EventsFace

log = logging.getLogger(__name__)

Schedule = Callable[[Chores], Sequence[Coroutine[Any, Any, None]]]

_KEEP_DELIVERED = timedelta(days=7)
_KEEP_IDEMPOTENCY_KEYS = timedelta(hours=48)
# Where ARQ tells of what is due, relays need to look by themselves only for what it lost.
_POLL_SECONDS_BESIDE_ARQ = 5.0
_FINISH_TASK_SECONDS = 2.0


def scheduled_tasks(app: EventsFace) -> tuple[ScheduledTask, ...]:
    """Return all that is done by the clock."""
    tasks = [
        ScheduledTask(name="deadlines", run=app.reject_overdue, when=Every(1)),
        ScheduledTask(
            name="housekeeping", run=partial(keep_house, app), when=Every(3600), exclusive=True
        ),
        ScheduledTask(name="reminders", run=app.remind, when=Every(60), exclusive=True),
    ]
    if app.outside.ports.source is not None:
        interval = Every(app.settings.sync_interval.total_seconds())
        nightly = Daily(time.fromisoformat(app.settings.reconciliation_time))
        tasks += [
            ScheduledTask(name="sync", run=partial(sync, app), when=interval, exclusive=True),
            ScheduledTask(
                name="reconcile", run=partial(reconcile, app), when=nightly, exclusive=True
            ),
        ]
    return tuple(tasks)


@define
class Background:
    """The background work of a process.

    Relays deliver, whoever schedules. The tasks of the clock are scheduled by ARQ where there is
    a Redis and it answers, else by a loop for each.

    Attributes:
        sweep: how often ARQ has one of the workers look for what no kick told of.
    """

    app: EventsFace
    sweep: Every = field(default=Every(1), kw_only=True)
    scheduler: Scheduler | None = field(default=None, init=False)
    _wake_ups: WakeUps = field(factory=WakeUps, init=False)

    def circuits(self) -> dict[str, CircuitState]:
        """Return how Redis is, if it is to schedule."""
        if not self.app.settings.redis_url:
            return {}
        return {"redis": "closed" if self.scheduler == "arq" else "open"}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish deliveries under way, and tasks if they are short.

        What is cut off is done by another process, or at the next start.
        """
        app, wake_ups = self.app, self._wake_ups
        async with self._scheduling() as schedule, asyncio.TaskGroup() as group:
            chores = Chores(group, app.metrics)
            for relay in app.relays:
                group.create_task(keep_relaying(relay, wake_ups, stop))
            app.storage.listen(wake_ups.committed)
            schedulers = [group.create_task(each) for each in schedule(chores)]
            await stop.wait()
            wake_ups.wake()
            await end(*schedulers)
            await chores.finish(_FINISH_TASK_SECONDS)

    @asynccontextmanager
    async def _scheduling(self) -> AsyncIterator[Schedule]:
        """Give what starts the tasks; what it needs outlives them."""
        app = self.app
        tasks = scheduled_tasks(app)
        if not app.settings.redis_url:
            self._in_force("loops")
            yield lambda chores: [repeat(task, chores, app.clock) for task in tasks]
            return
        # An extra: who needs no Redis does without it.
        from events_face_runners.background.arq_scheduler import ArqScheduler  # noqa: PLC0415
        from events_face_runners.background.job_queue import open_queue  # noqa: PLC0415

        sweep = ScheduledTask(name="sweep", run=self._look, when=self.sweep)
        async with open_queue(app.settings.redis_url, app.storage.identity) as queue:
            scheduler = ArqScheduler(
                queue=queue,
                clock=app.clock,
                tasks=tasks,
                sweep=sweep,
                in_force=self._in_force,
                recovery=app.settings.breaker_recovery,
            )
            yield lambda chores: [scheduler.run(chores)]

    async def _look(self) -> None:
        self._wake_ups.wake()

    def _in_force(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.app.metrics.scheduler(scheduler)
        self._wake_ups.poll_every(_POLL_SECONDS_BESIDE_ARQ if scheduler == "arq" else POLL_SECONDS)


async def run_background(app: EventsFace, stop: asyncio.Event) -> None:
    """Sync, deliver, watch deadlines and purge until told to stop; finish deliveries under way."""
    await Background(app).run(stop)


async def sync(app: EventsFace) -> None:
    """Sync once, and count it."""
    try:
        report = await app.sync(SyncCatalogue())
    except EventsFaceError:
        app.metrics.sync_failed()
        raise
    app.metrics.sync(report)
    level = logging.INFO if report.applied else logging.DEBUG
    log.log(level, "sync read %d events and applied %d", report.read, report.applied)


async def reconcile(app: EventsFace) -> None:
    """Sync, then compare the whole catalogue with its source, repair it, and count what differed.

    The sync comes first, so that what is merely on its way is not counted.
    """
    try:
        await sync(app)
        report = await app.reconcile(ReconcileCatalogue())
    except EventsFaceError:
        app.metrics.reconciliation_failed()
        raise
    app.metrics.reconciliation(report)
    level = logging.WARNING if any(report.drift.values()) else logging.INFO
    log.log(
        level,
        "reconciliation read %d events: %d missing, %d stale, %d different; %d repaired",
        *(report.read, report.missing, report.stale, report.different, report.repaired),
    )


async def keep_house(app: EventsFace) -> None:
    """Purge events that ended long ago, and forget what nobody will ask for again."""
    purged = await app.purge(PurgeCatalogue(keep=app.settings.purge_after))
    pruned = await app.outbox.prune(_KEEP_DELIVERED)
    async with app.storage() as tx:
        forgotten = await tx.idempotency_keys.prune(
            used_before=app.clock.now() - _KEEP_IDEMPOTENCY_KEYS
        )
    tidied = await app.accounts.tidy()
    log.info(
        "housekeeping purged %d events, %d outbox rows, %d keys, %d sessions and counts",
        *(purged, pruned, forgotten, tidied),
    )
