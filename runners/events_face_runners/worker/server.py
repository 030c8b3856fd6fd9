"""The worker process: the background work without the web."""

import asyncio
import logging
import signal

from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from events_face_runners.worker.background import Background

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


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; then finish deliveries under way, within ten seconds.

    Raises:
        OSError: the port of operation cannot be listened on.
    """
    stop = stop_on_signals()
    async with (
        open_events_face(settings, process="events-face-worker") as app,
        operation_port(app) as operation,
    ):
        background = Background(app)
        operation.watch(background.circuits)
        log.info("working")
        worker = asyncio.create_task(background.run(stop))
        await asyncio.wait(
            {worker, asyncio.create_task(stop.wait())}, return_when="FIRST_COMPLETED"
        )
        operation.stopping = True
        log.info("stopping")
        await finish(worker)
    log.info("stopped")


async def finish(worker: asyncio.Task[None]) -> None:
    """Wait until deliveries under way have ended, but not for ever."""
    try:
        async with asyncio.timeout(FINISH_SECONDS):
            await worker
    except TimeoutError:
        log.warning("deliveries under way were cut off; they will be taken up again")
