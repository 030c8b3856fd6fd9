"""Reminders on a real database: two workers at once write each of them once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from contract.storage.making import Storage
from events_face_adapters.system import RandomIds
from events_face_adapters.texts import TemplateTexts
from events_face_core.kernel import OutboxState
from events_face_core.notifications import NotificationWriter
from events_face_core.processes import RemindHolders, UpcomingHolder
from unit.fakes import NOON, FakeClock

HOLDERS = [
    UpcomingHolder(
        booking_id=f"b-{number:03}",
        email=f"anna{number}@example.com",
        language="ru",
        display_name="Анна",
        event_name="Концерт",
        event_time=NOON + timedelta(days=1),
        quantity=1,
        ticket_code="code",
        booked_at=NOON - timedelta(days=7),
    )
    for number in range(150)
]


@frozen
class Near:
    async def due(
        self, start: datetime, end: datetime, *, after: str, limit: int
    ) -> Sequence[UpcomingHolder]:
        near = [one for one in HOLDERS if start < one.event_time <= end]
        return [one for one in near if one.booking_id > after][:limit]


def _reminding(storage: Storage) -> RemindHolders:
    clock = FakeClock()
    writer = NotificationWriter(
        texts=TemplateTexts(ZoneInfo("Europe/Moscow")), ids=RandomIds(), clock=clock
    )
    return RemindHolders(holders=Near(), unit_of_work=storage, writer=writer, clock=clock)


async def test_two_workers_at_once_write_each_reminder_once(
    storage: Storage, other: Storage
) -> None:
    written = await asyncio.gather(*(_reminding(one)() for one in (storage, other) * 2))

    rows = await storage.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    assert (sum(written), len(rows)) == (150, 150)


async def test_a_later_run_finds_them_written(storage: Storage) -> None:
    await _reminding(storage)()

    assert await _reminding(storage)() == 0
