"""Audit records and queries, as they are written on the wire."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import msgspec
from google.protobuf.timestamp_pb2 import Timestamp

from events_face_adapters.auditing.generated import audit_pb2
from events_face_core.auditing import AuditPlace, AuditQuery, AuditRecord
from events_face_core.kernel import DEFAULT_PAGE, InvalidInputError

_FILTERS = ("actor_id", "action", "entity", "entity_id", "request_id")
_TOKEN = msgspec.json.Decoder(tuple[datetime, str])


def to_wire(record: AuditRecord) -> audit_pb2.AuditRecord:
    """Return a record as it is sent."""
    return audit_pb2.AuditRecord(
        event_id=record.event_id,
        actor_id=record.actor_id,
        action=record.action,
        entity=record.entity,
        entity_id=record.entity_id,
        request_id=record.request_id,
        occurred_at=_timestamp(record.occurred_at),
        details=record.details,
    )


def from_wire(message: audit_pb2.AuditRecord) -> AuditRecord:
    """Return the record that was sent.

    Raises:
        InvalidInputError: a field breaks its rule.
    """
    if not message.HasField("occurred_at"):
        raise InvalidInputError("occurred_at", "must be set")
    return AuditRecord(
        event_id=message.event_id,
        actor_id=message.actor_id,
        action=message.action,
        entity=message.entity,
        entity_id=message.entity_id,
        request_id=message.request_id,
        occurred_at=_instant("occurred_at", message.occurred_at),
        details=dict(message.details),
    )


def query_to_wire(query: AuditQuery) -> audit_pb2.ListRequest:
    """Return a query as it is sent."""
    return audit_pb2.ListRequest(
        actor_id=query.actor_id,
        action=query.action,
        entity=query.entity,
        entity_id=query.entity_id,
        request_id=query.request_id,
        occurred_from=None if query.since is None else _timestamp(query.since),
        occurred_before=None if query.before is None else _timestamp(query.before),
        page_size=query.limit,
        page_token=to_page_token(query.after),
    )


def query_from_wire(message: audit_pb2.ListRequest) -> AuditQuery:
    """Return the query that was sent.

    Raises:
        InvalidInputError: a filter, the page's size or its token breaks its rule.
    """
    filters: dict[str, Any] = {
        name: getattr(message, name) for name in _FILTERS if message.HasField(name)
    }
    if message.HasField("occurred_from"):
        filters["since"] = _instant("occurred_from", message.occurred_from)
    if message.HasField("occurred_before"):
        filters["before"] = _instant("occurred_before", message.occurred_before)
    return AuditQuery(
        limit=message.page_size or DEFAULT_PAGE,
        after=from_page_token(message.page_token),
        **filters,
    )


def to_page_token(place: AuditPlace | None) -> str:
    """Return a place as text that means nothing to others; empty where there is none."""
    if place is None:
        return ""
    return urlsafe_b64encode(msgspec.json.encode((place.occurred_at, place.event_id))).decode()


def from_page_token(token: str) -> AuditPlace | None:
    """Return the place in a token.

    Raises:
        InvalidInputError: it is not one of ours.
    """
    if not token:
        return None
    try:
        occurred_at, event_id = _TOKEN.decode(urlsafe_b64decode(token))
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidInputError("page_token", "must be the next_page_token of a page") from error
    if occurred_at.tzinfo is None:
        raise InvalidInputError("page_token", "must be the next_page_token of a page")
    return AuditPlace(occurred_at=occurred_at, event_id=event_id)


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _instant(name: str, timestamp: Timestamp) -> datetime:
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(name, "must be an instant of the years 1 to 9999") from error
