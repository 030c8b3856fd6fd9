"""Who may call the audit service, and what proves that it is the audit service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hmac import compare_digest
from pathlib import Path
from typing import Any, TypeVar

import grpc
from attrs import field, frozen

from events_face_adapters.auditing import bearer
from events_face_runners.wiring.settings import Settings

Request = TypeVar("Request")
Response = TypeVar("Response")

# Probes ask for it, and can bring no token.
_OPEN_TO_ALL = "/grpc.health.v1.Health/"


@frozen(kw_only=True)
class Security:
    """Nothing is asked and nothing proved, unless something is given.

    Attributes:
        token: what callers must bring; empty: nothing.
        credentials: certificate and key of the service; without them it speaks no TLS.
    """

    token: str = field(default="", repr=False)
    credentials: grpc.ServerCredentials | None = None

    def interceptors(self) -> list[grpc.aio.ServerInterceptor]:
        """Return what stands before the service."""
        return [_RequireToken(self.token)] if self.token else []


def make_security(settings: Settings) -> Security:
    """Return what the settings want; certificate and key are read once.

    Raises:
        OSError: they cannot be read any more.
    """
    credentials = None
    if settings.audit_tls_certificate:
        key, chain = map(_read, (settings.audit_tls_key, settings.audit_tls_certificate))
        credentials = grpc.ssl_server_credentials([(key, chain)])
    return Security(token=settings.audit_token, credentials=credentials)


class _RequireToken(grpc.aio.ServerInterceptor):
    """Refuses calls that do not bring the token."""

    def __init__(self, token: str) -> None:
        self._expected = {name: value.encode() for name, value in bearer(token)}

    async def intercept_service(
        self,
        continuation: Callable[
            [grpc.HandlerCallDetails],
            Awaitable[grpc.RpcMethodHandler[Request, Response] | None],
        ],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Request, Response] | None:
        """Let a call through, or answer it."""
        if handler_call_details.method.startswith(_OPEN_TO_ALL) or self._is_brought(
            handler_call_details
        ):
            return await continuation(handler_call_details)
        # As a stream: it is answered before anything of it is read.
        return grpc.stream_stream_rpc_method_handler(_refuse)

    def _is_brought(self, call: grpc.HandlerCallDetails) -> bool:
        brought = {name: _as_bytes(value) for name, value in call.invocation_metadata}
        return all(
            compare_digest(brought.get(name, b""), value) for name, value in self._expected.items()
        )


async def _refuse(_: object, context: grpc.aio.ServicerContext[Any, Any]) -> None:
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is missing or wrong")


def _as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _read(path: str) -> bytes:
    return Path(path).read_bytes()
