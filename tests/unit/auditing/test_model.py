"""What an audit record may hold, and what may be asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from events_face_core.auditing import AuditQuery, AuditRecord
from events_face_core.kernel import InvalidInputError
from unit.fakes import NOON

FIELDS: dict[str, Any] = {
    "event_id": "e-1",
    "actor_id": "u-1",
    "action": "booking.confirmed",
    "entity": "booking",
    "entity_id": "b-1",
    "request_id": "r-1",
    "occurred_at": NOON,
    "details": {"quantity": "2"},
}


@pytest.mark.parametrize("name", ["actor_id", "entity_id", "request_id"])
def test_a_guest_a_thing_without_an_id_and_no_request_are_recorded(name: str) -> None:
    record = AuditRecord(**{**FIELDS, name: ""})

    assert getattr(record, name) == ""


@pytest.mark.parametrize("name", ["event_id", "action", "entity"])
def test_what_is_required_must_be_there(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name}: must not be empty"):
        AuditRecord(**{**FIELDS, name: ""})


@pytest.mark.parametrize(
    "name", ["event_id", "actor_id", "action", "entity", "entity_id", "request_id"]
)
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x" * 201, "at most 200 characters"),
        ("a\nb", "control characters"),
        ("a\0b", "control characters"),
        ("\ud800", "control characters"),
    ],
)
def test_what_is_no_name_is_refused(name: str, text: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name}: .*{why}"):
        AuditRecord(**{**FIELDS, name: text})


def test_every_mistake_is_named() -> None:
    with pytest.raises(InvalidInputError, match=r"event_id: .*; action: "):
        AuditRecord(**{**FIELDS, "event_id": "", "action": ""})


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="occurred_at: must have an offset"):
        AuditRecord(**{**FIELDS, "occurred_at": datetime(2026, 1, 1)})  # noqa: DTZ001  # the point


@pytest.mark.parametrize("details", [{"key": "a\0b"}, {"a\0b": "value"}, {"key": "\ud800"}])
def test_details_that_cannot_be_stored_are_refused(details: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError, match="details: must be text"):
        AuditRecord(**{**FIELDS, "details": details})


def test_details_may_fill_their_room_to_the_last_byte() -> None:
    room = 16 * 1024 - len('{"key": ""}')

    AuditRecord(**{**FIELDS, "details": {"key": "x" * room}})

    with pytest.raises(InvalidInputError, match="details: must be at most 16384 bytes"):
        AuditRecord(**{**FIELDS, "details": {"key": "x" * (room + 1)}})


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_one_to_a_hundred_records(limit: int) -> None:
    with pytest.raises(InvalidInputError, match="limit: must be from 1 to 100"):
        AuditQuery(limit=limit)


def test_a_filter_that_is_no_name_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"action: .*control characters"):
        AuditQuery(action="a\0")


@pytest.mark.parametrize("name", ["since", "before"])
def test_a_bound_without_an_offset_is_refused(name: str) -> None:
    bounds: dict[str, Any] = {name: datetime(2026, 1, 1)}  # noqa: DTZ001  # the point

    with pytest.raises(InvalidInputError, match=f"{name}: must have an offset"):
        AuditQuery(**bounds)


def test_bounds_with_an_offset_are_taken() -> None:
    query = AuditQuery(since=datetime(2026, 1, 1, tzinfo=UTC), before=NOON)

    assert query.before == NOON
