"""A limit on the duration of a call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from attrs import frozen

from events_face_core.kernel import DependencyUnavailableError

T = TypeVar("T")


@frozen(kw_only=True)
class Deadline:
    """Ends calls that take too long.

    It stands innermost: the breaker must see the failure, not a cancellation.
    """

    limit: timedelta = timedelta(seconds=10)

    async def call(self, function: Callable[[], Awaitable[T]]) -> T:
        """Call, and return the result.

        Raises:
            DependencyUnavailableError: no result came in time; the service may have acted.
        """
        seconds = self.limit.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await function()
        except TimeoutError as error:
            raise DependencyUnavailableError(
                f"no answer within {seconds:g} s", reached=True
            ) from error
