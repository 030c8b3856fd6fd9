"""The consumer in the test's own process, and what can be seen of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import frozen

from events_face_adapters.brokers import ConsumerPace
from events_face_core.catalogue import Event
from events_face_runners.consumer import run_consumer
from events_face_runners.observing.metrics import CONSUMER_STATES
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings
from support.kafka import Broker, new_topic, unique

_STOP_SECONDS = 10.0


async def consumer_settings(path: Path, broker: Broker, **changes: object) -> Settings:
    """Settings for a topic and a group that nobody else uses."""
    fixed: dict[str, Any] = {
        "database_url": f"sqlite:///{path / 'events-face.db'}",
        "kafka_bootstrap_servers": broker.address,
        "kafka_topic": await new_topic(broker, "changes"),
        "kafka_group": unique("group"),
        "kafka_timeout": timedelta(seconds=2),
        "breaker_recovery": timedelta(seconds=0.3),
    }
    return Settings(**{**fixed, **changes})


@frozen
class Consuming:
    """A consumer that runs."""

    app: EventsFace

    def count(self, outcome: str) -> int:
        """How many messages ended so."""
        return self._sample("messages_total", outcome=outcome)

    @property
    def state(self) -> str:
        return next((s for s in CONSUMER_STATES if self._sample("state", state=s)), "")

    async def event(self, event_id: str) -> Event | None:
        return await self.app.storage.event_reads.find(event_id)

    async def name_of(self, event_id: str) -> str | None:
        event = await self.event(event_id)
        return None if event is None else event.name

    def _sample(self, name: str, **labels: str) -> int:
        value = self.app.metrics.registry.get_sample_value(f"events_face_consumer_{name}", labels)
        return int(value or 0)


@asynccontextmanager
async def consuming(
    settings: Settings, pace: ConsumerPace, *, tracing: Tracing | None = None
) -> AsyncIterator[Consuming]:
    """A consumer that runs while the block does."""
    async with open_events_face(settings, tracing=tracing) as app:
        stop = asyncio.Event()
        running = asyncio.create_task(run_consumer(app, stop, pace=pace))
        try:
            yield Consuming(app)
        finally:
            stop.set()
            async with asyncio.timeout(_STOP_SECONDS):
                await running
