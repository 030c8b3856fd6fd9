"""``events-face notify serve`` as a process: it sends mail, is killed, stopped, started again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events_face_core.notifications import Notification, NotificationWritten
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.mail_server import MailServer, running_mail_server
from support.processes import ServiceProcess
from support.waiting import until

PATIENCE = 40.0


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


async def _write(database_url: str, *numbers: int) -> None:
    async with open_events_face(Settings(database_url=database_url)) as app:
        for number in numbers:
            notification = Notification(
                id=f"n-{number}",
                reference_id="r",
                email="anna@example.com",
                language="en",
                template="booking-confirmed",
                message="Hello Anna",
                created_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
            )
            async with app.storage() as tx:
                await tx.notifications.add(notification)
                await tx.publish(NotificationWritten(notification_id=notification.id))


async def test_a_mail_process_that_is_killed_and_started_again_loses_nothing(
    tmp_path: Path, mail: MailServer
) -> None:
    database_url = f"sqlite:///{tmp_path}/events.db"
    environment = {
        "EVENTS_FACE_DATABASE_URL": database_url,
        "EVENTS_FACE_SMTP_URL": mail.url,
        "EVENTS_FACE_MAIL_FROM": "Events <tickets@example.com>",
    }
    process = ServiceProcess(environment, tmp_path / "notify.log", "notify", ["serve"])
    await _write(database_url, 1, 2)
    await process.start()
    await until(lambda: len(mail.received) == 2, seconds=PATIENCE)
    await asyncio.sleep(0.5)  # for it to write down that they are sent
    await process.kill()
    await _write(database_url, 3)
    await process.start()
    await until(lambda: len(mail.received) == 3, seconds=PATIENCE)
    code = await process.stop()

    assert code == 0
    assert sorted(mail.ids) == [f"<n-{number}@example.com>" for number in (1, 2, 3)]
    assert {str(one["Subject"]) for one in mail.received} == {"Your booking is confirmed"}
