"""The consumer's loop: read, apply, commit; and wait where one of them cannot be done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from attrs import define, field

from events_face_adapters.brokers import ChangeStream, IncomingMessage
from events_face_adapters.resilience import Guard
from events_face_core.kernel import (
    Backoff,
    Chance,
    DependencyUnavailableError,
    StorageUnavailableError,
)
from events_face_runners.consumer.situation import Situation
from events_face_runners.event_loop import wait_for
from events_face_runners.observing.metrics import Metrics

log = logging.getLogger(__name__)

Result = TypeVar("Result")

HandleBatch = Callable[[Sequence[IncomingMessage]], Awaitable[None]]
"""Sees to it that nothing of a batch is left to do; doing it again is harmless."""

_LEAST_WAIT = timedelta(milliseconds=100)


@define(kw_only=True)
class Consumer:
    """Applies changes until told to stop, whatever becomes of Kafka and the database meanwhile.

    Offsets are committed after the changes are in the database and the dead letters are
    acknowledged: a crash in between only means that messages come again.

    Attributes:
        guard: stands before the calls to Kafka that have an answer.
    """

    stream: ChangeStream
    handle: HandleBatch
    guard: Guard
    chance: Chance
    metrics: Metrics
    stop: asyncio.Event
    backoff: Backoff = field(
        factory=lambda: Backoff(base=timedelta(milliseconds=200), ceiling=timedelta(seconds=5))
    )
    situation: Situation = field(init=False)
    _failures: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        """Take up the situation."""
        self.situation = Situation(self.metrics)

    async def run(self) -> None:
        """Consume until told to stop; connect again as often as it takes."""
        self.situation.connecting()
        while not self.stop.is_set():
            try:
                await self._unless_stopped(self.guard.call(self.stream.open))
                while not self.stop.is_set():
                    await self._step()
            except DependencyUnavailableError as error:
                self.situation.away(error)
                await self._start_over(error)
            except Exception as error:
                log.exception("consuming failed and is taken up again")
                self.situation.away(error)
                await self._start_over(error)
        await self.stream.close()
        self.situation.stopped()

    async def _step(self) -> None:
        """Do the next batch, if there is one."""
        messages = await self._poll()
        if messages:
            await self._do(messages)
        elif not self.stream.partitions:
            self.situation.joining()
        elif not self.stream.owing:
            self._flowing()

    async def _do(self, messages: Sequence[IncomingMessage]) -> None:
        try:
            await self.handle(messages)
        except (StorageUnavailableError, DependencyUnavailableError) as error:
            self.stream.put_back(messages)
            self.situation.paused(error)
            await self._pause(error)
            return
        self._flowing()
        await self.guard.call(lambda: self.stream.commit(messages))

    async def _pause(self, error: Exception) -> None:
        """Wait before the next attempt; polling meanwhile keeps our place in the group."""
        until = monotonic() + self._wait(error)
        while monotonic() < until and not self.stop.is_set():
            self.stream.pause()
            # The driver may still hold messages from before, or of partitions that are new.
            self.stream.put_back(await self._poll())
        self.stream.resume()

    def _flowing(self) -> None:
        self._failures = 0
        self.situation.consuming(self.stream.partitions)
        self.metrics.consumer_lag(self.stream.lag)

    async def _poll(self) -> Sequence[IncomingMessage]:
        return await self._unless_stopped(self.stream.poll()) or ()

    async def _start_over(self, error: Exception) -> None:
        await self.stream.close()
        await wait_for(self.stop, self._wait(error))

    def _wait(self, error: Exception) -> float:
        """Return how many seconds to wait after one more failure."""
        self._failures += 1
        wait = max(self.backoff.wait(self._failures, self.chance.fraction()), _LEAST_WAIT)
        asked = error.retry_after if isinstance(error, DependencyUnavailableError) else None
        return max(wait, asked or wait).total_seconds()

    async def _unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Do some work that may wait for long, but not longer than until told to stop."""
        task = asyncio.create_task(work)
        stopped = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            stopped.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)
