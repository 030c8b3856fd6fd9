"""The shared cache in Redis."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis

from events_face_core.kernel import DependencyUnavailableError

CALLS = 16
"""The most calls under way, and connections, of one process."""

_LONGEST_CALL_SECONDS = 1.0


class RedisCache:
    """``SharedCache`` in Redis. Connects when it is first asked.

    A caller that is cut off (deadlines here are a few milliseconds) leaves its call to end by
    itself, within a second. So a connection that takes longer to open is open for the next
    caller, a slow server is not burdened with a new connection for each call that was cut off,
    and a late reply is read by the call that it belongs to, never by another.
    """

    def __init__(self, url: str) -> None:
        """Prepare for a server.

        Args:
            url: such as ``redis://user:password@host:6379/0``.

        Raises:
            ValueError: the URL cannot be read.
        """
        # The pool never makes a call wait: there are no more calls than connections.
        pool = BlockingConnectionPool.from_url(
            url, max_connections=CALLS, timeout=_LONGEST_CALL_SECONDS
        )
        self._client = Redis.from_pool(pool)
        self._calls: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def fetch(self, name: str) -> bytes | None:
        """Return what is kept under the name; see the port."""
        value = await self._call(lambda: self._client.get(name))
        if value is not None and not isinstance(value, bytes):
            raise DependencyUnavailableError("Redis answers with no value", reached=True)
        return value

    async def store(self, name: str, value: bytes, *, ttl: float) -> None:
        """Keep a value; see the port."""
        milliseconds = max(1, int(ttl * 1000))
        await self._call(lambda: self._client.set(name, value, px=milliseconds))

    async def close(self) -> None:
        """Close the connections, whatever is under way."""
        self._closed = True
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_CALL_SECONDS):
                await self._client.aclose()

    async def _call(self, command: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  # any answer
        if self._closed or len(self._calls) >= CALLS:
            raise DependencyUnavailableError("Redis has no connection free", reached=False)
        call = asyncio.create_task(_bounded(command))
        self._calls.add(call)
        call.add_done_callback(self._ended)
        await asyncio.wait({call})
        return call.result()

    def _ended(self, call: asyncio.Task[Any]) -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # seen, even where nobody waits for it any more


async def _bounded(command: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  # any answer
    try:
        async with asyncio.timeout(_LONGEST_CALL_SECONDS):
            return await command()
    except Exception as error:  # redis-py does not say all that it may raise
        raise DependencyUnavailableError(f"Redis: {error!r}", reached=True) from error
