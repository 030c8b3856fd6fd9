"""Reminders are written by the clock, where somebody says who is to be reminded."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from attrs import frozen

from events_face_core.kernel import OutboxState
from events_face_core.processes import UpcomingHolder
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from events_face_runners.worker import run_background
from events_face_runners.worker.background import scheduled_tasks
from support.waiting import until


@frozen
class OneNearHolder:
    async def due(
        self, start: datetime, end: datetime, *, after: str, limit: int
    ) -> Sequence[UpcomingHolder]:
        holder = UpcomingHolder(
            booking_id="booking",
            email="anna@example.com",
            language="en",
            display_name="Anna",
            event_name="Concert",
            event_time=end,
            quantity=1,
            ticket_code="code",
            booked_at=end - timedelta(days=7),
        )
        return [] if after else [holder]


def _settings(directory: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{directory / 'events-face.db'}")


async def _waiting(app: EventsFace) -> int:
    return len(await app.outbox_reads.rows(OutboxState.PENDING, limit=10))


async def test_a_worker_writes_the_reminders_that_are_due(tmp_path: Path) -> None:
    async with open_events_face(_settings(tmp_path), holders=OneNearHolder()) as app:
        stop = asyncio.Event()
        running = asyncio.create_task(run_background(app, stop))

        async def both_are_written() -> bool:
            return await _waiting(app) == 2

        await until(both_are_written)
        stop.set()
        await running


async def test_where_nobody_says_who_is_to_be_reminded_no_task_is_scheduled(
    tmp_path: Path,
) -> None:
    async with open_events_face(_settings(tmp_path)) as app:
        assert "reminders" not in {task.name for task in scheduled_tasks(app)}
