"""A port for operators only: health and metrics, of one process."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from events_face_runners.web.connections import Runner
from events_face_runners.web.front import FRONT, make_front
from events_face_runners.web.operation_api import OperationApi
from events_face_runners.web.routes import add_routes
from events_face_runners.web.surface import OPERATION
from events_face_runners.wiring.app import EventsFace

log = logging.getLogger(__name__)

_END_SECONDS = 1.0


@asynccontextmanager
async def operation_port(
    app: EventsFace, operation: OperationApi | None = None
) -> AsyncIterator[OperationApi]:
    """Serve health and metrics while the block runs, if the settings name a port for it.

    Gives the face of it in any case, for the process to say that it stops, and what else it
    depends on.

    Args:
        app: whose health and metrics.
        operation: the face that the process has already, if it serves visitors as well.

    Raises:
        OSError: the address cannot be listened on.
    """
    operation = operation or OperationApi(app)
    settings = app.settings
    if not settings.operation_port:
        yield operation
        return
    web_app = web.Application()
    web_app[FRONT] = make_front(app.metrics, None, lambda _: None, "")
    add_routes(web_app, OPERATION, operation.handlers(settings.http_timeout))
    runner = Runner(web_app, shutdown_timeout=_END_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.http_host, settings.operation_port, reuse_address=True)
        await site.start()
        log.info("serving health and metrics", extra={"port": settings.operation_port})
        yield operation
    finally:
        await runner.cleanup()
