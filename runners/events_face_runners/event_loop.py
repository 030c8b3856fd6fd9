"""The event loop: the fastest there is here, and a way to wait on it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


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
