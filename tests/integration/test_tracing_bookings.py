"""One story from a booking over HTTP to its mail: across the outbox, a broker and processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from opentelemetry.sdk.trace import ReadableSpan

from events_face_core.kernel import Role
from events_face_runners.notify import mail_notifier, run_notify
from events_face_runners.notify.hearing import hear
from events_face_runners.notify.server import notification_relays
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.kafka import Broker, new_topic, unique
from support.keys import SIGNING_KEY
from support.mail_server import MailServer, running_mail_server
from support.people import Person, a_person
from support.service import Service, running_service
from support.spans import Spans, parent_id, span_id, trace_id
from support.ticketing import wish
from support.waiting import until
from unit.fake_traces import TRACE

BOOK = "POST /api/bookings"
CONFIRMED = "deliver booking.confirmed"
ANNOUNCE = "deliver announcement.written"
TELL = "deliver notification.written"
HEAR = "send mail"
STORY = TRACE[3:35]


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, mail: MailServer) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'events-face.db'}",
        smtp_url=mail.url,
        notifier_timeout=timedelta(seconds=2),
        auth_signing_key=SIGNING_KEY,
    )


@pytest.fixture
async def on_kafka(settings: Settings, broker: Broker) -> Settings:
    """The settings, with our own events on Kafka."""
    return replace(
        settings,
        kafka_bootstrap_servers=broker.address,
        kafka_events_topic=await new_topic(broker, "announcements"),
        kafka_group=unique("group"),
        kafka_timeout=timedelta(seconds=2),
    )


@asynccontextmanager
async def _mailing(settings: Settings, spans: Spans) -> AsyncIterator[None]:
    """A mail process that looks into the outbox."""
    notifier = mail_notifier(settings)
    async with open_events_face(settings, notifier=notifier, tracing=spans.tracing) as app:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as running:
            running.create_task(run_notify(app, stop))
            yield
            stop.set()


@asynccontextmanager
async def _hearing(settings: Settings, spans: Spans, broker: Broker) -> AsyncIterator[None]:
    """A mail process that only hears of mail on Kafka."""
    notifier = mail_notifier(settings)
    async with open_events_face(settings, notifier=notifier, tracing=spans.tracing) as app:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as running:
            running.create_task(hear(app, notification_relays(app), stop, pace=broker.pace))
            yield
            stop.set()


async def _an_event(service: Service) -> str:
    organizer = await a_person(service, Role.ORGANIZER)
    made = await service.call("POST", "/api/events", headers=organizer.headers, json=wish())
    event_id: str = made.json()["id"]
    path = f"/api/events/{event_id}/publish"
    answer = await service.call("POST", path, headers=organizer.headers)
    assert answer.status == 200, answer
    return event_id


async def _book(service: Service, event_id: str) -> Person:
    """Book as somebody who is signed in, in the story of a client."""
    person = await a_person(service)
    headers = {**person.headers, "traceparent": TRACE}
    answer = await service.call(
        "POST", "/api/bookings", headers=headers, json={"event_id": event_id}
    )
    assert answer.status == 201, answer
    return person


def _of_the_story(spans: Spans) -> list[ReadableSpan]:
    return [span for span in spans.ended if f"{trace_id(span):032x}" == STORY]


async def test_a_booking_is_one_story_from_the_request_to_the_mail(
    settings: Settings, mail: MailServer
) -> None:
    web, mailing = Spans(), Spans()
    async with (
        running_service(settings, tracing=web.tracing) as service,
        _mailing(settings, mailing),
    ):
        person = await _book(service, await _an_event(service))
        await until(lambda: bool(_of_the_story(mailing)), seconds=20)

    booked, confirmed = _of_the_story(web)[:2]
    (told,) = _of_the_story(mailing)
    assert [received["To"] for received in mail.received] == [person.email]
    assert [booked.name, confirmed.name, told.name] == [BOOK, CONFIRMED, TELL]
    assert parent_id(confirmed) == span_id(booked)
    assert parent_id(told) == span_id(confirmed)


async def test_whoever_hears_of_a_booking_on_kafka_continues_its_story(
    on_kafka: Settings, broker: Broker, mail: MailServer
) -> None:
    web, mailing = Spans(), Spans()
    async with (
        running_service(on_kafka, tracing=web.tracing) as service,
        _hearing(on_kafka, mailing, broker),
    ):
        event_id = await _an_event(service)
        # Of stories that are heard of at once, none is continued: each is referred to.
        await until(lambda: HEAR in mailing.names, seconds=30)
        await _book(service, event_id)
        await until(lambda: HEAR in [span.name for span in _of_the_story(mailing)], seconds=30)

    (announced,) = [span for span in _of_the_story(web) if span.name == ANNOUNCE]
    (heard,) = [span for span in _of_the_story(mailing) if span.name == HEAR]
    assert parent_id(heard) == span_id(announced)
    assert BOOK in [span.name for span in _of_the_story(web)]


async def test_with_kafka_the_mail_belongs_to_the_story_as_well(
    on_kafka: Settings, mail: MailServer
) -> None:
    web, mailing = Spans(), Spans()
    async with (
        running_service(on_kafka, tracing=web.tracing) as service,
        _mailing(on_kafka, mailing),
    ):
        person = await _book(service, await _an_event(service))
        await until(lambda: TELL in [span.name for span in _of_the_story(mailing)], seconds=30)

    assert [received["To"] for received in mail.received] == [person.email]


async def test_the_story_of_a_booking_tells_nothing_of_who_booked(
    settings: Settings, mail: MailServer
) -> None:
    web, mailing = Spans(), Spans()
    async with (
        running_service(settings, tracing=web.tracing) as service,
        _mailing(settings, mailing),
    ):
        person = await _book(service, await _an_event(service))
        await until(lambda: bool(mail.received), seconds=20)

    told = " ".join(span.to_json() for span in (*web.ended, *mailing.ended))
    for secret in (person.id, person.email, person.access_token):
        assert secret not in told
