"""Adapters of your own: events from a list, registrations and notifications in memory.

A port is a Protocol: there is nothing to inherit from. Its docstring is the contract; the
breaker, the bulkhead and the deadline are put around your adapter when it is given to
``open_events_face``.
"""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from events_face_core.catalogue import (
    Event,
    EventQuery,
    EventStatus,
    SourceEvent,
    SourcePage,
    SyncCatalogue,
)
from events_face_core.notifications import Notification
from events_face_core.registration import (
    AcceptRegistration,
    Answer,
    Registered,
    Registration,
    TakeBackAnswer,
    TakenBack,
)
from events_face_runners.embedding import Settings, open_events_face


class ClubProgramme:
    """An ``EventSource``: the programme of a club, small enough for one page."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        now = datetime.now(UTC)
        events = [
            Event(
                id=f"evening-{number}",
                name=name,
                status=EventStatus.OPEN,
                event_time=now + timedelta(days=number + 2),
                registration_deadline=now + timedelta(days=number + 1),
                place=None,
                number_of_visitors=None,
                changed_at=now,
            )
            for number, name in enumerate(self._names)
        ]
        return SourcePage(events=[SourceEvent(event=event) for event in events])


class GuestBook:
    """A ``RegistrationGateway``: everybody is welcome."""

    idempotent = True

    async def register(self, registration: Registration) -> Answer:
        return Registered(ticket_id=f"ticket-of-{registration.id}")

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        return TakenBack()


class Doorman:
    """A ``Notifier``: calls the message out."""

    async def send(self, notification: Notification) -> None:
        print(f"{notification.email}: {notification.message}")


async def evening(database: Path) -> None:
    async with open_events_face(
        Settings(database_url=f"sqlite:///{database}", notifier_timezone="Asia/Yekaterinburg"),
        source=ClubProgramme(["Джазовый вечер", "Poetry slam"]),
        gateway=GuestBook(),
        notifier=Doorman(),
    ) as app:
        await app.sync(SyncCatalogue())
        found = await app.events.page(EventQuery(search="джаз"))
        await app.accept(
            AcceptRegistration(
                event_id=found.items[0].id,
                first_name="Пётр",
                last_name="Ким",
                email="petr@example.com",
            )
        )
        await app.deliver()


if __name__ == "__main__":
    with TemporaryDirectory() as directory:
        asyncio.run(evening(Path(directory) / "club.db"))
