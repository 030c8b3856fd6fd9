"""Closing what talks to a broker that may be gone."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

log = logging.getLogger(__name__)

_under_way: set[asyncio.Task[None]] = set()


async def close_in_time(closing: Coroutine[Any, Any, None], limit: timedelta) -> None:
    """Close, and wait for it no longer than the limit; then let it end behind our back.

    It is not cancelled: the driver would leave connections and tasks behind. Each step of it
    has a time limit of its own.
    """
    task = asyncio.create_task(closing)
    _under_way.add(task)
    task.add_done_callback(_ended)
    await asyncio.wait({task}, timeout=limit.total_seconds())


def _ended(task: asyncio.Task[None]) -> None:
    _under_way.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.debug("closing failed: %s", error)
