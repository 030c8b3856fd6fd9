"""The aggregator's Kafka topic of changes: one message for each change, at most once.

Nothing waits for the broker and nothing is sent twice: what cannot be told now is lost, as the
contract warns (provider, "Kafka topic of changes").
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from events_face_runners.simulator.dialects import render_v2
from events_face_runners.simulator.records import SimulatedEvent
from events_face_runners.simulator.world import World

log = logging.getLogger(__name__)

_MOST_WAITING = 1000
_LOOK_SECONDS = 1.0


@asynccontextmanager
async def telling_kafka(world: World, servers: str, topic: str) -> AsyncIterator[None]:
    """Tell of each change in the world while the block runs."""
    changes: asyncio.Queue[SimulatedEvent] = asyncio.Queue(_MOST_WAITING)

    def changed(event: SimulatedEvent) -> None:
        with suppress(asyncio.QueueFull):
            changes.put_nowait(event)

    world.listeners.append(changed)
    telling = asyncio.create_task(_tell(changes, servers, topic))
    try:
        yield
    finally:
        world.listeners.remove(changed)
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(changes: asyncio.Queue[SimulatedEvent], servers: str, topic: str) -> None:
    producer = await _connected(servers)
    try:
        while True:
            event = await changes.get()
            value = msgspec.json.encode(render_v2(event))
            try:
                await producer.send(topic, value, key=str(event.id).encode())
            except KafkaError as error:
                log.warning("a change of %s is not told: %s", event.id, error)
    finally:
        await producer.stop()


async def _connected(servers: str) -> AIOKafkaProducer:
    while True:
        producer = AIOKafkaProducer(bootstrap_servers=servers)
        try:
            await producer.start()
        except KafkaError:
            # Its start is not undone by itself when it fails.
            await producer.stop()
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            return producer
