"""The process of the audit service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from attrs import frozen
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from events_face_adapters.auditing.generated import audit_pb2, audit_pb2_grpc
from events_face_adapters.storage.audit_records import AuditStorage
from events_face_adapters.system import SystemClock
from events_face_core.kernel import StorageUnavailableError
from events_face_runners.audit.security import Security, make_security
from events_face_runners.audit.service import AuditService
from events_face_runners.event_loop import end
from events_face_runners.stopping import stop_on_signals
from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.storing import make_audit_storage
from events_face_runners.wiring.tracing import open_tracing

log = logging.getLogger(__name__)

_FINISH_SECONDS = 7.0
"""How long calls under way may take to end, of the ten seconds that we have."""

_HEALTH_SECONDS = 2.0
_MOST_CALLS = 200
_OPTIONS = (
    # A record has at most some 16 KiB of details; what is larger is none.
    ("grpc.max_receive_message_length", 64 * 1024),
    # What a connection sends beyond this waits its turn.
    ("grpc.max_concurrent_streams", 100),
    # Two services on one port would share the calls without a word.
    ("grpc.so_reuseport", 0),
    # Our client asks every 20 s whether a silent connection still lives.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
)
_SERVICE = audit_pb2.DESCRIPTOR.services_by_name["AuditService"].full_name
_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@frozen
class ListenAddress:
    """Where to listen.

    Attributes:
        port: 0 takes a free one.
    """

    host: str = "127.0.0.1"
    port: int = 50051

    def at(self, port: int) -> str:
        """Return the address with another port, as others connect to it."""
        return f"[{self.host}]:{port}" if ":" in self.host else f"{self.host}:{port}"


async def serve_audit(settings: Settings, listen: ListenAddress) -> None:
    """Serve until SIGTERM or SIGINT; then let calls under way end, within ten seconds.

    Raises:
        StorageUnavailableError: the database cannot be opened.
        OSError: the address cannot be listened on.
    """
    stop = stop_on_signals()
    async with (
        open_tracing(settings, "events-face-audit"),
        make_audit_storage(settings, clock=SystemClock()) as storage,
        running_audit_service(storage, listen, make_security(settings)) as address,
    ):
        log.info("listening", extra={"address": address})
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


@asynccontextmanager
async def running_audit_service(
    storage: AuditStorage, listen: ListenAddress, security: Security
) -> AsyncIterator[str]:
    """Serve the records of an opened storage while the block runs; give the address.

    Raises:
        OSError: the address cannot be listened on.
    """
    server = grpc.aio.server(
        options=_OPTIONS,
        maximum_concurrent_rpcs=_MOST_CALLS,
        interceptors=security.interceptors(),
    )
    service = AuditService(records=storage)
    audit_pb2_grpc.add_AuditServiceServicer_to_server(service, server)
    servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    address = listen.at(_listened_on(server, listen, security.credentials))
    await _set_health(servicer, storage)
    await server.start()
    watching = asyncio.create_task(_watch_health(servicer, storage))
    try:
        yield address
    finally:
        await end(watching)
        await servicer.enter_graceful_shutdown()
        await server.stop(_FINISH_SECONDS)
        # The storage is closed next.
        await service.finish()


def _listened_on(
    server: grpc.aio.Server, listen: ListenAddress, credentials: grpc.ServerCredentials | None
) -> int:
    address = listen.at(listen.port)
    try:
        if credentials is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise OSError(f"{address} cannot be listened on") from error
    if not port:
        raise OSError(f"{address} cannot be listened on")
    return port


async def _watch_health(servicer: health.aio.HealthServicer, storage: AuditStorage) -> None:
    """Say that we serve as long as the database answers."""
    was: int = _SERVING
    while True:
        await asyncio.sleep(_HEALTH_SECONDS)
        was = await _set_health(servicer, storage, was)


async def _set_health(
    servicer: health.aio.HealthServicer, storage: AuditStorage, was: int = _SERVING
) -> int:
    """Say how we are now, to the log only when it changed; return it."""
    status, reason = await _status(storage)
    if status != was:
        log.warning("the database answers again" if status == _SERVING else reason)
    for service in ("", _SERVICE):
        await servicer.set(service, status)
    return status


async def _status(storage: AuditStorage) -> tuple[int, str]:
    try:
        await storage.check()
    except StorageUnavailableError as error:
        return _NOT_SERVING, f"the database does not answer: {error}"
    return _SERVING, ""
