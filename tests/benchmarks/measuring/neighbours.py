"""Everything that stands beside the service: provider, notifier, Redis and Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from attrs import frozen
from confluent_kafka import Consumer

from events_face_runners.simulator import SimulatorOptions, running_simulator
from support.redis_server import own_redis

_KAFKA_SECONDS = 10.0


@frozen
class Neighbours:
    """The neighbours of one service."""

    settings: dict[str, str]
    stack: AsyncExitStack

    async def die(self) -> None:
        """End them all: nobody listens on their ports any more."""
        await self.stack.aclose()


@asynccontextmanager
async def neighbours() -> AsyncIterator[Neighbours]:
    """Start neighbours in good health."""
    async with AsyncExitStack() as stack:
        simulator = await stack.enter_async_context(
            running_simulator(SimulatorOptions(change_interval=0))
        )
        redis = stack.enter_context(own_redis())
        yield Neighbours(
            {
                "provider_url": simulator.url,
                "notifier_url": simulator.url,
                "redis_url": redis.url,
                "kafka_bootstrap_servers": await _start_kafka(stack),
                "kafka_events_topic": "events-face.events",
            },
            stack,
        )


async def _start_kafka(stack: AsyncExitStack) -> str:
    """Start the broker that comes with librdkafka; it lives as long as this client of it."""
    client = Consumer({"test.mock.num.brokers": 1, "group.id": "measuring", "log_level": 0})
    stack.callback(client.close)
    listed = await asyncio.to_thread(partial(client.list_topics, timeout=_KAFKA_SECONDS))
    (broker,) = listed.brokers.values()
    return f"{broker.host}:{broker.port}"
