"""A shared cache behind a guard."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from events_face_adapters.cache.ports import SharedCache
from events_face_adapters.resilience import Guard

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class GuardedSharedCache:
    """A ``SharedCache`` that is left alone while it fails.

    Only a change of its circuit is logged: requests come too often to log what each meets.
    """

    def __init__(self, shared: SharedCache, guard: Guard) -> None:
        self._shared = shared
        self._guard = guard
        self._spared = False

    async def fetch(self, name: str) -> bytes | None:
        """Return what is kept under the name; see the port."""
        return await self._call(lambda: self._shared.fetch(name))

    async def store(self, name: str, value: bytes, *, ttl: float) -> None:
        """Keep a value; see the port."""
        await self._call(lambda: self._shared.store(name, value, ttl=ttl))

    async def _call(self, function: Callable[[], Awaitable[Result]]) -> Result:
        try:
            return await self._guard.call(function)
        finally:
            self._tell()

    def _tell(self) -> None:
        breaker = self._guard.breaker
        spared = breaker.state_name != "closed"
        if spared and not self._spared:
            log.warning("%s fails and is left alone: %s", self._guard.name, breaker.last_failure)
        elif self._spared and not spared:
            log.info("%s answers again", self._guard.name)
        self._spared = spared
