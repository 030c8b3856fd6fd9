"""Messages of the topic of changes are read by the contract, or not believed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from events_face_adapters.brokers import UnreadableChangeError, read_change
from events_face_core.catalogue import Event, EventStatus, Place, SourceEvent
from unit.fakes import NOON

ID = "550e8400-e29b-41d4-a716-446655440000"
CHANGE: dict[str, Any] = {
    "id": ID,
    "name": "Конференция по Python",
    "place": {
        "id": "650e8400-e29b-41d4-a716-446655440001",
        "name": "Конференц-зал Технопарк",
        "city": "Москва",
        "address": "ул. Ленина, д. 1",
        "seats_pattern": "A1-1000,B1-2000",
        "changed_at": "2025-01-01T03:00:00+03:00",
        "created_at": "2025-01-01T03:00:00+03:00",
    },
    "event_time": "2026-01-11T17:00:00+03:00",
    "registration_deadline": "2026-01-10T17:00:00+03:00",
    "status": "published",
    "number_of_visitors": 5,
    "changed_at": "2026-01-04T22:28:35.325270+03:00",
    "created_at": "2026-01-04T22:28:35.325302+03:00",
    "status_changed_at": "2026-01-04T22:28:35.325386+03:00",
}


def _json(**changes: object) -> bytes:
    return json.dumps({**CHANGE, **changes}, ensure_ascii=False).encode()


def _without(name: str) -> bytes:
    return json.dumps({key: value for key, value in CHANGE.items() if key != name}).encode()


def test_the_example_of_the_contract_is_read() -> None:
    change = read_change(ID.encode(), _json(), NOON)

    assert change == SourceEvent(
        event=Event(
            id=ID,
            name="Конференция по Python",
            status=EventStatus.OPEN,
            event_time=datetime(2026, 1, 11, 14, tzinfo=UTC),
            registration_deadline=datetime(2026, 1, 10, 14, tzinfo=UTC),
            place=Place(
                id="650e8400-e29b-41d4-a716-446655440001",
                name="Конференц-зал Технопарк",
                city="Москва",
                address="ул. Ленина, д. 1",
            ),
            number_of_visitors=5,
            changed_at=datetime(2026, 1, 4, 19, 28, 35, 325270, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize("changes", [{"place": None}, {"new_field": {"of": "theirs"}}])
def test_what_may_be_absent_or_new_does_not_matter(changes: dict[str, object]) -> None:
    assert read_change(ID.encode(), _json(**changes), NOON).event.id == ID


def test_a_key_in_another_script_is_read_as_utf_8() -> None:
    assert read_change("событие".encode(), _json(id="событие"), NOON).event.id == "событие"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (ID.encode(), None, "no value"),
        (None, _json(), "no key"),
        (b"", _json(), "key is not the id"),
        (b"another", _json(), "key is not the id"),
        (b"\xff\xfe", _json(), "key is not the id"),
        (ID.upper().encode(), _json(), "key is not the id"),
        (ID.encode(), b"", "truncated"),
        (ID.encode(), b"<html>", "malformed"),
        (ID.encode(), _json()[:-20], "truncated"),
        (ID.encode(), b"\x00\x01\x02\x03avro", "malformed"),
        (ID.encode(), b"\xef\xbb\xbf" + _json(), "malformed"),
        (ID.encode(), b"[" * 100_000, ""),
        (ID.encode(), b"null", "Expected `object`"),
        (ID.encode(), b"[" + _json() + b"]", "Expected `object`"),
        (ID.encode(), _without("id"), "`id`"),
        (ID.encode(), _without("name"), "`name`"),
        (ID.encode(), _without("status"), "`status`"),
        (ID.encode(), _without("changed_at"), "`changed_at`"),
        (ID.encode(), _without("event_time"), "`event_time`"),
        (ID.encode(), _json(id=7), "$.id"),
        (ID.encode(), _json(id=""), "$.id"),
        (ID.encode(), _json(name="a\0b"), "$.name"),
        (ID.encode(), _json(name="x" * 1001), "$.name"),
        (ID.encode(), _json(status="melted"), "melted"),
        (ID.encode(), _json(changed_at="2026-01-04T22:28:35"), "$.changed_at"),
        (ID.encode(), _json(changed_at="yesterday"), "$.changed_at"),
        (ID.encode(), _json(changed_at="0001-01-01T00:00:00+14:00"), "out of range"),
        (ID.encode(), _json(event_time="9999-12-31T23:59:59-14:00"), "out of range"),
        (ID.encode(), _json(number_of_visitors=-1), "$.number_of_visitors"),
        (ID.encode(), _json(number_of_visitors=2**40), "$.number_of_visitors"),
        (ID.encode(), _json(place={"id": "p"}), "`name`"),
    ],
)
def test_what_is_against_the_contract_is_refused_with_the_reason(
    key: bytes | None, value: bytes | None, reason: str
) -> None:
    with pytest.raises(UnreadableChangeError) as refused:
        read_change(key, value, NOON)

    assert reason in str(refused.value)
