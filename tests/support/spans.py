"""Spans that stay in memory, and what can be asked of them."""

from collections.abc import Sequence

from attrs import field, frozen
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from events_face_adapters.tracing import (
    OpenTelemetryRequests,
    OpenTelemetryTraces,
    client_tracing,
    new_provider,
)
from events_face_adapters.tracing.traces import traceparent
from events_face_runners.observing.tracing import Tracing


@frozen
class Spans:
    """The spans of a test.

    Attributes:
        share: how many of the stories that begin here are recorded.
    """

    share: float = 1.0
    exporter: InMemorySpanExporter = field(factory=InMemorySpanExporter)
    provider: TracerProvider = field(init=False)

    @provider.default
    def _made(self) -> TracerProvider:
        processor = SimpleSpanProcessor(self.exporter)
        return new_provider(processor, service="test", share=self.share)

    @property
    def traces(self) -> OpenTelemetryTraces:
        return OpenTelemetryTraces(self.provider)

    @property
    def requests(self) -> OpenTelemetryRequests:
        return OpenTelemetryRequests(self.provider)

    @property
    def tracing(self) -> Tracing:
        """Tracing as the settings would make it, but that it ends here."""
        return Tracing(
            traces=self.traces, requests=self.requests, clients=(client_tracing(self.provider),)
        )

    @property
    def ended(self) -> Sequence[ReadableSpan]:
        return self.exporter.get_finished_spans()

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.ended]

    def only(self, name: str) -> ReadableSpan:
        """The one span of this name."""
        (span,) = [span for span in self.ended if span.name == name]
        return span

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.ended if span.name == name]


def line_of(span: ReadableSpan) -> str:
    """What continues a span."""
    return traceparent(_context(span))


def trace_id(span: ReadableSpan) -> int:
    """Which story a span belongs to."""
    return _context(span).trace_id


def span_id(span: ReadableSpan) -> int:
    return _context(span).span_id


def parent_id(span: ReadableSpan) -> int | None:
    parent: SpanContext | None = span.parent
    return None if parent is None else parent.span_id


def _context(span: ReadableSpan) -> SpanContext:
    context: SpanContext | None = span.context
    assert context is not None
    return context
