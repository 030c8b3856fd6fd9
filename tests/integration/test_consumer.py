"""The consumer against a broker: what is told is applied, whatever fails meanwhile."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from contract.storage.postgres import OwnServer, new_database, own_server
from events_face_adapters.brokers import ChangeStream, DeadLetters, KafkaWriter
from events_face_adapters.system import SystemChance
from events_face_runners.consumer.batch import BatchHandler
from events_face_runners.consumer.loop import Consumer
from events_face_runners.simulator import SimulatedEvent
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.consuming import Consuming, consumer_settings, consuming
from support.kafka import Broker, committed, producing, read, tell, value_of
from support.kafka_proxy import KafkaProxy, kafka_proxy
from support.making import CHANGED, an_event, event_id
from support.waiting import until

HOUR = timedelta(hours=1)


def version(number: int, event: int = 1) -> SimulatedEvent:
    return an_event(event, name=f"Событие {number}", changed_at=CHANGED + number * HOUR)


@pytest.fixture
async def settings(tmp_path: Path, broker: Broker) -> Settings:
    return await consumer_settings(tmp_path, broker)


@pytest.fixture
async def consumer(settings: Settings, broker: Broker) -> AsyncIterator[Consuming]:
    async with consuming(settings, broker.pace) as consumer:
        yield consumer


@pytest.fixture
async def proxy(broker: Broker) -> AsyncIterator[KafkaProxy]:
    async with kafka_proxy(broker.address) as proxy:
        yield proxy


async def done(broker: Broker, settings: Settings, messages: int) -> None:
    """Return once the offsets of so many messages are committed."""

    async def all_committed() -> bool:
        return await committed(broker, settings.kafka_group, settings.kafka_topic) == messages

    await until(all_committed, seconds=20)


# What comes in


async def test_changes_are_applied_and_then_committed(
    consumer: Consuming, settings: Settings, broker: Broker
) -> None:
    await tell(broker, settings.kafka_topic, *(an_event(n) for n in range(1, 6)))

    await done(broker, settings, 5)

    assert [await consumer.name_of(event_id(n)) for n in range(1, 6)] == [
        f"Событие {n}" for n in range(1, 6)
    ]
    assert consumer.count("applied") == 5


async def test_what_is_delivered_twice_is_applied_once(
    consumer: Consuming, settings: Settings, broker: Broker
) -> None:
    await tell(broker, settings.kafka_topic, version(1))
    await done(broker, settings, 1)

    await tell(broker, settings.kafka_topic, version(1))
    await done(broker, settings, 2)

    assert (consumer.count("applied"), consumer.count("unchanged")) == (1, 1)
    assert await consumer.app.storage.event_reads.version() == 1


async def test_an_older_change_that_comes_late_overwrites_nothing(
    consumer: Consuming, settings: Settings, broker: Broker
) -> None:
    await tell(broker, settings.kafka_topic, version(2))
    await done(broker, settings, 1)

    await tell(broker, settings.kafka_topic, version(1))
    await done(broker, settings, 2)

    assert await consumer.name_of(event_id(1)) == "Событие 2"


async def test_what_was_told_before_the_group_existed_is_applied(
    settings: Settings, broker: Broker
) -> None:
    await tell(broker, settings.kafka_topic, version(1))

    async with consuming(settings, broker.pace):
        await done(broker, settings, 1)


async def test_a_consumer_goes_on_where_the_one_before_it_ended(
    settings: Settings, broker: Broker
) -> None:
    async with consuming(settings, broker.pace):
        await tell(broker, settings.kafka_topic, version(1))
        await done(broker, settings, 1)
    await tell(broker, settings.kafka_topic, version(2))

    async with consuming(settings, broker.pace) as second:
        await done(broker, settings, 2)

        assert (second.count("applied"), second.count("unchanged")) == (1, 0)


# What cannot be applied


async def test_poison_goes_to_the_dead_letters_and_the_rest_is_applied(
    consumer: Consuming, settings: Settings, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    topic, key = settings.kafka_topic, event_id(1).encode()
    async with producing(broker) as producer:
        await producer.send_and_wait(topic, value_of(an_event(1)), key=key, partition=0)
        await producer.send_and_wait(
            topic, b"<html>", key=key, partition=0, headers=[("trace", b"7"), ("null", None)]
        )
        await producer.send_and_wait(topic, None, key=key, partition=0)
        await producer.send_and_wait(topic, value_of(an_event(2)), partition=0)
        last = an_event(3)
        await producer.send_and_wait(topic, value_of(last), key=str(last.id).encode(), partition=0)

    letters = await read(broker, f"{topic}.dead-letter", 3)
    await done(broker, settings, 5)

    kept = {dict(letter.headers)["dead-letter-offset"]: letter for letter in letters}
    assert {offset: (one.key, one.value) for offset, one in kept.items()} == {
        b"1": (key, b"<html>"),
        b"2": (key, None),
        b"3": (None, value_of(an_event(2))),
    }
    headers = dict(kept[b"1"].headers)
    assert (headers["trace"], headers["null"]) == (b"7", None)
    assert headers["dead-letter-topic"] == topic.encode()
    assert headers["dead-letter-partition"] == b"0"
    assert b"malformed" in headers["dead-letter-reason"]
    assert (consumer.count("applied"), consumer.count("dead-lettered")) == (2, 3)
    assert await consumer.name_of(event_id(3)) == "Событие 3"
    assert f"topic {topic}, partition 0, offset 2: it has no value" in caplog.text


async def test_one_change_that_the_database_refuses_holds_up_no_other(
    consumer: Consuming, settings: Settings, broker: Broker, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "events-face.db")) as database:
        database.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON event WHEN new.name = 'Событие 2'"
            " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )

    await tell(broker, settings.kafka_topic, *(an_event(n) for n in range(1, 4)))
    (letter,) = await read(broker, f"{settings.kafka_topic}.dead-letter", 1)
    await done(broker, settings, 3)

    assert letter.key == event_id(2).encode()
    assert b"not this one" in dict(letter.headers)["dead-letter-reason"]
    assert [await consumer.name_of(event_id(n)) for n in range(1, 4)] == [
        "Событие 1",
        None,
        "Событие 3",
    ]


async def test_while_the_dead_letters_cannot_be_written_nothing_is_skipped(
    settings: Settings, broker: Broker
) -> None:
    async with open_events_face(settings) as app, kafka_proxy(broker.address) as proxy:
        await proxy.cut()
        stop, guard = asyncio.Event(), app.outside.kafka_guard
        writer = KafkaWriter(proxy.address, timeout=timedelta(seconds=1))
        consumer = Consumer(
            stream=ChangeStream(
                broker.address,
                topic=settings.kafka_topic,
                group=settings.kafka_group,
                timeout=settings.kafka_timeout,
                pace=broker.pace,
            ),
            handle=BatchHandler(app=app, dead_letters=DeadLetters(writer=writer, guard=guard)),
            guard=guard,
            chance=SystemChance(),
            metrics=app.metrics,
            stop=stop,
        )
        seen = Consuming(app)
        running = asyncio.create_task(consumer.run())
        async with producing(broker) as producer:
            await producer.send_and_wait(settings.kafka_topic, b"poison", key=b"key")
        await until(lambda: seen.state == "paused")
        before = await committed(broker, settings.kafka_group, settings.kafka_topic)
        await proxy.restore()
        (letter,) = await read(broker, f"{settings.kafka_topic}.dead-letter", 1)
        await done(broker, settings, 1)
        stop.set()
        await running
        await writer.close()

    assert (before, letter.value) == (0, b"poison")


async def test_a_poison_that_is_too_large_for_its_headers_is_kept_without_its_value(
    settings: Settings, broker: Broker
) -> None:
    if not broker.real:
        pytest.skip("the mock broker takes everything")
    topic = settings.kafka_topic
    async with producing(broker) as producer, consuming(settings, broker.pace):
        # With its headers it is larger than the megabyte that a broker takes.
        largest = b"x" * 1_048_450
        await producer.send_and_wait(topic, largest, key=b"key")
        (letter,) = await read(broker, f"{topic}.dead-letter", 1)
        await done(broker, settings, 1)

    assert letter.value == b""
    assert dict(letter.headers)["dead-letter-cut"] == str(len(largest)).encode()


# Crashes


async def test_a_crash_between_the_database_and_the_offsets_only_repeats(
    settings: Settings, broker: Broker
) -> None:
    await tell(broker, settings.kafka_topic, version(1))
    async with open_events_face(settings) as app:
        writer = KafkaWriter(broker.address, timeout=settings.kafka_timeout)
        letters = DeadLetters(writer=writer, guard=app.outside.kafka_guard)
        stream = ChangeStream(
            broker.address,
            topic=settings.kafka_topic,
            group=settings.kafka_group,
            timeout=settings.kafka_timeout,
            pace=broker.pace,
        )
        await stream.open()
        messages = await stream.poll()
        while not messages:
            messages = await stream.poll()
        await BatchHandler(app=app, dead_letters=letters)(messages)
        await stream.close()  # and nothing is committed

    async with consuming(settings, broker.pace) as again:
        await done(broker, settings, 1)

        assert (again.count("applied"), again.count("unchanged")) == (0, 1)
        assert await again.app.storage.event_reads.version() == 1


# Kafka is away


async def test_a_broker_that_is_away_at_the_start_is_waited_for(
    settings: Settings, broker: Broker, proxy: KafkaProxy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "events_face_runners.consumer")
    await proxy.cut()
    settings = replace(settings, kafka_bootstrap_servers=proxy.address)

    async with consuming(settings, broker.pace) as consumer:
        await tell(broker, settings.kafka_topic, version(1))
        guard = consumer.app.outside.kafka_guard
        await until(lambda: guard.breaker.state_name == "open")
        before = (consumer.state, consumer.app.circuits()["kafka"])
        await proxy.restore()
        await done(broker, settings, 1)

        assert before == ("away", "open")
        assert (consumer.state, consumer.app.circuits()["kafka"]) == ("consuming", "closed")
    connecting, away, *_, consuming_ = _told(caplog)
    assert (connecting, consuming_) == ("connecting", "consuming")
    assert away.startswith("Kafka cannot be used, and is tried again: Kafka: ")
    assert len(_told(caplog)) <= 4  # one line for each change, however many attempts


@pytest.mark.parametrize("how", ["cut", "blocked"])
async def test_a_broker_that_goes_away_and_comes_back_is_heard_again(
    settings: Settings, broker: Broker, proxy: KafkaProxy, how: str
) -> None:
    settings = replace(
        settings, kafka_bootstrap_servers=proxy.address, kafka_timeout=timedelta(seconds=1)
    )
    async with consuming(settings, broker.pace) as consumer:
        await tell(broker, settings.kafka_topic, version(1))
        await done(broker, settings, 1)
        await (proxy.cut() if how == "cut" else _block(proxy))
        await until(lambda: consumer.state == "away")
        await tell(broker, settings.kafka_topic, version(2))
        await proxy.restore()
        await done(broker, settings, 2)

        assert await consumer.name_of(event_id(1)) == "Событие 2"
        assert consumer.count("dead-lettered") == 0


@pytest.mark.parametrize("how", ["never there", "cut", "blocked"])
async def test_a_consumer_stops_in_time_whatever_the_broker_does(
    settings: Settings, broker: Broker, proxy: KafkaProxy, how: str
) -> None:
    settings = replace(settings, kafka_bootstrap_servers=proxy.address)
    if how == "never there":
        await proxy.cut()
    async with asyncio.timeout(20), consuming(settings, broker.pace) as consumer:
        if how != "never there":
            await until(lambda: consumer.state == "consuming")
            await (proxy.cut() if how == "cut" else _block(proxy))
        stopping = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - stopping < 5


async def _block(proxy: KafkaProxy) -> None:
    proxy.block()


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    names = ("events_face_runners.consumer.situation", "events_face_runners.consumer.loop")
    return [record.getMessage() for record in caplog.records if record.name in names]


# The database is away


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
async def url(server: OwnServer) -> AsyncIterator[str]:
    async with new_database(server.url) as url:
        yield url
        server.start()


async def test_a_database_that_is_away_is_waited_for_and_nothing_is_skipped(
    settings: Settings,
    broker: Broker,
    server: OwnServer,
    url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "events_face_runners.consumer")
    settings = replace(settings, database_url=url)
    async with consuming(settings, broker.pace) as consumer:
        await tell(broker, settings.kafka_topic, version(1))
        await done(broker, settings, 1)
        await asyncio.to_thread(server.stop)
        await tell(broker, settings.kafka_topic, version(2), an_event(2))
        await until(lambda: consumer.state == "paused", seconds=20)
        # Longer than a session: who were silent would lose its partitions.
        await asyncio.sleep(broker.pace.session.total_seconds())
        await tell(broker, settings.kafka_topic, an_event(3))
        before = await committed(broker, settings.kafka_group, settings.kafka_topic)
        await asyncio.to_thread(server.start)
        await done(broker, settings, 4)

        names = [await consumer.name_of(event_id(n)) for n in (1, 2, 3)]
        assert (before, names) == (1, ["Событие 2"] * 2 + ["Событие 3"])
        assert consumer.count("dead-lettered") == 0
    changes = [line.partition(":")[0] for line in _told(caplog)]
    assert changes[-2:] == ["paused", "consuming"]
    assert changes.count("consuming") == 2


async def test_a_consumer_stops_in_time_while_the_database_is_away(
    settings: Settings, broker: Broker, server: OwnServer, url: str
) -> None:
    settings = replace(settings, database_url=url)
    async with consuming(settings, broker.pace) as consumer:
        await asyncio.to_thread(server.stop)
        await tell(broker, settings.kafka_topic, version(1))
        await until(lambda: consumer.state == "paused", seconds=20)
        stopping = asyncio.get_running_loop().time()
    stopped = asyncio.get_running_loop().time()

    assert stopped - stopping < 5


# Several consumers


async def test_two_consumers_share_the_work_and_one_takes_over_from_the_other(
    settings: Settings, broker: Broker, proxy: KafkaProxy
) -> None:
    # The mock broker wants the leader of a group to be the last to agree.
    proxy.delay = 0.05
    first_settings = replace(settings, kafka_bootstrap_servers=proxy.address)
    numbers = iter(range(1, 1000))

    async def tell_more(count: int) -> None:
        await tell(broker, settings.kafka_topic, *(an_event(next(numbers)) for _ in range(count)))

    async with consuming(first_settings, broker.pace) as first:
        await tell_more(20)
        await done(broker, settings, 20)
        async with consuming(settings, broker.pace) as second:
            await until(lambda: second.state == "consuming", seconds=30)
            await tell_more(40)
            await done(broker, settings, 60)
            shared = second.count("applied")
        await tell_more(20)
        await done(broker, settings, 80)

        assert 0 < shared <= 40
        found = [await first.name_of(event_id(n)) for n in range(1, 81)]
        assert found == [f"Событие {n}" for n in range(1, 81)]
