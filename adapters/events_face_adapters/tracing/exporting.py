"""Spans on their way out, by OTLP over HTTP."""

import asyncio
import logging
from collections.abc import Sequence
from threading import Thread

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from events_face_adapters.tracing.sampling import new_provider

log = logging.getLogger(__name__)

_PATH = "/v1/traces"
_EXPORT_SECONDS = 3.0
# Of the ten seconds in which a process stops, requests and deliveries may take eight.
_FAREWELL_SECONDS = 1.0


def otlp_provider(endpoint: str, *, service: str, share: float) -> TracerProvider:
    """Return a provider whose spans go to a collector, in batches, on a thread of their own.

    Args:
        endpoint: the base URL of its OTLP over HTTP, such as ``http://jaeger:4318``.
        service: the name of the process.
        share: how many of the stories that begin here are recorded, 0 to 1.
    """
    # Its HTTP client opens a socket as it is imported, to find out about IPv6.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    exporter = OTLPSpanExporter(endpoint.rstrip("/") + _PATH, timeout=_EXPORT_SECONDS)
    processor = BatchSpanProcessor(QuietExporter(DiscreetExporter(exporter), endpoint))
    return new_provider(processor, service=service, share=share)


async def stop_exporting(provider: TracerProvider) -> None:
    """Export what is left, if that can be done in a short while."""
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        provider.shutdown()
        if not loop.is_closed():
            loop.call_soon_threadsafe(done.set)

    # A thread that nobody waits for at the end: a collector that hangs must not keep us.
    Thread(target=stop, name="stop-exporting", daemon=True).start()
    try:
        async with asyncio.timeout(_FAREWELL_SECONDS):
            await done.wait()
    except TimeoutError:
        log.warning("the last traces could not be exported in time")


class DiscreetExporter(SpanExporter):
    """Leaves out of spans what errors say: it may quote a person. Their type stays."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export spans."""
        return self._exporter.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        """Export nothing more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Export what is kept back."""
        return self._exporter.force_flush(timeout_millis)


class QuietExporter(SpanExporter):
    """Tells once that spans cannot be exported, and once that they can again.

    The library tells each time; its own logger is kept quiet.
    """

    def __init__(self, exporter: SpanExporter, endpoint: str) -> None:
        self._exporter = exporter
        self._endpoint = endpoint
        self._failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export spans; those that cannot be exported are lost."""
        result = self._exporter.export(spans)
        failing = result is not SpanExportResult.SUCCESS
        if failing and not self._failing:
            log.warning("traces cannot be exported to %s, and are dropped", self._endpoint)
        elif self._failing and not failing:
            log.info("traces are exported again")
        self._failing = failing
        return result

    def shutdown(self) -> None:
        """Export nothing more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Export what is kept back."""
        return self._exporter.force_flush(timeout_millis)


def _discreet(span: ReadableSpan) -> ReadableSpan:
    if not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=span.events,
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )
