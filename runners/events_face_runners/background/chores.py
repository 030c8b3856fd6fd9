"""The tasks of the clock under way in this process."""

import asyncio
import logging
from math import inf
from time import monotonic

from attrs import define, field

from events_face_core.kernel import EventsFaceError
from events_face_runners.background.schedule import Run
from events_face_runners.observing.metrics import Metrics

log = logging.getLogger(__name__)


class DoneElsewhereError(Exception):
    """Another process is at this task."""


@define
class Chores:
    """Runs tasks by name, one of a name at a time, whatever becomes of them.

    They live in the group, not in what started them: when ARQ falls, what it started goes on.
    """

    group: asyncio.TaskGroup
    metrics: Metrics
    _under_way: dict[str, asyncio.Task[None]] = field(factory=dict, init=False)
    _ended: dict[str, float] = field(factory=dict, init=False)

    def start(self, name: str, run: Run) -> asyncio.Task[None]:
        """Start a task unless it is under way; return the one that is now."""
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = self.group.create_task(self._run(name, run))
        return task

    def idle(self, name: str) -> float:
        """Return for how many seconds a task has not run here; infinite if it never did."""
        return monotonic() - self._ended.get(name, -inf)

    async def finish(self, seconds: float) -> None:
        """Let what is under way end, but cut it off after so many seconds."""
        tasks = set(self._under_way.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()

    async def _run(self, name: str, run: Run) -> None:
        outcome = "failed"
        try:
            await run()
            outcome = "done"
        except DoneElsewhereError:
            outcome = "elsewhere"
        except asyncio.CancelledError:
            outcome = "cut-off"
            raise
        except EventsFaceError as error:
            log.warning("%s failed and is tried again: %s", name, error)
        except Exception:
            log.exception("%s failed and is tried again", name)
        finally:
            del self._under_way[name]
            self._ended[name] = monotonic()
            self.metrics.task(name, outcome)
