"""Other systems hear on Kafka what becomes of own events and bookings: all of it, in order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from events_face_core.kernel import OutboxState
from events_face_runners.wiring.settings import Settings
from support.kafka import Broker, new_topic, read, told
from support.processes import free_port
from support.service import Service, running_service
from support.ticketing import ANNA, BORIS, ORGANIZER, START, book, by_token, change, published
from support.waiting import until

CONFIRMED, CANCELLED = "booking.confirmed", "booking.cancelled"
OF_EVENT = [f"own-event.{done}" for done in ("published", "changed", "moved", "cancelled")]


async def _settings(path: Path, broker: Broker) -> Settings:
    return Settings(
        database_url=f"sqlite:///{path / 'events-face.db'}",
        kafka_bootstrap_servers=broker.address,
        kafka_events_topic=await new_topic(broker, "announcements"),
        kafka_timeout=timedelta(seconds=2),
        breaker_recovery=timedelta(seconds=0.5),
        breaker_failures=2,
    )


async def _booked(service: Service, event_id: str, token: dict[str, str] = ANNA) -> str:
    answer = await book(service, event_id, token)
    assert answer.status == 201, answer
    booking_id: str = answer.json()["id"]
    return booking_id


async def _cancel_booking(service: Service, booking_id: str) -> None:
    answer = await service.call("POST", f"/api/bookings/{booking_id}/cancel", headers=ANNA)
    assert answer.status == 200, answer


async def _cancel_event(service: Service, event_id: str) -> None:
    path = f"/api/events/{event_id}/cancel"
    answer = await service.call("POST", path, headers=ORGANIZER, json={"reason": "дождь"})
    assert answer.status == 200, answer


async def _none_waits(service: Service) -> bool:
    rows = await service.app.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    return not [row for row in rows if row.name == "announcement.written"]


async def test_an_event_and_its_bookings_are_announced_each_in_order(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(tmp_path, broker)
    async with running_service(settings, authenticate=by_token) as service:
        event_id = await published(service)
        await change(service, event_id, {"name": "Другое имя"}, "*")
        moved = (START + timedelta(days=1)).isoformat()
        await change(service, event_id, {"event_time": moved}, "*")
        given_up = await _booked(service, event_id)
        kept = await _booked(service, event_id, BORIS)
        await _cancel_booking(service, given_up)
        await _cancel_event(service, event_id)
        records = await read(broker, settings.kafka_events_topic, 8)

    assert told(records) == {
        event_id: OF_EVENT,
        given_up: [CONFIRMED, CANCELLED],
        kept: [CONFIRMED, CANCELLED],
    }


async def test_a_booking_is_a_cloud_event_that_does_not_tell_who_booked(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(tmp_path, broker)
    async with running_service(settings, authenticate=by_token) as service:
        event_id = await published(service)
        booking_id = await _booked(service, event_id)
        records = await read(broker, settings.kafka_events_topic, 2)
        identity = service.app.storage.identity

    (record,) = [one for one in records if one.key == booking_id.encode()]
    event: dict[str, Any] = msgspec.json.decode(record.value)
    assert event == {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"/events-face/{identity}",
        "type": CONFIRMED,
        "subject": booking_id,
        "time": event["time"],
        "datacontenttype": "application/json",
        "data": {"booking_id": booking_id, "event_id": event_id, "quantity": 1},
    }
    assert "anna" not in record.value.decode()


async def test_while_kafka_is_dead_seats_are_booked_and_all_is_told_when_it_is_back(
    tmp_path: Path, broker: Broker
) -> None:
    settings = await _settings(tmp_path, broker)
    nobody = replace(settings, kafka_bootstrap_servers=f"127.0.0.1:{free_port()}")
    async with running_service(nobody, authenticate=by_token) as service:
        event_id = await published(service)
        booking_id = await _booked(service, event_id)
        await until(lambda: service.app.circuits()["kafka"] == "open", seconds=30)
        await _cancel_booking(service, booking_id)
        told_meanwhile = await _none_waits(service)
    async with running_service(settings, authenticate=by_token) as service:
        records = await read(broker, settings.kafka_events_topic, 3)

    assert not told_meanwhile
    assert told(records) == {
        event_id: ["own-event.published"],
        booking_id: [CONFIRMED, CANCELLED],
    }


async def test_without_a_topic_no_act_is_announced(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'events-face.db'}")
    async with running_service(settings, background=False, authenticate=by_token) as service:
        await _booked(service, await published(service))

        assert await _none_waits(service)
