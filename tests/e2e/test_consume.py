"""``events-face consume`` as a process: killed, stopped, and started again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession

from support.kafka import Broker, any_broker, committed, new_topic, tell, unique
from support.making import an_event
from support.processes import ServiceProcess, free_port
from support.waiting import until

PATIENCE = 40.0


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with any_broker() as broker:
        yield broker


def _consumer(directory: Path, servers: str, topic: str, group: str) -> ServiceProcess:
    environment = {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{directory}/events.db",
        "EVENTS_FACE_KAFKA_BOOTSTRAP_SERVERS": servers,
        "EVENTS_FACE_KAFKA_TOPIC": topic,
        "EVENTS_FACE_KAFKA_GROUP": group,
        "EVENTS_FACE_KAFKA_TIMEOUT": "2s",
    }
    return ServiceProcess(environment, directory / "consume.log", "consume")


def _events(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "events.db")) as database:
        ((count,),) = database.execute("SELECT count(*) FROM event")
    return int(count)


async def test_a_consumer_that_is_killed_and_started_again_skips_nothing(
    tmp_path: Path, broker: Broker
) -> None:
    topic, group = await new_topic(broker), unique("group")
    consumer = _consumer(tmp_path, broker.address, topic, group)

    async def done(messages: int) -> None:
        async def all_committed() -> bool:
            return await committed(broker, group, topic) == messages

        await until(all_committed, seconds=PATIENCE)

    await consumer.start()
    await tell(broker, topic, *(an_event(n) for n in range(1, 51)))
    await done(50)
    await consumer.kill()
    await tell(broker, topic, *(an_event(n) for n in range(51, 101)))
    await consumer.start()
    await done(100)
    code = await consumer.stop()

    assert (code, _events(tmp_path)) == (0, 100)


async def test_a_consumer_without_a_broker_waits_says_so_once_and_stops_in_time(
    tmp_path: Path,
) -> None:
    consumer = _consumer(tmp_path, f"127.0.0.1:{free_port()}", "topic", "group")
    await consumer.start()

    def is_away() -> bool:
        return "Kafka cannot be used" in consumer.log.read_text()

    await until(is_away, seconds=PATIENCE)
    code = await consumer.stop()

    lines = consumer.log.read_text().splitlines()
    assert code == 0
    assert [line.split('"message":"')[1].partition('"')[0].partition(":")[0] for line in lines] == [
        "connecting",
        "Kafka cannot be used, and is tried again",
        "stopped",
    ]


async def test_a_consumer_tells_how_it_is_at_its_operation_port(
    tmp_path: Path, broker: Broker
) -> None:
    port = free_port()
    consumer = _consumer(tmp_path, broker.address, await new_topic(broker), unique("group"))
    consumer.environment = {**consumer.environment, "EVENTS_FACE_OPERATION_PORT": str(port)}
    await consumer.start()

    async def consumes() -> bool:
        try:
            async with ClientSession() as session:
                metrics = await session.get(f"http://127.0.0.1:{port}/metrics")
                ready = await session.get(f"http://127.0.0.1:{port}/health/ready")
                dependencies = (await ready.json())["dependencies"]
                state = 'events_face_consumer_state{state="consuming"} 1.0'
                return dependencies == {"kafka": "closed"} and state in await metrics.text()
        except ClientConnectionError:
            return False

    await until(consumes, seconds=PATIENCE)

    assert await consumer.stop() == 0
