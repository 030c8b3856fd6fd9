"""Other systems hear on Kafka what becomes of registrations: all of it, and in order."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from events_face_core.kernel import OutboxState
from events_face_runners.background import run_background
from events_face_runners.wiring.app import open_events_face
from support.kafka import Broker, new_topic, read, read_until, told
from support.kafka_proxy import kafka_proxy
from support.making import VISITOR, a_visitor, event_id
from support.service import Service
from support.stage import Choices, stage
from support.waiting import until

ACCEPTED, CONFIRMED = "registration.accepted", "registration.confirmed"
CANCELLED = "registration.cancelled"


async def _settings(broker: Broker, **changes: object) -> Choices:
    return {
        "kafka_bootstrap_servers": broker.address,
        "kafka_events_topic": await new_topic(broker, "announcements"),
        "kafka_timeout": timedelta(seconds=2),
        **changes,
    }


async def _registered(service: Service, number: int = 0) -> str:
    answer = await service.register(event_id(), a_visitor(number))
    assert answer.status == 202, answer
    registration_id: str = answer.json()["id"]
    return registration_id


async def _waiting(service: Service) -> int:
    rows = await service.app.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    return sum(row.name == "announcement.written" for row in rows)


async def test_a_registration_is_announced_from_wish_to_cancellation(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(broker)
    topic = str(settings["kafka_events_topic"])
    async with stage(tmp_path, settings=settings) as (_, service):
        registration_id = await _registered(service)
        await read(broker, topic, 2)
        await service.call("DELETE", f"/api/registrations/{registration_id}")
        records = await read(broker, topic, 3)

    assert told(records) == {registration_id: [ACCEPTED, CONFIRMED, CANCELLED]}


async def test_an_announcement_is_a_cloud_event_without_a_word_of_the_person(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(broker)
    async with stage(tmp_path, settings=settings) as (_, service):
        answer = await service.register(event_id(), VISITOR)
        shown = answer.json()
        records = await read(broker, str(settings["kafka_events_topic"]), 1)
        identity = service.app.storage.identity

    record = records[0]
    event = msgspec.json.decode(record.value)
    assert event == {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"/events-face/{identity}",
        "type": ACCEPTED,
        "subject": shown["id"],
        "time": event["time"],
        "datacontenttype": "application/json",
        "data": {
            "registration_id": shown["id"],
            "event_id": event_id(),
            "status": "pending",
            "reason": None,
            "created_at": event["data"]["created_at"],
            "decided_at": None,
        },
    }
    assert datetime.fromisoformat(event["time"]) == datetime.fromisoformat(shown["created_at"])
    assert record.key == shown["id"].encode()
    assert record.headers == (("content-type", b"application/cloudevents+json"),)
    for secret in VISITOR.values():
        assert secret not in record.value.decode()


async def test_two_workers_keep_the_order_of_every_registration(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(broker)
    topic = str(settings["kafka_events_topic"])
    async with stage(tmp_path, settings=settings, background=False) as (_, service):
        ids = [await _registered(service, number) for number in range(20)]
        stop = asyncio.Event()
        async with (
            open_events_face(service.app.settings) as other,
            asyncio.TaskGroup() as workers,
        ):
            for app in (service.app, other):
                workers.create_task(run_background(app, stop))
            await until(lambda: _all_are(service, ids, "confirmed"))
            for registration_id in ids:
                await service.call("DELETE", f"/api/registrations/{registration_id}")
            records = await read(broker, topic, 3 * len(ids))
            stop.set()

    assert told(records) == {one: [ACCEPTED, CONFIRMED, CANCELLED] for one in ids}


async def _all_are(service: Service, ids: Sequence[str], status: str) -> bool:
    return all([await service.status(one) == status for one in ids])


async def test_while_kafka_is_dead_registrations_go_on_and_all_is_told_when_it_is_back(
    tmp_path: Path, broker: Broker
) -> None:
    async with kafka_proxy(broker.address) as proxy:
        await proxy.cut()
        settings = await _settings(broker, kafka_bootstrap_servers=proxy.address)
        async with stage(tmp_path, settings=settings) as (_, service):
            ids = [await _registered(service, number) for number in range(5)]
            await until(lambda: _all_are(service, ids, "confirmed"))
            await until(lambda: service.app.circuits()["kafka"] == "open")
            ready = await service.get("/health/ready")
            waiting = await _waiting(service)
            await proxy.restore()
            topic = str(settings["kafka_events_topic"])
            await until(lambda: _none_waits(service), seconds=40)
            records = await read(broker, topic, 10)

    assert (ready.status, ready.json()["dependencies"]["kafka"]) == (200, "open")
    assert waiting == 10
    assert told(records) == {one: [ACCEPTED, CONFIRMED] for one in ids}


async def _none_waits(service: Service) -> bool:
    return await _waiting(service) == 0


@pytest.mark.parametrize("how", ["cut", "blocked"])
async def test_a_broker_that_fails_in_between_loses_and_disorders_nothing(
    tmp_path: Path, broker: Broker, how: str
) -> None:
    async with kafka_proxy(broker.address) as proxy:
        settings = await _settings(
            broker, kafka_bootstrap_servers=proxy.address, kafka_timeout=timedelta(seconds=1)
        )
        topic = str(settings["kafka_events_topic"])
        async with stage(tmp_path, settings=settings) as (_, service):
            ids = [await _registered(service, 0)]
            await read(broker, topic, 2)
            if how == "cut":
                await proxy.cut()
            else:
                proxy.block()
            ids += [await _registered(service, number) for number in range(1, 4)]
            await until(lambda: service.app.circuits()["kafka"] != "closed", seconds=30)
            await proxy.restore()
            everything = {one: [ACCEPTED, CONFIRMED] for one in ids}
            records = await read_until(
                broker, topic, lambda records: told(records) == everything, seconds=40
            )

    assert told(records) == everything


async def test_without_a_topic_nothing_is_written(tmp_path: Path) -> None:
    async with stage(tmp_path, background=False) as (_, service):
        await _registered(service)

        assert await _waiting(service) == 0
        assert "kafka" not in service.app.circuits()


async def test_what_waits_when_the_topic_is_switched_off_waits_for_it_to_come_back(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(broker)
    async with stage(tmp_path, settings=settings, background=False) as (_, service):
        registration_id = await _registered(service)
    async with stage(tmp_path) as (_, service):
        meanwhile = await _waiting(service)
    async with stage(tmp_path, settings=settings) as (_, service):
        records = await read(broker, str(settings["kafka_events_topic"]), 1)

    assert meanwhile == 1
    assert told(records)[registration_id][0] == ACCEPTED
