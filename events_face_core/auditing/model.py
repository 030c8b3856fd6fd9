"""Audit records, and what is asked of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from events_face_core.kernel import (
    DEFAULT_PAGE,
    InvalidInputError,
    check_each,
    check_limit,
    has_control_characters,
)

LONGEST_NAME = 200
LARGEST_DETAILS = 16 * 1024
"""Bytes of the details, written as JSON: a page of records stays below gRPC's 4 MiB."""


@frozen(kw_only=True)
class AuditRecord:
    """Somebody changed something.

    Attributes:
        event_id: the same however often the record is sent: it is kept once.
        actor_id: whose account acted; empty for a guest, ``system`` for our own processes.
        action: what was done, such as ``booking.confirmed``.
        entity: what kind of thing was changed, such as ``booking``.
        entity_id: the id of the thing that was changed; empty where it has none.
        request_id: the request that asked for it; empty where none did.
        details: what else there is to say; nothing of a person.
    """

    event_id: str
    actor_id: str
    action: str
    entity: str
    entity_id: str
    request_id: str
    occurred_at: datetime
    details: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Check the record.

        Raises:
            InvalidInputError: a field is missing, too long, or no text.
        """
        check_each(
            lambda: _check_name("event_id", self.event_id, may_be_empty=False),
            lambda: _check_name("actor_id", self.actor_id),
            lambda: _check_name("action", self.action, may_be_empty=False),
            lambda: _check_name("entity", self.entity, may_be_empty=False),
            lambda: _check_name("entity_id", self.entity_id),
            lambda: _check_name("request_id", self.request_id),
            lambda: _check_aware("occurred_at", self.occurred_at),
            lambda: _check_details(self.details),
        )


@frozen(kw_only=True)
class AuditPlace:
    """Where a page begins: after (that is, earlier than) this record."""

    occurred_at: datetime
    event_id: str


@frozen(kw_only=True)
class AuditQuery:
    """Which records are asked for: those that all given filters let through, newest first.

    Attributes:
        since: records of this instant or later.
        before: records of an earlier instant than this.
        limit: the most records on a page, 1 to 100.
        after: the last record of the page before.
    """

    actor_id: str | None = None
    action: str | None = None
    entity: str | None = None
    entity_id: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    limit: int = field(default=DEFAULT_PAGE)
    after: AuditPlace | None = None

    def __attrs_post_init__(self) -> None:
        """Check the query.

        Raises:
            InvalidInputError: the limit is not 1 to 100, or a filter breaks its rule.
        """
        check_limit(self.limit)
        for name in ("actor_id", "action", "entity", "entity_id", "request_id"):
            _check_name(name, getattr(self, name) or "")
        for name in ("since", "before"):
            if (instant := getattr(self, name)) is not None:
                _check_aware(name, instant)


@frozen(kw_only=True)
class AuditPage:
    """Some records, newest first, and where the next page begins, if there is one."""

    records: tuple[AuditRecord, ...]
    next: AuditPlace | None


def _check_name(name: str, text: str, *, may_be_empty: bool = True) -> None:
    if not text and not may_be_empty:
        raise InvalidInputError(name, "must not be empty")
    if len(text) > LONGEST_NAME:
        raise InvalidInputError(name, f"must be at most {LONGEST_NAME} characters long")
    if has_control_characters(text):
        raise InvalidInputError(name, "must not contain control characters")


def _check_aware(name: str, instant: datetime) -> None:
    if instant.tzinfo is None:
        raise InvalidInputError(name, "must have an offset")


def _check_details(details: Mapping[str, str]) -> None:
    for text in (*details, *details.values()):
        # Neither PostgreSQL nor protobuf can carry them.
        if "\0" in text or not _is_encodable(text):
            raise InvalidInputError("details", "must be text, without NUL and lone surrogates")
    size = len(json.dumps(dict(details), ensure_ascii=False).encode())
    if size > LARGEST_DETAILS:
        raise InvalidInputError("details", f"must be at most {LARGEST_DETAILS} bytes as JSON")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
