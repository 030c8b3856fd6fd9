"""The web process: serves, and by default does the background work as well."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from events_face_core.catalogue import CatalogueChanged
from events_face_core.kernel import EventsFaceError, Message
from events_face_runners.background import Background, kicking
from events_face_runners.event_loop import end
from events_face_runners.observing.access_log import AccessLog
from events_face_runners.stopping import FINISH_SECONDS, finish, stop_on_signals
from events_face_runners.web.app import CACHE, OPERATION, OWN_EVENTS, create_web_app
from events_face_runners.web.connections import Runner
from events_face_runners.web.operation_api import OperationApi
from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings

log = logging.getLogger(__name__)

_VERSION_SECONDS = 0.5


async def serve(settings: Settings, *, background: bool = True, reuse_port: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; then finish what runs, within ten seconds.

    Args:
        settings: where to listen, and everything else.
        background: whether to sync, deliver, watch deadlines and purge as well.
        reuse_port: whether other processes listen on the same port.

    Raises:
        OSError: the address cannot be listened on.
    """
    stop = stop_on_signals()
    async with open_events_face(settings, process="events-face-web") as app:
        access_log = AccessLog(sys.stdout) if log.isEnabledFor(logging.INFO) else None
        web_app = create_web_app(app, access_log)
        runner = Runner(web_app, shutdown_timeout=FINISH_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(
                runner,
                settings.http_host,
                settings.http_port,
                reuse_address=True,
                reuse_port=reuse_port,
            )
            await site.start()
            log.info("listening", extra={"url": _url(runner, settings)})
            async with operation_port(app, web_app[OPERATION]), kicking(app) as circuits:
                web_app[OPERATION].watch(circuits)
                await _run(app, web_app, runner, stop, background=background)
        finally:
            await runner.cleanup()
            if access_log is not None:
                access_log.flush()
    log.info("stopped")


async def _run(
    app: EventsFace,
    web_app: web.Application,
    runner: web.AppRunner,
    stop: asyncio.Event,
    *,
    background: bool,
) -> None:
    """Run until told to stop, then let requests and deliveries end side by side."""
    follower = asyncio.create_task(follow_catalogue(app, web_app[CACHE], web_app[OWN_EVENTS]))
    worker = _start_background(app, web_app[OPERATION], stop) if background else None
    try:
        stopped = asyncio.create_task(stop.wait())
        watched = {stopped, follower, *([worker] if worker else [])}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        web_app[OPERATION].stopping = True
        log.info("stopping")
        stop.set()
        await asyncio.gather(runner.cleanup(), *([finish(worker)] if worker else []))
    finally:
        await end(follower)


def _start_background(
    app: EventsFace, operation: OperationApi, stop: asyncio.Event
) -> asyncio.Task[None]:
    work = Background(app)
    operation.watch(work.circuits)
    return asyncio.create_task(work.run(stop))


class Versioned(Protocol):
    """A cache, whatever it keeps."""

    def move_to(self, version: int) -> None:
        """Forget everything that belongs to an older version; never goes back."""
        ...


async def follow_catalogue(app: EventsFace, *caches: Versioned) -> None:
    """Drop cached answers when the catalogue changes, until cancelled.

    At once when this process changed it, within a second when another did.
    """

    def move_to(version: int) -> None:
        for cache in caches:
            cache.move_to(version)

    def changed(messages: Sequence[Message]) -> None:
        for message in messages:
            if isinstance(message, CatalogueChanged):
                move_to(message.catalogue_version)

    app.storage.listen(changed)
    while True:
        try:
            move_to(await app.storage.event_reads.version())
        except EventsFaceError as error:
            log.warning("the version of the catalogue is unknown: %s", error)
        await asyncio.sleep(_VERSION_SECONDS)


def _url(runner: web.AppRunner, settings: Settings) -> str:
    port = runner.addresses[0][1] if runner.addresses else settings.http_port
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return f"http://{host}:{port}"
