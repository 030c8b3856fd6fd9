"""The command line, run in this process; and what its commands find in the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from attrs import frozen

from events_face_core.catalogue import Event, EventStatus
from events_face_core.registration import EventSnapshot, Language, Registration, Visitor
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@frozen
class Ended:
    """What became of a command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  # whatever the command answers
        """Return the answer of a command that was asked for JSON, and did well."""
        assert (self.code, self.err) == (0, "")
        return json.loads(self.out)


class Run(Protocol):
    """Runs a command."""

    def __call__(self, *arguments: str | Path) -> Ended: ...


def fails(ended: Ended, code: int) -> str:
    """Check that a command failed as commands do; return its one line."""
    (line,) = ended.err.splitlines()
    assert ended.code == code
    assert line.startswith("events-face: ")
    assert not any(sign in ended.out + line for sign in ("Traceback", "╭", "│"))
    return line.removeprefix("events-face: ")


def with_app(path: Path, work: Callable[[EventsFace], Awaitable[None]]) -> None:
    """Do something with the database of a test before its command runs."""

    async def opened() -> None:
        async with open_events_face(Settings(database_url=f"sqlite:///{path}")) as app:
            await work(app)

    asyncio.run(opened())


def an_event(event_id: str = "event", *, age: timedelta = -30 * DAY) -> Event:
    """Return an event that took place so long ago."""
    return Event(
        id=event_id,
        name="Концерт",
        status=EventStatus.OPEN,
        event_time=NOW - age,
        registration_deadline=NOW - age - DAY,
        place=None,
        number_of_visitors=None,
        changed_at=NOW,
    )


def a_registration(
    registration_id: str = "registration",
    *,
    first_name: str = "Иван",
    event_name: str = "Концерт",
    email: str = "",
    seat: str | None = None,
    created_at: datetime = NOW,
) -> Registration:
    return Registration(
        id=registration_id,
        event=EventSnapshot(id="event", name=event_name, event_time=NOW + 30 * DAY),
        visitor=Visitor(
            first_name=first_name,
            last_name="Петров",
            email=email or f"{registration_id}@example.com",
        ),
        seat=seat,
        language=Language.RUSSIAN,
        created_at=created_at,
        decision_due_at=created_at + timedelta(hours=1),
    )
