"""Own events to book, and people who are signed in, for measurements."""

from __future__ import annotations

from datetime import timedelta

from contract.storage.postgres import ask
from events_face_core.ticketing import (
    LARGEST_CAPACITY,
    Details,
    OwnEvent,
    OwnEventStatus,
    Venue,
)
from events_face_runners.embedding import EventsFace
from support.box_office import make_people

FIRST, LAST = 1001, 1100
"""Their ids are numbers, so that pgbench can draw them."""

_AT_ONCE = 2000


async def open_halls(app: EventsFace) -> None:
    """Publish a hundred events with more seats than anybody can book."""
    now = app.clock.now()
    async with app.storage() as tx:
        for number in range(FIRST, LAST + 1):
            details = Details(
                name=f"Концерт {number}",
                event_time=now + timedelta(days=30),
                venue=Venue(name="Стадион"),
                capacity=LARGEST_CAPACITY,
            )
            await tx.own_events.add(
                OwnEvent(
                    id=str(number),
                    organizer_id="organizer",
                    details=details,
                    created_at=now,
                    changed_at=now,
                    published_at=now,
                    status=OwnEventStatus.PUBLISHED,
                )
            )


async def sign_in(app: EventsFace, number: int) -> list[str]:
    """Return the access tokens of so many people."""
    tokens: list[str] = []
    while len(tokens) < number:
        tokens += await make_people(app, min(_AT_ONCE, number - len(tokens)))
    return tokens


async def settle(url: str) -> None:
    """Do what the server would do in its own time, before anything is measured."""
    await ask(url, "VACUUM ANALYZE", "CHECKPOINT")
