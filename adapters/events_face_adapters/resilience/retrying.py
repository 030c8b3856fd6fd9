"""Reads that fail now and then, tried again in place."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from attrs import field, frozen

from events_face_adapters.resilience.errors import CallRejectedError
from events_face_core.catalogue import EventSource, SourcePage
from events_face_core.kernel import Backoff, Chance, DependencyUnavailableError

log = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=30)


async def _sleep(wait: timedelta) -> None:
    await asyncio.sleep(wait.total_seconds())


@frozen(kw_only=True)
class RetryingEventSource:
    """An ``EventSource`` that asks for a page again before it gives a whole sync up.

    It stands outside of the guard. A call that the guard did not let through is not repeated:
    the source is to be left alone. Nor is one that is to wait for longer than half a minute.

    Attributes:
        attempts: the most calls for one page.
    """

    source: EventSource
    chance: Chance
    attempts: int = 5
    backoff: Backoff = field(
        factory=lambda: Backoff(base=timedelta(milliseconds=200), ceiling=timedelta(seconds=2))
    )
    sleep: Callable[[timedelta], Awaitable[None]] = _sleep

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        """Return a page of changes; see the port."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self.source.changes(since, after)
            except CallRejectedError:
                raise
            except DependencyUnavailableError as error:
                wait = self.backoff.wait(attempt, self.chance.fraction())
                wait = max(wait, error.retry_after or timedelta(0))
                if attempt >= self.attempts or wait > _PATIENCE:
                    raise
                log.info("a page of events is asked for again: %s", error)
            await self.sleep(wait)
