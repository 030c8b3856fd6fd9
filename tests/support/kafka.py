"""Kafka for the tests: the mock broker in confluent-kafka, or the one that the environment names.

Tests share a broker, so each takes topics and groups of its own (``unique``).
"""

import asyncio
import ctypes
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from attrs import frozen

from events_face_adapters.brokers import ConsumerPace
from events_face_runners.simulator import SimulatedEvent
from events_face_runners.simulator.dialects import PROVIDER_DIALECTS

VARIABLE = "EVENTS_FACE_TEST_KAFKA"
"""Names ``host:port`` of a real broker where topics may be made."""

PARTITIONS = 4
"""Of every topic; the mock broker gives as many to a topic that it hears of."""


def unique(name: str) -> str:
    return f"{name}-{uuid4().hex}"


@frozen
class Broker:
    """A broker, and how quickly its groups may find themselves."""

    address: str
    pace: ConsumerPace

    @property
    def real(self) -> bool:
        return VARIABLE in os.environ


@contextmanager
def any_broker() -> Iterator[Broker]:
    if address := os.environ.get(VARIABLE):
        # No real broker takes a shorter session.
        pace = ConsumerPace(
            poll=timedelta(seconds=0.2),
            session=timedelta(seconds=6),
            heartbeat=timedelta(seconds=0.3),
        )
        yield Broker(address, pace)
        return
    with _mock_broker() as address:
        # The mock broker lets a rebalance last nearly as long as a session.
        pace = ConsumerPace(
            poll=timedelta(seconds=0.2),
            session=timedelta(seconds=2),
            heartbeat=timedelta(seconds=0.3),
        )
        yield Broker(address, pace)


@contextmanager
def _mock_broker() -> Iterator[str]:
    """Start the mock cluster of librdkafka, with a group that forms without delay.

    Through its C API (``rdkafka_mock.h``): the setting ``test.mock.num.brokers`` starts the
    same one, but with three seconds before each first join.
    """
    from confluent_kafka import cimpl  # noqa: PLC0415  # not needed where a real broker is named

    library = ctypes.CDLL(cimpl.__file__)

    def call(name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401  # C's
        function = library[name]
        function.restype = result
        return function(*arguments)

    pointer, error = ctypes.c_void_p, ctypes.create_string_buffer(512)
    conf = pointer(call("rd_kafka_conf_new", pointer))
    call("rd_kafka_conf_set", ctypes.c_int, conf, b"log_level", b"0", error, ctypes.c_size_t(512))
    handle = pointer(call("rd_kafka_new", pointer, 0, conf, error, ctypes.c_size_t(512)))
    cluster = pointer(call("rd_kafka_mock_cluster_new", pointer, handle, 1))
    call("rd_kafka_mock_group_initial_rebalance_delay_ms", None, cluster, ctypes.c_int32(0))
    try:
        yield call("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, cluster).decode()
    finally:
        call("rd_kafka_mock_cluster_destroy", None, cluster)
        call("rd_kafka_destroy", None, handle)


async def new_topic(broker: Broker, name: str = "topic") -> str:
    """Return a topic that nobody else uses."""
    topic = unique(name)
    if broker.real:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        finally:
            await admin.close()
    return topic


@asynccontextmanager
async def producing(broker: Broker) -> AsyncIterator[Any]:
    producer = AIOKafkaProducer(bootstrap_servers=broker.address, acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def tell(broker: Broker, topic: str, *events: SimulatedEvent) -> None:
    """Publish changes as the aggregator does, each acknowledged before the next."""
    async with producing(broker) as producer:
        for event in events:
            await producer.send_and_wait(topic, value_of(event), key=str(event.id).encode())


def value_of(event: SimulatedEvent) -> bytes:
    """Return an event as the aggregator writes it."""
    return msgspec.json.encode(PROVIDER_DIALECTS["v2"].render(event))


async def read(broker: Broker, topic: str, count: int) -> list[Any]:
    """Return what stands in a topic, once it is so many messages."""
    return await read_until(broker, topic, lambda records: len(records) >= count)


async def read_all(broker: Broker, topic: str) -> list[Any]:
    """Return what stands in a topic now; nothing was ever removed from it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
    return await read(broker, topic, sum(ends.values()))


async def read_until(
    broker: Broker, topic: str, enough: Callable[[list[Any]], bool], *, seconds: float = 15.0
) -> list[Any]:
    """Return what stands in a topic, once it is enough; what has one key is in order."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=broker.address, auto_offset_reset="earliest"
    )
    await consumer.start()
    records: list[Any] = []
    try:
        # No pause between fetches: each gets but one batch a partition from the mock broker.
        async with asyncio.timeout(seconds):
            while not enough(records):
                for batch in (await consumer.getmany(timeout_ms=50)).values():
                    records.extend(batch)
        return records
    finally:
        await consumer.stop()


def told(records: Sequence[Any]) -> dict[str, list[str]]:
    """Return what our announcements tell of each subject, in order, repetitions left out."""
    told: dict[str, list[str]] = {}
    seen = set()
    for record in records:
        event = msgspec.json.decode(record.value)
        if event["id"] not in seen:
            told.setdefault(record.key.decode(), []).append(event["type"])
        seen.add(event["id"])
    return told


async def committed(broker: Broker, group: str, topic: str) -> int:
    """Return how many messages of a topic a group is done with."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await admin.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        offsets = await admin.list_consumer_group_offsets(group, partitions=partitions)
    except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
        return 0  # the first group of a broker that has just started
    finally:
        await admin.close()
    return sum(max(committed.offset, 0) for committed in offsets.values())
