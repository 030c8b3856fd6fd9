"""``Traces`` by OpenTelemetry: steps are spans, and a line of text continues them."""

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from support.spans import Spans, line_of, parent_id, span_id, trace_id
from unit.fake_traces import TRACE

OTHER = TRACE.replace("0af7", "1bf8")
UNSAMPLED = TRACE.removesuffix("01") + "00"


def test_outside_of_every_step_there_is_no_trace() -> None:
    assert Spans().traces.current() == ""


def test_a_step_that_continues_nothing_begins_a_story() -> None:
    spans = Spans()

    with spans.traces.step("deliver work", ""):
        current = spans.traces.current()

    step = spans.only("deliver work")
    assert current == line_of(step)
    assert current.startswith(f"00-{trace_id(step):032x}-{span_id(step):016x}-")
    assert (step.parent, step.kind) == (None, SpanKind.CONSUMER)


def test_a_step_continues_a_trace() -> None:
    spans = Spans()

    with spans.traces.step("deliver work", TRACE):
        pass

    step = spans.only("deliver work")
    assert f"{trace_id(step):032x}" == TRACE[3:35]
    assert f"{parent_id(step):016x}" == TRACE[36:52]
    assert step.links == ()


def test_what_a_step_says_is_current_another_continues() -> None:
    spans = Spans()
    with spans.traces.step("one"):
        line = spans.traces.current()

    with spans.traces.step("two", line):
        pass

    one, two = spans.only("one"), spans.only("two")
    assert (trace_id(two), parent_id(two)) == (trace_id(one), span_id(one))


def test_a_step_within_a_step_belongs_to_it() -> None:
    spans = Spans()

    with spans.traces.step("outer"), spans.traces.step("inner"):
        pass

    assert parent_id(spans.only("inner")) == span_id(spans.only("outer"))


def test_a_step_that_continues_several_stories_begins_one_that_refers_to_each() -> None:
    spans = Spans()

    with spans.traces.step("apply", TRACE, "", OTHER, TRACE):
        pass

    step = spans.only("apply")
    assert step.parent is None
    assert [f"{link.context.trace_id:032x}" for link in step.links] == [TRACE[3:35], OTHER[3:35]]


@pytest.mark.parametrize(
    "line", ["x", "00-0-0-01", TRACE.replace("0af7", "zzzz"), "ff" + TRACE[2:], TRACE * 2, "тест"]
)
def test_a_line_that_is_no_trace_counts_for_nothing(line: str) -> None:
    spans = Spans()

    with spans.traces.step("deliver work", line):
        pass

    assert spans.only("deliver work").parent is None


def test_an_error_marks_the_step_by_its_type_and_says_nothing_of_a_person() -> None:
    spans = Spans()

    with pytest.raises(ValueError, match="anna"), spans.traces.step("deliver work"):
        raise ValueError("anna@example.com is taken")

    step = spans.only("deliver work")
    assert step.status.status_code is StatusCode.ERROR
    assert (step.attributes or {})["error.type"] == "ValueError"
    assert "anna" not in step.to_json()


# Which stories are recorded


def test_of_a_story_that_is_not_recorded_nothing_is_but_it_stays_known() -> None:
    spans = Spans(share=0.0)

    with spans.traces.step("outer"):
        line = spans.traces.current()
        with spans.traces.step("inner", line):
            pass

    assert spans.ended == ()
    assert int(line[-2:], 16) % 2 == 0


def test_a_share_of_the_stories_is_recorded() -> None:
    spans = Spans(share=0.5)

    for _ in range(400):
        with spans.traces.step("step"):
            pass

    assert 100 < len(spans.ended) < 300


@pytest.mark.parametrize(("line", "recorded"), [(TRACE, 1), (UNSAMPLED, 0)])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_story_that_began_elsewhere_is_recorded_if_it_is_there(
    line: str, recorded: int, share: float
) -> None:
    spans = Spans(share)

    with spans.traces.step("step", line):
        pass

    assert len(spans.ended) == recorded


def test_a_call_begins_no_story() -> None:
    spans = Spans()

    with spans.provider.get_tracer("driver").start_as_current_span("SELECT", kind=SpanKind.CLIENT):
        pass

    assert spans.ended == ()


# Requests


def test_a_request_is_told_by_its_route_and_status() -> None:
    spans = Spans()

    with spans.requests.around("GET", {"traceparent": TRACE}, "req-1") as ended:
        ended("/api/registrations/{registration_id}", 200)

    span = spans.only("GET /api/registrations/{registration_id}")
    assert (span.kind, f"{trace_id(span):032x}") == (SpanKind.SERVER, TRACE[3:35])
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/api/registrations/{registration_id}",
        "http.response.status_code": 200,
        "events_face.request_id": "req-1",
    }
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(("status", "failed"), [(404, False), (500, True), (503, True)])
def test_a_request_that_we_fail_is_a_span_that_failed(status: int, *, failed: bool) -> None:
    spans = Spans()

    with spans.requests.around("GET", {}, "") as ended:
        ended("/api/events", status)

    assert (spans.ended[0].status.status_code is StatusCode.ERROR) is failed


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, 0),
        ({"traceparent": UNSAMPLED}, 0),
        ({"traceparent": "x"}, 0),
        ({"traceparent": TRACE}, 1),
    ],
)
def test_an_answer_that_was_ready_is_told_only_in_a_story_that_is_recorded(
    headers: dict[str, str], told: int
) -> None:
    spans = Spans()

    spans.requests.answered_at_once("GET", "/api/events", headers, 0.25)

    times = [(span.end_time or 0) - (span.start_time or 0) for span in spans.ended]
    assert times == [250_000_000] * told
