"""Spans on their way out: discreet about people, and quiet about a collector that is away."""

import asyncio
import logging
import threading
from collections.abc import Sequence
from time import monotonic

import pytest
from attrs import define, field
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, StatusCode

from events_face_adapters.tracing import new_provider, stop_exporting
from events_face_adapters.tracing.exporting import DiscreetExporter, QuietExporter


@define
class Collector(SpanExporter):
    """Takes spans, or fails, or hangs until it is told to go on."""

    answers: SpanExportResult = SpanExportResult.SUCCESS
    taken: list[ReadableSpan] = field(factory=list)
    going: threading.Event = field(factory=threading.Event)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.taken += spans
        return self.answers

    def shutdown(self) -> None:
        self.going.wait(10)


def _failed_span(collector: Collector) -> None:
    """Let a library's span fail over somebody's email, as its own way of recording has it."""
    processor = SimpleSpanProcessor(DiscreetExporter(collector))
    tracer = new_provider(processor, service="test", share=1.0).get_tracer("driver")
    with (
        pytest.raises(ValueError, match="anna"),
        tracer.start_as_current_span("request", kind=SpanKind.SERVER),
        tracer.start_as_current_span("INSERT", attributes={"db.system": "postgresql"}),
    ):
        raise ValueError("Key (email)=(anna@example.com) already exists.")


def test_what_an_error_says_is_not_exported() -> None:
    collector = Collector()

    _failed_span(collector)

    insert, request = collector.taken
    assert "anna" not in insert.to_json() + request.to_json()
    assert insert.status.status_code is StatusCode.ERROR
    assert (insert.name, insert.attributes) == ("INSERT", {"db.system": "postgresql"})
    assert insert.parent == request.context


def test_a_collector_that_is_away_is_told_of_once_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    collector = Collector()
    exporter = QuietExporter(collector, "http://jaeger:4318")

    for answer in ("SUCCESS", "FAILURE", "FAILURE", "SUCCESS", "SUCCESS"):
        collector.answers = SpanExportResult[answer]
        exporter.export(())

    assert [record.message for record in caplog.records] == [
        "traces cannot be exported to http://jaeger:4318, and are dropped",
        "traces are exported again",
    ]


async def test_a_collector_that_hangs_does_not_keep_us_from_stopping() -> None:
    collector = Collector()
    provider = new_provider(SimpleSpanProcessor(collector), service="test", share=1.0)
    started = monotonic()

    await stop_exporting(provider)

    took = monotonic() - started
    collector.going.set()
    await asyncio.sleep(0.05)
    assert 0.5 < took < 3
