"""The core's ``Traces`` by OpenTelemetry."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from attrs import field, frozen
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    Tracer,
    TracerProvider,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


@frozen
class OpenTelemetryTraces:
    """``Traces`` whose steps are spans.

    Of an error a span keeps the type alone: what it says may quote a person.
    """

    provider: TracerProvider
    _tracer: Tracer = field(init=False)

    @_tracer.default
    def _own(self) -> Tracer:
        return self.provider.get_tracer("events-face")

    def current(self) -> str:
        """Return the trace of the work under way."""
        return traceparent(trace.get_current_span().get_span_context())

    @contextmanager
    def step(self, name: str, *traces: str) -> Iterator[None]:
        """Do the block as a span."""
        known = [context for context in map(context_of, dict.fromkeys(traces)) if context.is_valid]
        with self._tracer.start_as_current_span(
            name,
            context=_beginning(known),
            kind=SpanKind.CONSUMER,
            links=[Link(context) for context in known] if len(known) > 1 else None,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                mark_failed(span, error)
                raise


def traceparent(context: SpanContext) -> str:
    """Return the line that continues a span (W3C Trace Context), or an empty one."""
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def context_of(line: str) -> SpanContext:
    """Return what a line continues; of one that is none, a context that is not valid."""
    return trace.get_current_span(continued({"traceparent": line})).get_span_context()


def continued(headers: Mapping[str, str]) -> Context:
    """Return the context that headers continue, or one in which nothing is under way."""
    return _PROPAGATOR.extract(headers, Context())


def mark_failed(span: Span, error: BaseException) -> None:
    """Mark a span as failed, and say by what kind of error."""
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(StatusCode.ERROR)


def _beginning(known: list[SpanContext]) -> Context | None:
    """Return where a step begins: in the work under way, in its story, or in a story of its own."""
    if not known:
        return None
    if len(known) > 1:
        return Context()
    return trace.set_span_in_context(trace.NonRecordingSpan(known[0]), Context())
