"""ARQ as the scheduler while Redis answers, the loops while it does not.

ARQ only says what is to be started, and where: what runs, runs in our own ``Chores``. So a job
takes milliseconds, none waits behind a long one, and of a worker that is killed nothing is left
in Redis that would hold up the others. Importing it takes the extra ``redis``.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from functools import partial
from math import inf
from typing import Any

from arq import cron, func
from arq.cron import CronJob
from arq.utils import timestamp_ms
from arq.worker import Worker
from attrs import evolve, frozen
from redis.exceptions import RedisError

from events_face_adapters.system import SystemChance
from events_face_core.kernel import Clock
from events_face_runners.background.chores import Chores
from events_face_runners.background.job_queue import DELIVER, JobQueue, decode, encode
from events_face_runners.background.loops import repeat
from events_face_runners.background.schedule import Every, ScheduledTask, Scheduler, cron_times

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.1
_HEALTH_SECONDS = 10
_JOB_SECONDS = 10
_END_SECONDS = 1.0
# ARQ keeps in mind for a minute which ticks were run. An older one was, or is made up for by the
# ticks since.
_LATE_MILLISECONDS = 45_000


@frozen(kw_only=True)
class ArqScheduler:
    """Starts tasks when it is time, in one of the workers that share a queue.

    Attributes:
        tasks: what is to be started.
        sweep: looks at the outbox; also done at each kick, and left out without ARQ.
        in_force: is told who schedules from now on.
        recovery: how long Redis is left alone when it failed.
        net_seconds: whatever becomes of the queue, no worker leaves a task that needs no lease
            (the deadlines) alone for longer.
    """

    queue: JobQueue
    clock: Clock
    tasks: Sequence[ScheduledTask]
    sweep: ScheduledTask
    in_force: Callable[[Scheduler], None]
    recovery: timedelta
    net_seconds: float = 60.0

    async def run(self, chores: Chores) -> None:
        """Schedule until cancelled; what is then under way goes on."""
        while True:
            try:
                await self.queue.probe()
                log.info("ARQ schedules the tasks")
                self.in_force("arq")
                await self._by_arq(chores)
            except (RedisError, OSError) as error:
                log.warning("loops schedule the tasks, Redis cannot be used: %s", error)
            except Exception:
                log.exception("loops schedule the tasks, ARQ failed")
            self.in_force("loops")
            await self._by_loops(chores)

    async def _by_arq(self, chores: Chores) -> None:
        """Schedule with the other workers, until Redis fails."""
        worker = self._worker(chores)
        nets = [
            asyncio.create_task(self._net(task, task.when, chores))
            for task in self.tasks
            if isinstance(task.when, Every) and not task.exclusive
        ]
        try:
            await worker.async_run()
        finally:
            for net in nets:
                net.cancel()
            await _end(worker)

    async def _net(self, task: ScheduledTask, when: Every, chores: Chores) -> None:
        rarely = Every(max(when.seconds, self.net_seconds))
        await asyncio.sleep(rarely.seconds)
        await repeat(evolve(task, when=rarely), chores, self.clock)

    async def _by_loops(self, chores: Chores) -> None:
        """Schedule alone, until Redis answers again."""
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(repeat(task, chores, self.clock)) for task in self.tasks]
            await self._until_redis_answers()
            for loop in loops:
                loop.cancel()

    async def _until_redis_answers(self) -> None:
        while True:
            await asyncio.sleep(self.recovery.total_seconds())
            try:
                await self.queue.probe()
            except Exception as error:  # noqa: BLE001  # the loops go on, whatever it is
                log.debug("Redis cannot be used: %s", error)
            else:
                return

    def _worker(self, chores: Chores) -> Worker:
        async def deliver(ctx: dict[Any, Any], *_: Any, **__: Any) -> None:  # noqa: ANN401
            del ctx
            chores.start(DELIVER, self.sweep.run)

        return Worker(
            functions=[func(deliver, name=self.queue.job(DELIVER))],
            cron_jobs=[self._cron_job(task, chores) for task in (self.sweep, *self.tasks)],
            redis_pool=self.queue.redis,
            job_serializer=encode,
            job_deserializer=decode,
            queue_name=self.queue.name,
            health_check_key=self.queue.health_key,
            health_check_interval=_HEALTH_SECONDS,
            handle_signals=False,
            # No two workers in step, or one of them would be first each time.
            poll_delay=_POLL_SECONDS * (0.9 + 0.2 * SystemChance().fraction()),
            job_timeout=_JOB_SECONDS,
            max_tries=1,
            keep_result=0,
            log_results=False,
            timezone=UTC,
        )

    def _cron_job(self, task: ScheduledTask, chores: Chores) -> CronJob:
        async def job(ctx: dict[Any, Any], *_: Any, **__: Any) -> None:  # noqa: ANN401
            if timestamp_ms() - ctx["score"] < _LATE_MILLISECONDS:
                chores.start(task.name, partial(self._run, task))

        times = cron_times(task.when)
        return cron(
            job,
            name=self.queue.job(task.name),
            hour=set(times.hours),
            minute=set(times.minutes),
            second=set(times.seconds),
            # As a loop would, but not whenever Redis was away for a moment.
            run_at_startup=isinstance(task.when, Every) and chores.idle(task.name) == inf,
        )

    async def _run(self, task: ScheduledTask) -> None:
        if not task.exclusive:
            await task.run()
            return
        async with self.queue.alone(task.name):
            await task.run()


async def _end(worker: Worker) -> None:
    """Let jobs end that were just started; Redis may be gone."""
    jobs = [*worker.tasks.values()]
    if jobs:
        await asyncio.wait(jobs, timeout=_END_SECONDS)
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
