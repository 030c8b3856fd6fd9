"""Waiting for what comes in the end."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import monotonic

_PAUSE_SECONDS = 0.02


async def until(condition: Callable[[], bool | Awaitable[bool]], *, seconds: float = 60.0) -> float:
    """Return as soon as the condition holds, with the seconds it took; or fail in time."""
    started = monotonic()
    while True:
        holds = condition()
        if inspect.isawaitable(holds):
            holds = await holds
        if holds:
            return monotonic() - started
        if monotonic() > started + seconds:
            raise AssertionError(f"not within {seconds:g} s:\n{inspect.getsource(condition)}")
        await asyncio.sleep(_PAUSE_SECONDS)
