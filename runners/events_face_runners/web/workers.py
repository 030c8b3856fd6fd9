"""Several web processes on one port: the kernel spreads connections among them."""

import asyncio
import logging
import os
import signal
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET, socket
from threading import Thread

import msgspec

from events_face_runners.event_loop import run_async, wait_for
from events_face_runners.observing.logs import configure_logs
from events_face_runners.stopping import stop_on_signals
from events_face_runners.web.server import serve
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.loading import SettingsError
from events_face_runners.wiring.settings import Settings

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2
_RESTART_SECONDS = 1.0
_STOP_SECONDS = 12.0
_LAST_PORT = 65_535

_SPAWN = get_context("spawn")


async def serve_workers(settings: Settings, *, background: bool) -> None:
    """Serve with ``settings.http_workers`` processes until SIGTERM or SIGINT.

    A process that dies is replaced. The first does the background work as well, if that is
    wanted here.

    Raises:
        SettingsError: there is no port of its own for the metrics of each.
        OSError: the address cannot be listened on.
        StorageUnavailableError, UnmappedMessageError: as opening events-face says.
    """
    stop = stop_on_signals()
    _check_ports(settings)
    with _reserved(settings) as address:
        # What keeps one worker from starting keeps all: it is told once, and nobody is replaced.
        async with open_events_face(settings):
            pass
        settings = msgspec.structs.replace(settings, http_port=address.getsockname()[1])
        slots = [_slot(settings, number) for number in range(settings.http_workers)]
        works = [background and number == 0 for number in range(settings.http_workers)]
        workers = [_start(*slot) for slot in zip(slots, works, strict=True)]
        log.info("serving", extra={"workers": len(workers), "port": settings.http_port})
        try:
            while not stop.is_set():
                await wait_for(stop, _LOOK_SECONDS)
                for number, worker in enumerate(workers):
                    if not worker.is_alive() and not stop.is_set():
                        log.error("a worker ended with %s and is replaced", worker.exitcode)
                        await wait_for(stop, _RESTART_SECONDS)
                        workers[number] = _start(slots[number], works[number])
        finally:
            await asyncio.to_thread(_end, workers)


def _check_ports(settings: Settings) -> None:
    first, workers = settings.operation_port, settings.http_workers
    ports = range(first, first + workers)
    if first and (ports[-1] > _LAST_PORT or settings.http_port in ports):
        raise SettingsError(
            f"EVENTS_FACE_OPERATION_PORT: {first} is the first of {workers} ports, one for each"
            f" worker; they must end at {_LAST_PORT} and leave out EVENTS_FACE_HTTP_PORT"
        )


def _reserved(settings: Settings) -> socket:
    """Hold the port, so that every worker gets the same one; nobody listens on this socket."""
    address = socket(AF_INET6 if ":" in settings.http_host else AF_INET)
    address.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    address.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    address.bind((settings.http_host, settings.http_port))
    return address


def _slot(settings: Settings, number: int) -> Settings:
    """Return a worker's settings: its metrics are its own, so each has a port for them."""
    port = settings.operation_port and settings.operation_port + number
    return msgspec.structs.replace(settings, operation_port=port)


def _start(settings: Settings, background: bool) -> BaseProcess:  # noqa: FBT001  # by position
    worker = _SPAWN.Process(target=_work, args=(settings, background), daemon=True)
    worker.start()
    return worker


def _work(settings: Settings, background: bool) -> None:  # noqa: FBT001  # called by position
    configure_logs(settings.log_level)
    Thread(target=_follow_parent, daemon=True).start()
    run_async(serve(settings, background=background, reuse_port=True))


def _follow_parent() -> None:
    """Stop when the parent is gone, even if it could not say so."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_STOP_SECONDS)
        if worker.is_alive():
            worker.kill()
            worker.join()
