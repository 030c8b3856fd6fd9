"""Embed events-face: open on SQLite, sync, list, register, deliver once.

The aggregator and the notification service are simulated here; in your program, set their
URLs and tokens, or give adapters of your own (see own_adapter.py).
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from events_face_core.catalogue import EventQuery, EventStatus, SyncCatalogue
from events_face_core.registration import AcceptRegistration
from events_face_runners.embedding import Settings, open_events_face
from events_face_runners.simulator import SimulatorOptions, running_simulator


async def embed(database: Path) -> None:
    async with running_simulator(SimulatorOptions(events=50)) as aggregator:
        settings = Settings(
            database_url=f"sqlite:///{database}",
            provider_url=aggregator.url,
            notifier_url=aggregator.url,
        )
        async with open_events_face(settings) as app:
            report = await app.sync(SyncCatalogue())
            page = await app.events.page(EventQuery(statuses=frozenset({EventStatus.OPEN})))
            accepted = await app.accept(
                AcceptRegistration(
                    event_id=page.items[-1].id,
                    first_name="Анна",
                    last_name="Иванова",
                    email="anna@example.com",
                )
            )
            await app.deliver()
            decided = await app.registrations.registration(accepted.id)
            print(f"{report.read} events read; «{decided.event.name}»: {decided.status}")
            print(aggregator.world.notifications[0].message)


if __name__ == "__main__":
    with TemporaryDirectory() as directory:
        asyncio.run(embed(Path(directory) / "events.db"))
