"""Kicks: a process that does no deliveries itself tells the workers that there are some."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from attrs import define, field

from events_face_adapters.resilience import CircuitState, Guard
from events_face_core.kernel import Message
from events_face_runners.event_loop import end
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.guards import make_guard, worst_state
from events_face_runners.wiring.messages import DELIVERED

log = logging.getLogger(__name__)

_BREATH_SECONDS = 0.05


@asynccontextmanager
async def kicking(app: EventsFace) -> AsyncIterator[Callable[[], Mapping[str, CircuitState]]]:
    """Kick the workers after each commit that leaves them work, while the block runs.

    Never in the way of whoever commits: a task of its own does it, for many commits at once. A
    kick that is lost is made up for by the workers' sweep. Without Redis there is nobody to kick.
    Gives how Redis is.
    """
    if not app.settings.redis_url:
        yield dict
        return
    # An extra: who needs no Redis does without it.
    from events_face_runners.background.job_queue import PATIENCE, open_queue  # noqa: PLC0415

    guard = make_guard(
        "redis-kicks",
        settings=app.settings,
        metrics=app.metrics,
        timeout=max(PATIENCE, app.settings.redis_timeout),
        concurrency=1,
    )
    async with open_queue(app.settings.redis_url, app.storage.identity) as queue:
        kicker = Kicker(queue.kick, guard, app.metrics)
        app.storage.listen(kicker.committed)
        task = asyncio.create_task(kicker.run())
        try:
            yield lambda: {"redis": worst_state(guard)}
        finally:
            await end(task)


@define
class Kicker:
    """Sends one kick for all commits since the last.

    Attributes:
        kick: sends one.
        guard: stands before Redis.
        metrics: count the kicks.
    """

    kick: Callable[[], Awaitable[None]]
    guard: Guard
    metrics: Metrics
    _due: asyncio.Event = field(factory=asyncio.Event, init=False)
    _failing: bool = field(default=False, init=False)

    def committed(self, messages: Sequence[Message]) -> None:
        """Hear of a commit of this process."""
        if any(message.name in DELIVERED for message in messages):
            self._due.set()

    async def run(self) -> None:
        """Kick when there is something to deliver, until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self.guard.call(self.kick)
            except Exception as error:  # noqa: BLE001  # whatever it is, the sweep makes up for it
                if not self._failing:
                    log.warning("kicks fail, workers find their work without: %s", error)
                self._failing = True
                self.metrics.kick("failed")
            else:
                if self._failing:
                    log.info("kicks reach Redis again")
                self._failing = False
                self.metrics.kick("sent")
            await asyncio.sleep(_BREATH_SECONDS)
