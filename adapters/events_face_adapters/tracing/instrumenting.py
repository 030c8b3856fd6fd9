"""The libraries that we call others by, told to trace their calls.

Kafka is not among them: the kept instrumentation of aiokafka writes the keys of messages into
spans, and of ours some are a visitor's secret; it would also make a span for each of the five
hundred messages of a batch (docs/adr/0022).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import Protocol

from aiohttp import TraceConfig
from opentelemetry.instrumentation.aiohttp_client import create_trace_config
from opentelemetry.trace import TracerProvider
from yarl import URL


class _Instrumentor(Protocol):
    """What the library's instrumentors have in common; one of a kind in a process."""

    @property
    def is_instrumented_by_opentelemetry(self) -> bool: ...

    def instrument(self, *, tracer_provider: TracerProvider) -> object: ...

    def uninstrument(self) -> object: ...


def client_tracing(provider: TracerProvider) -> TraceConfig:
    """Return what traces the calls of an aiohttp session; the services called can continue."""
    return create_trace_config(url_filter=_without_query, tracer_provider=provider)


@contextmanager
def instrumented(provider: TracerProvider) -> Iterator[None]:
    """Trace the calls of drivers that are installed, while the block runs.

    They are traced for the whole process. Whoever embeds us and traces them already goes on to.
    """
    with ExitStack() as stack:
        for instrumentor in _instrumentors():
            if not instrumentor.is_instrumented_by_opentelemetry:
                instrumentor.instrument(tracer_provider=provider)
                stack.callback(instrumentor.uninstrument)
        yield


def _instrumentors() -> Iterator[_Instrumentor]:
    # Each imports its library, and those are extras of their own.
    if find_spec("asyncpg") is not None:
        from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor  # noqa: PLC0415

        yield AsyncPGInstrumentor()
    if find_spec("redis") is not None:
        from opentelemetry.instrumentation.redis import RedisInstrumentor  # noqa: PLC0415

        yield RedisInstrumentor()
    if find_spec("grpc") is not None:
        from opentelemetry.instrumentation.grpc import (  # noqa: PLC0415
            GrpcAioInstrumentorClient,
            GrpcAioInstrumentorServer,
        )

        yield GrpcAioInstrumentorClient()
        yield GrpcAioInstrumentorServer()


def _without_query(url: URL) -> str:
    return str(url.with_query(None))
