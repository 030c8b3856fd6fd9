"""The event loop: the fastest there is here."""

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
