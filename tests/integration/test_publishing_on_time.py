"""Drafts are published by themselves at their time, once each, however many workers there are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from events_face_core.kernel import SYSTEM, Message, OutboxState
from events_face_core.ticketing import (
    CreateOwnEvent,
    Details,
    OwnEventPublicationDue,
    OwnEventPublished,
    PublishOwnEvent,
    Venue,
)
from events_face_runners.background import run_background
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from support.making import SetClock
from support.waiting import until

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
AT = NOW + timedelta(hours=1)
DRAFTS = 12
VENUE = Venue(name="Крыша")


@asynccontextmanager
async def two_workers(one: EventsFace, other: EventsFace) -> AsyncIterator[None]:
    """Let two work while the block runs."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as workers:
        for app in (one, other):
            workers.create_task(run_background(app, stop))
        try:
            yield
        finally:
            stop.set()


async def a_scheduled_draft(app: EventsFace, number: int) -> str:
    details = Details(
        name=f"Концерт {number}", event_time=NOW + timedelta(days=30), venue=VENUE, capacity=10
    )
    event = await app.ticketing.create(CreateOwnEvent(actor=SYSTEM, details=details))
    await app.ticketing.publish(PublishOwnEvent(actor=SYSTEM, event_id=event.id, publish_at=AT))
    return event.id


async def none_is_due(app: EventsFace) -> bool:
    rows = await app.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    return OwnEventPublicationDue.name not in {row.name for row in rows}


def published(messages: Sequence[Message]) -> list[str]:
    return sorted(m.event_id for m in messages if isinstance(m, OwnEventPublished))


async def test_two_workers_publish_each_draft_at_its_time_once(database: str) -> None:
    settings, clock = Settings(database_url=database), SetClock(NOW)
    heard: list[Message] = []
    async with (
        open_events_face(settings, clock=clock) as one,
        open_events_face(settings, clock=clock) as other,
    ):
        for app in (one, other):
            app.storage.listen(heard.extend)
        drafts = [await a_scheduled_draft(one, number) for number in range(DRAFTS)]
        async with two_workers(one, other):
            before = published(heard)
            clock.time = AT
            await until(lambda: none_is_due(one))

    assert before == []
    assert published(heard) == sorted(drafts)
