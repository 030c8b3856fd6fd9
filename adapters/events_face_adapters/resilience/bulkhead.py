"""A limit on the number of calls under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from events_face_adapters.resilience.errors import CallRejectedError

T = TypeVar("T")


class Bulkhead:
    """Lets a bounded number of calls through at once, so that a slow service ties up no more.

    Args:
        concurrency: the most calls under way.
        patience: how long a call waits for a place.
    """

    def __init__(self, *, concurrency: int = 8, patience: timedelta = timedelta(seconds=5)) -> None:
        if concurrency < 1:
            raise ValueError("a bulkhead needs at least one place")
        self._concurrency = concurrency
        self._patience = patience.total_seconds()
        self._places = asyncio.Semaphore(concurrency)
        self._claims = 0

    @property
    def free(self) -> int:
        """How many calls could start at once."""
        return max(0, self._concurrency - self._claims)

    async def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Call when there is a place, and return the result.

        Raises:
            CallRejectedError: no place became free in time; the call was not made.
        """
        self._claims += 1
        try:
            await self._take_place()
            try:
                return await function()
            finally:
                self._places.release()
        finally:
            self._claims -= 1

    async def _take_place(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError as error:
            raise CallRejectedError(
                f"{self._concurrency} calls are under way, and none ended in {self._patience:g} s"
            ) from error
