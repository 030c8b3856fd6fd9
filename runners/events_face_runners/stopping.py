"""How a process is told to stop, and how it ends what is under way."""

import asyncio
import logging
import signal

log = logging.getLogger(__name__)

FINISH_SECONDS = 8.0
"""How long requests and deliveries under way may take to end, of the ten seconds we have."""


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    return stop


async def finish(worker: asyncio.Task[None]) -> None:
    """Wait until deliveries under way have ended, but not for ever."""
    try:
        async with asyncio.timeout(FINISH_SECONDS):
            await worker
    except TimeoutError:
        log.warning("deliveries under way were cut off; they will be taken up again")
