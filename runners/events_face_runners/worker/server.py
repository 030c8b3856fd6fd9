"""The worker process: the background work without the web."""

import asyncio
import logging

from events_face_runners.background import Background
from events_face_runners.stopping import finish, stop_on_signals
from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings

log = logging.getLogger(__name__)


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
