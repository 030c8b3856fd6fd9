"""One story from a visitor's request to the mail, across the outbox, databases and brokers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from events_face_adapters.tracing import instrumented
from events_face_core.kernel import OutboxState
from events_face_runners.simulator import Faults, Simulator
from events_face_runners.web.routes import Handler
from support.collector import running_collector
from support.consuming import consumer_settings, consuming
from support.kafka import Broker, new_topic, producing, read, value_of
from support.making import VISITOR, an_event, event_id, quick_settings
from support.service import Service, running_service
from support.spans import Spans, line_of, parent_id, span_id, trace_id
from support.waiting import until
from unit.fake_traces import TRACE

REGISTER = "POST /api/events/{event_id}/registrations"
SEND = "deliver registration.accepted"
TELL = "deliver notification.written"


@asynccontextmanager
async def traced_service(
    path: Path,
    simulator: Simulator,
    spans: Spans,
    **changes: Any,  # noqa: ANN401  # any setting
) -> AsyncIterator[Service]:
    settings = quick_settings(path, simulator, **changes)
    async with running_service(settings, background=False, tracing=spans.tracing) as service:
        await service.sync()
        spans.exporter.clear()
        yield service


async def _nothing_waits(service: Service) -> bool:
    await service.app.deliver()
    return not await service.app.outbox_reads.rows(OutboxState.PENDING, limit=1)


async def _registered(service: Service, **headers: str) -> str:
    """Register somebody, and do all that follows from it."""
    answer = await service.call(
        "POST", f"/api/events/{event_id()}/registrations", json=VISITOR, headers=headers
    )
    assert answer.status == 202, answer
    await until(lambda: _nothing_waits(service))
    registration_id: str = answer.json()["id"]
    assert await service.status(registration_id) == "confirmed"
    return registration_id


def _above(spans: Spans, span: ReadableSpan) -> list[str]:
    """Return the names of a span and of all above it, from the inside out."""
    by_id = {span_id(one): one for one in spans.ended}
    names = [span.name]
    while (above := by_id.get(parent_id(span) or 0)) is not None:
        span = above
        names.append(span.name)
    return names


def _call_to(spans: Spans, part: str) -> ReadableSpan:
    (call,) = [span for span in spans.named("POST") if part in str(span.attributes)]
    return call


async def test_a_registration_is_one_story_from_the_request_to_the_mail(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        await _registered(service, traceparent=TRACE)

    to_provider, to_notifier = _call_to(spans, "/register/"), _call_to(spans, "/notifications")
    assert _above(spans, to_provider) == ["POST", SEND, REGISTER]
    assert _above(spans, to_notifier) == ["POST", TELL, SEND, REGISTER]
    story = [spans.only(REGISTER), spans.only(SEND), spans.only(TELL), to_provider, to_notifier]
    assert {f"{trace_id(span):032x}" for span in story} == {TRACE[3:35]}


async def test_spans_tell_neither_of_the_visitor_nor_the_visitors_secret(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        registration_id = await _registered(service)

    told = " ".join(span.to_json() for span in spans.ended)
    for secret in (registration_id, *VISITOR.values(), service.app.settings.provider_token):
        assert secret not in told


async def test_the_services_that_we_call_can_continue_the_story(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    heard: list[str] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(request.headers["traceparent"])
        return web.json_response({}, status=201)

    async with (
        TestServer(_app(take)) as notifier,
        traced_service(
            tmp_path, simulator, spans, notifier_url=str(notifier.make_url(""))
        ) as service,
    ):
        await _registered(service)

    (tell,) = [span for span in spans.named("POST") if _above(spans, span)[1] == TELL]
    assert heard == [line_of(tell)]


def _app(take: Handler) -> web.Application:
    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    return app


async def test_a_call_that_fails_is_a_step_that_failed_and_is_taken_up_in_the_same_story(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        simulator.faults = Faults(fail_first=1, statuses=(500,), target=frozenset({"register"}))
        await _registered(service)

    steps = spans.named(SEND)
    assert [step.status.status_code for step in steps] == [StatusCode.ERROR, StatusCode.UNSET]
    assert len({trace_id(step) for step in steps}) == 1


async def test_of_a_story_that_is_not_recorded_no_delivery_is(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans(share=0.0)
    async with traced_service(tmp_path, simulator, spans) as service:
        await _registered(service)

    assert spans.ended == ()


async def test_probes_scrapes_and_looking_around_are_no_stories(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        for path in ("/health/live", "/health/ready", "/metrics"):
            await service.get(path)
        await service.app.deliver()
        await service.sync()

    assert spans.names == []


async def test_a_listing_is_a_story_but_a_ready_one_only_within_anothers(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        await service.get("/api/events")
        await service.get("/api/events")
        await service.get("/api/events", traceparent=TRACE)

    loaded, ready = spans.named("GET /api/events")
    assert loaded.parent is None
    assert f"{trace_id(ready):032x}" == TRACE[3:35]


async def test_an_unknown_path_is_told_without_the_path(
    tmp_path: Path, simulator: Simulator
) -> None:
    spans = Spans()
    async with traced_service(tmp_path, simulator, spans) as service:
        await service.get("/api/registrations/secret/x")

    assert spans.names == ["GET unknown"]


# Databases and brokers


# SQLite's driver works in a thread of its own, and is not traced.
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_statements_belong_to_the_request_and_hold_no_values(
    tmp_path: Path, simulator: Simulator, database: str
) -> None:
    spans = Spans()
    with instrumented(spans.provider):
        async with traced_service(tmp_path, simulator, spans, database_url=database) as service:
            await _registered(service)

    inserts = spans.named("INSERT")
    assert ["INSERT", REGISTER] in [_above(spans, insert) for insert in inserts]
    assert VISITOR["email"] not in " ".join(span.to_json() for span in spans.ended)
    story = trace_id(spans.only(REGISTER))
    assert {trace_id(span) for span in spans.named("INSERT") + spans.named("UPDATE")} == {story}


async def test_what_redis_is_asked_belongs_to_the_request(
    tmp_path: Path, simulator: Simulator, redis_url: str
) -> None:
    spans = Spans()
    with instrumented(spans.provider):
        async with traced_service(
            tmp_path,
            simulator,
            spans,
            redis_url=redis_url,
            redis_timeout=timedelta(seconds=1),
        ) as service:
            await service.get("/api/events?limit=7")

    assert _above(spans, spans.only("GET")) == ["GET", "GET /api/events"]


async def test_whoever_traces_a_driver_already_goes_on_to(tmp_path: Path) -> None:
    theirs, ours = Spans(), Spans()
    with instrumented(theirs.provider):
        with instrumented(ours.provider):
            pass
        still = AsyncPGInstrumentor().is_instrumented_by_opentelemetry

    assert still


async def test_an_announcement_carries_the_story(
    tmp_path: Path, simulator: Simulator, broker: Broker
) -> None:
    spans = Spans()
    topic = await new_topic(broker, "announcements")
    kafka = {"kafka_bootstrap_servers": broker.address, "kafka_events_topic": topic}
    async with traced_service(tmp_path, simulator, spans, **kafka) as service:
        await _registered(service, traceparent=TRACE)
        records = await read(broker, topic, 2)

    for record, step in zip(records, spans.named("deliver announcement.written"), strict=True):
        line = dict(record.headers)["traceparent"].decode()
        assert line == line_of(step)
        assert line[:35] == TRACE[:35]
        assert msgspec.json.decode(record.value)["traceparent"] == line


async def test_a_consumer_continues_the_story_of_a_message(tmp_path: Path, broker: Broker) -> None:
    spans = Spans()
    settings = await consumer_settings(tmp_path, broker)
    async with consuming(settings, broker.pace, tracing=spans.tracing) as consumer:
        async with producing(broker) as producer:
            await producer.send_and_wait(
                settings.kafka_topic,
                value_of(an_event()),
                key=event_id().encode(),
                headers=[("traceparent", TRACE.encode())],
            )
        await until(lambda: consumer.count("applied") == 1)

    step = spans.only("apply changes")
    assert (f"{trace_id(step):032x}", f"{parent_id(step):016x}") == (TRACE[3:35], TRACE[36:52])


# The settings


async def test_the_settings_send_the_story_to_a_collector_by_otlp(
    tmp_path: Path, simulator: Simulator
) -> None:
    async with running_collector() as collector:
        settings = quick_settings(tmp_path, simulator, otel_endpoint=collector.url)
        async with running_service(settings, background=False) as service:
            await service.sync()
            await _registered(service, traceparent=TRACE)

    story = [span for span in collector.told if span.trace.hex() == TRACE[3:35]]
    assert {REGISTER, SEND, TELL, "POST"} <= {span.name for span in story}
    assert {span.service for span in story} == {"events-face"}
    assert {span.parent for span in story} - {span.id for span in story} == {
        bytes.fromhex(TRACE[36:52])
    }


async def test_while_the_collector_is_dead_everything_goes_on(
    tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator, otel_endpoint="http://127.0.0.1:9")
    async with asyncio.timeout(15):
        async with running_service(settings, background=False) as service:
            await service.sync()
            await _registered(service)
