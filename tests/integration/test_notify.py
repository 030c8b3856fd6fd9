"""The mail process: each notification leaves as one mail, whatever becomes of the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events_face_adapters.storage.opened import Storage
from events_face_core.kernel import Delivery, OutboxState
from events_face_core.notifications import (
    Notification,
    NotificationWritten,
    SendNotificationHandler,
)
from events_face_runners.notify import mail_notifier, run_notify
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from support.mail_server import MailServer, running_mail_server
from support.making import VISITOR, event_id
from support.stage import Choices, stage
from support.waiting import until

WRITTEN_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, mail: MailServer) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'events-face.db'}",
        smtp_url=mail.url,
        mail_from="Events <tickets@example.com>",
        notifier_timeout=timedelta(seconds=1),
        breaker_recovery=timedelta(seconds=0.3),
    )


@asynccontextmanager
async def notifying(settings: Settings) -> AsyncIterator[EventsFace]:
    """A mail process in the test's own."""
    async with open_events_face(settings, notifier=mail_notifier(settings)) as app:
        stop = asyncio.Event()
        running = asyncio.create_task(run_notify(app, stop))
        try:
            yield app
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await running


async def write(storage: Storage, *numbers: int) -> list[str]:
    """Write notifications as the deciding transactions do; return their ``Message-ID``."""
    for number in numbers:
        async with storage() as tx:
            await tx.notifications.add(notification(number))
            await tx.publish(NotificationWritten(notification_id=f"n-{number}"))
    return [f"<n-{number}@example.com>" for number in numbers]


def notification(number: int) -> Notification:
    return Notification(
        id=f"n-{number}",
        reference_id=f"r-{number}",
        email=f"anna{number}@example.com",
        language="ru",
        template="booking-confirmed",
        message=f"Здравствуйте, Анна {number}!",
        created_at=WRITTEN_AT,
    )


async def rows(app: EventsFace, state: OutboxState) -> int:
    return len(await app.outbox_reads.rows(state, limit=1000))


async def none_waits(app: EventsFace) -> None:
    async def delivered() -> bool:
        return await rows(app, OutboxState.PENDING) == 0

    await until(delivered, seconds=20)


async def test_what_another_process_writes_leaves_as_mail(
    settings: Settings, mail: MailServer
) -> None:
    async with open_events_face(settings) as web, notifying(settings):
        ids = await write(web.storage, 1, 2, 3)
        await none_waits(web)

    assert sorted(mail.ids) == ids
    assert {str(one["To"]) for one in mail.received} == {
        f"anna{number}@example.com" for number in (1, 2, 3)
    }


@pytest.mark.parametrize(
    ("language", "told"),
    [("ru", "Регистрация подтверждена"), ("en", "Your registration is confirmed")],
)
async def test_a_registration_that_is_decided_is_told_by_mail_in_the_visitors_language(
    tmp_path: Path, mail: MailServer, language: str, told: str
) -> None:
    chosen: Choices = {"notifier_url": "", "smtp_url": mail.url}
    async with (
        stage(tmp_path, settings=chosen) as (_, service),
        notifying(service.app.settings),
    ):
        await service.register(event_id(), VISITOR, language=language)
        await until(lambda: bool(mail.received), seconds=20)

    [received] = mail.received
    assert (received["To"], received["Subject"]) == (VISITOR["email"], told)
    assert received["Content-Language"] == language


async def test_without_the_mail_process_notifications_wait(
    settings: Settings, mail: MailServer
) -> None:
    async with open_events_face(settings) as web:
        await write(web.storage, 1)
        tried = await web.deliver()

        assert (tried, await rows(web, OutboxState.PENDING)) == (0, 1)
    assert mail.received == []


async def test_while_the_server_is_dead_mail_waits_and_then_arrives_once(
    settings: Settings, mail: MailServer
) -> None:
    await mail.stop()
    async with notifying(settings) as app:
        ids = await write(app.storage, *range(10))
        await until(lambda: app.circuits()["notifier"] == "open")
        await mail.start()
        await none_waits(app)

    assert sorted(mail.ids) == ids


async def test_a_server_that_dies_in_between_gets_nothing_twice_that_it_acknowledged(
    settings: Settings, mail: MailServer
) -> None:
    async with notifying(settings) as app:
        ids = await write(app.storage, *range(5))
        await none_waits(app)
        await mail.stop()
        ids += await write(app.storage, *range(5, 10))
        await until(lambda: app.circuits()["notifier"] == "open")
        await mail.start()
        await none_waits(app)

    assert sorted(mail.ids) == ids


async def test_two_mail_processes_share_the_work(settings: Settings, mail: MailServer) -> None:
    async with notifying(settings) as app, notifying(settings):
        ids = await write(app.storage, *range(10, 40))
        await none_waits(app)

    assert sorted(mail.ids) == ids


async def test_a_delivery_that_comes_again_sends_no_second_mail(
    settings: Settings, mail: MailServer
) -> None:
    notifier = mail_notifier(settings)
    async with open_events_face(settings, notifier=notifier) as app:
        await write(app.storage, 1)
        await app.deliver()
        send = SendNotificationHandler(unit_of_work=app.storage, notifier=notifier, clock=app.clock)
        again = Delivery(id="row", message=NotificationWritten(notification_id="n-1"), attempts=2)

        await send(again)

    assert len(mail.ids) == 1


async def test_a_mail_that_is_refused_for_good_is_a_dead_letter_and_holds_nobody_up(
    settings: Settings, mail: MailServer
) -> None:
    async with notifying(settings) as app:
        mail.rcpt = "550 no such mailbox"
        await write(app.storage, 1)
        await none_waits(app)
        mail.rcpt = "250 OK"
        ids = await write(app.storage, 2)
        await none_waits(app)
        [dead] = await app.outbox_reads.rows(OutboxState.DEAD, limit=10)

    assert mail.ids == ids
    assert "550 no such mailbox" in dead.error


async def test_a_mail_that_is_refused_for_now_is_tried_again(
    settings: Settings, mail: MailServer
) -> None:
    mail.data = "451 try again later"
    async with notifying(settings) as app:
        ids = await write(app.storage, 1)
        await until(lambda: _failed_once(app))
        mail.data = "250 OK"
        await none_waits(app)

    assert mail.ids == ids


async def _failed_once(app: EventsFace) -> bool:
    waiting = await app.outbox_reads.rows(OutboxState.PENDING, limit=1)
    return any("451" in row.error for row in waiting)
