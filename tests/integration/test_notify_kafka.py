"""The mail process hears of our own events on Kafka, and sends the mail that belongs to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from events_face_adapters.brokers.announcer import cloud_event
from events_face_core.announcements import Announcement
from events_face_core.kernel import OutboxState
from events_face_runners.notify import mail_notifier, run_notify
from events_face_runners.notify.hearing import hear
from events_face_runners.notify.server import notification_relays
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from integration.test_notify import none_waits, write
from support.kafka import Broker, committed, new_topic, producing, read, unique
from support.mail_server import MailServer, running_mail_server
from support.making import VISITOR, event_id
from support.stage import Choices, stage
from support.waiting import until

PATIENCE = 40.0
EVENT = Announcement(
    id="event-1",
    source="/events-face/test",
    type="registration.confirmed",
    subject="r-1",
    occurred_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
    data={},
)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture
async def settings(tmp_path: Path, mail: MailServer, broker: Broker) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'events-face.db'}",
        smtp_url=mail.url,
        mail_from="Events <tickets@example.com>",
        notifier_timeout=timedelta(seconds=1),
        breaker_recovery=timedelta(seconds=0.3),
        kafka_bootstrap_servers=broker.address,
        kafka_events_topic=await new_topic(broker, "announcements"),
        kafka_group=unique("group"),
        kafka_timeout=timedelta(seconds=2),
    )


@asynccontextmanager
async def hearing(settings: Settings, broker: Broker) -> AsyncIterator[EventsFace]:
    """A mail process that hears of mail on Kafka, and does not look for it by itself."""
    async with open_events_face(settings, notifier=mail_notifier(settings)) as app:
        stop = asyncio.Event()
        running = asyncio.create_task(hear(app, notification_relays(app), stop, pace=broker.pace))
        try:
            yield app
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await running


async def tell(broker: Broker, settings: Settings, *values: bytes) -> None:
    async with producing(broker) as producer:
        for value in values:
            await producer.send_and_wait(settings.kafka_events_topic, value, key=b"r-1")


async def done(broker: Broker, settings: Settings, messages: int) -> None:
    """Return once the offsets of so many messages are committed."""

    async def all_committed() -> bool:
        group = f"{settings.kafka_group}.mail"
        return await committed(broker, group, settings.kafka_events_topic) == messages

    await until(all_committed, seconds=PATIENCE)


async def test_the_mail_of_an_event_is_sent_and_then_its_offset_committed(
    settings: Settings, broker: Broker, mail: MailServer
) -> None:
    async with hearing(settings, broker) as app:
        ids = await write(app.storage, 1)
        await tell(broker, settings, cloud_event(EVENT))
        await done(broker, settings, 1)

        assert mail.ids == ids


async def test_a_registration_is_announced_and_its_mail_sent_on_hearing_of_it(
    tmp_path: Path, settings: Settings, broker: Broker, mail: MailServer
) -> None:
    chosen: Choices = {
        name: getattr(settings, name)
        for name in ("kafka_bootstrap_servers", "kafka_events_topic", "kafka_group", "smtp_url")
    }
    async with (
        stage(tmp_path, settings={**chosen, "notifier_url": ""}) as (_, service),
        hearing(service.app.settings, broker),
    ):
        await service.register(event_id(), VISITOR)
        await done(broker, settings, 2)

    assert [received["To"] for received in mail.received] == [VISITOR["email"]]


async def test_an_event_that_comes_again_sends_no_second_mail(
    settings: Settings, broker: Broker, mail: MailServer
) -> None:
    async with hearing(settings, broker) as app:
        ids = await write(app.storage, 1)
        await tell(broker, settings, *[cloud_event(EVENT)] * 3)
        await done(broker, settings, 3)
    replayed = replace(settings, kafka_group=unique("group"))
    async with hearing(replayed, broker):
        await done(broker, replayed, 3)

    assert mail.ids == ids


async def test_what_is_no_event_goes_to_the_dead_letters_and_holds_nobody_up(
    settings: Settings, broker: Broker, mail: MailServer
) -> None:
    async with hearing(settings, broker) as app:
        ids = await write(app.storage, 1)
        await tell(broker, settings, b"{}", b"no JSON", cloud_event(EVENT))
        await done(broker, settings, 3)
        letters = await read(broker, f"{settings.kafka_events_topic}.dead-letter", 2)

    assert {letter.value for letter in letters} == {b"{}", b"no JSON"}
    assert mail.ids == ids


async def test_mail_that_cannot_be_handed_over_is_left_to_the_outbox(
    settings: Settings, broker: Broker, mail: MailServer
) -> None:
    mail.data = "451 try again later"
    async with hearing(settings, broker) as app:
        await write(app.storage, 1)
        await tell(broker, settings, cloud_event(EVENT))
        await done(broker, settings, 1)
        waiting = await app.outbox_reads.rows(OutboxState.PENDING, limit=10)

    assert ["451" in row.error for row in waiting] == [True]
    assert mail.ids == []


async def test_without_a_broker_mail_is_sent_all_the_same(
    settings: Settings, mail: MailServer
) -> None:
    alone = replace(settings, kafka_bootstrap_servers="127.0.0.1:1")
    async with open_events_face(alone, notifier=mail_notifier(alone)) as app:
        stop = asyncio.Event()
        running = asyncio.create_task(run_notify(app, stop))
        ids = await write(app.storage, 1)
        await none_waits(app)
        stop.set()
        async with asyncio.timeout(10):
            await running

    assert mail.ids == ids
