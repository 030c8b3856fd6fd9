"""Our way to the audit service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias, TypedDict

import grpc
from attrs import field, frozen
from grpc_health.v1 import health_pb2, health_pb2_grpc

from events_face_adapters.auditing.generated import audit_pb2, audit_pb2_grpc
from events_face_adapters.auditing.wire import (
    from_page_token,
    from_wire,
    query_to_wire,
    to_wire,
)
from events_face_core.auditing import (
    AuditPage,
    AuditQuery,
    AuditRecord,
    AuditRecordRefusedError,
)
from events_face_core.kernel import DependencyUnavailableError

_OPTIONS = (
    # The relay repeats what failed; another layer of it would only hide how the service is.
    ("grpc.enable_retries", 0),
    # A service that is back is found within seconds.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5000),
    # A connection that went silent is given up while calls wait on it.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5000),
)


Metadata: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values that go with a call."""


class _Terms(TypedDict):
    timeout: float
    metadata: Metadata


@frozen(kw_only=True)
class GrpcAuditLog:
    """The core's ``AuditLog`` and ``AuditReads`` over gRPC.

    Attributes:
        channel: leads to the audit service.
        timeout: how long a call may take; the service is told, and gives up then as well.
        metadata: what every call brings.
    """

    channel: grpc.aio.Channel
    timeout: timedelta
    metadata: Metadata = field(default=(), repr=False)

    async def log(self, records: Sequence[AuditRecord]) -> None:
        """Have records kept; the service removes duplicates by their event ids.

        Raises:
            DependencyUnavailableError: some may not be stored.
            AuditRecordRefusedError: the service will never take one of them.
        """
        stub = self._stub()
        try:
            if len(records) == 1:
                request = audit_pb2.LogRequest(record=to_wire(records[0]))
                await stub.Log(request, **self._terms())
            else:
                await stub.LogBatch(_batch(records), **self._terms())
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
                raise AuditRecordRefusedError(f"audit refused: {error.details()}") from error
            raise _unavailable(error) from error

    async def find(self, event_id: str) -> AuditRecord | None:
        """Return one record."""
        request = audit_pb2.GetRequest(event_id=event_id)
        try:
            response = await self._stub().Get(request, **self._terms())
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return None
            raise _unavailable(error) from error
        return from_wire(response.record)

    async def page(self, query: AuditQuery) -> AuditPage:
        """Return records by a query, newest first."""
        with _translated_errors():
            response = await self._stub().List(query_to_wire(query), **self._terms())
        return AuditPage(
            records=tuple(from_wire(record) for record in response.records),
            next=from_page_token(response.next_page_token),
        )

    async def is_serving(self) -> bool:
        """Tell whether the service says that it, and its database, are well.

        Raises:
            DependencyUnavailableError: it says nothing.
        """
        stub = health_pb2_grpc.HealthStub(self.channel)
        with _translated_errors():
            response = await stub.Check(  # type: ignore[attr-defined]  # the stubs miss it
                health_pb2.HealthCheckRequest(), **self._terms()
            )
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)

    def _terms(self) -> _Terms:
        return {"timeout": self.timeout.total_seconds(), "metadata": self.metadata}

    def _stub(self) -> audit_pb2_grpc.AuditServiceStub:
        return audit_pb2_grpc.AuditServiceStub(self.channel)


@asynccontextmanager
async def open_audit_log(
    address: str, *, patience: timedelta, token: str = "", authority: str = ""
) -> AsyncIterator[GrpcAuditLog]:
    """Open a way to the audit service; it connects when it is first needed, and again.

    Args:
        address: ``host:port`` of the service.
        patience: how long a call may take.
        token: what the service asks for, if it asks.
        authority: the path of the certificates (PEM) that vouch for it; empty: no TLS.

    Raises:
        OSError: the certificates cannot be read.
    """
    async with _channel(address, authority) as channel:
        yield GrpcAuditLog(channel=channel, timeout=patience, metadata=bearer(token))


def bearer(token: str) -> Metadata:
    """Return what a call brings a token with; nothing for none."""
    return (("authorization", f"Bearer {token}"),) if token else ()


def _channel(address: str, authority: str) -> grpc.aio.Channel:
    if not authority:
        return grpc.aio.insecure_channel(address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(Path(authority).read_bytes())
    return grpc.aio.secure_channel(address, credentials, options=_OPTIONS)


def _batch(records: Sequence[AuditRecord]) -> Iterator[audit_pb2.LogBatchRequest]:
    return (audit_pb2.LogBatchRequest(record=to_wire(record)) for record in records)


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise _unavailable(error) from error


def _unavailable(error: grpc.aio.AioRpcError) -> DependencyUnavailableError:
    details = f"audit: {error.code().name}: {error.details() or 'no details'}"
    # Records are kept once, however often they are sent: what was reached does not matter.
    return DependencyUnavailableError(details, reached=True)
