"""Audit records and queries on the wire and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events_face_adapters.auditing import from_wire, query_from_wire, query_to_wire, to_wire
from events_face_adapters.auditing.generated import audit_pb2
from events_face_core.auditing import AuditPlace, AuditQuery, AuditRecord
from events_face_core.kernel import InvalidInputError
from unit.fakes import NOON

RECORD = AuditRecord(
    event_id="e-1",
    actor_id="",
    action="booking.confirmed",
    entity="booking",
    entity_id="b-1",
    request_id="",
    occurred_at=NOON + timedelta(microseconds=1),
    details={"quantity": "2", "текст": "Ночь\n🎵", "": ""},
)


def test_a_record_comes_back_as_it_was() -> None:
    sent = to_wire(RECORD).SerializeToString()

    assert from_wire(audit_pb2.AuditRecord.FromString(sent)) == RECORD


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5),
)
def test_any_time_and_details_come_back(occurred_at: datetime, details: dict[str, str]) -> None:
    try:
        record = AuditRecord(
            event_id="e",
            actor_id="",
            action="a",
            entity="e",
            entity_id="",
            request_id="",
            occurred_at=occurred_at,
            details=details,
        )
    except InvalidInputError:
        return

    assert from_wire(to_wire(record)) == record


def test_a_time_of_another_offset_is_the_same_instant() -> None:
    moscow = NOON.astimezone(timezone(timedelta(hours=3)))

    query = query_from_wire(query_to_wire(AuditQuery(since=moscow)))

    assert query.since == NOON


@pytest.mark.parametrize(
    "query",
    [
        AuditQuery(),
        AuditQuery(actor_id="", limit=100),
        AuditQuery(
            actor_id="anna",
            action="booking.confirmed",
            entity="booking",
            entity_id="b-1",
            request_id="r-1",
            since=NOON,
            before=NOON + timedelta(days=1),
            limit=1,
            after=AuditPlace(occurred_at=NOON, event_id="e-1"),
        ),
    ],
)
def test_a_query_comes_back_as_it_was(query: AuditQuery) -> None:
    sent = query_to_wire(query).SerializeToString()

    assert query_from_wire(audit_pb2.ListRequest.FromString(sent)) == query
