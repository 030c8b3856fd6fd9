"""The event loop: the fastest there is here, and ways to wait on it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

# Longer than anything needs to tidy up when it is cancelled.
_TIDY_SECONDS = 1.5


def run_async(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, on uvloop where that extra is installed."""
    try:
        import uvloop  # noqa: PLC0415  # an extra: the service does without it
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or when so many seconds have passed."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and return when they have ended; raise what one of them failed with.

    Once is not enough: before Python 3.12, ``asyncio.wait_for`` loses a cancellation that comes
    just when what it waits for is done (python/cpython#81839), and redis-py sends by it.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_TIDY_SECONDS)
    for task in tasks:
        if not task.cancelled():
            task.result()
