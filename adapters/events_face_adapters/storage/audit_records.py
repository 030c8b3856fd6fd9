"""The table of audit records, in the audit service's own database."""

from collections.abc import Sequence
from typing import Self

import msgspec

from events_face_adapters.storage.database import Database
from events_face_adapters.storage.session import Row, Session
from events_face_core.auditing import AuditPage, AuditPlace, AuditQuery, AuditRecord
from events_face_core.kernel import Clock

_SELECT = (
    "SELECT event_id, actor_id, action, entity, entity_id, request_id, occurred_at, details"
    " FROM audit_record"
)
_INSERT = """
INSERT INTO audit_record (
    event_id, actor_id, action, entity, entity_id, request_id, occurred_at, details, stored_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""
_FILTERS = {
    "actor_id": "actor_id =",
    "action": "action =",
    "entity": "entity =",
    "entity_id": "entity_id =",
    "request_id": "request_id =",
    "since": "occurred_at >=",
    "before": "occurred_at <",
}
_DETAILS = msgspec.json.Decoder(dict[str, str])


class AuditStorage:
    """``AuditRecords`` on one database, opened by ``async with``.

    Records are added and read; nothing here changes or removes one.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def migrated(self) -> tuple[str, ...]:
        """The names of the steps that opening it applied to the schema."""
        return self._database.migrated

    async def __aenter__(self) -> Self:
        """Connect and bring the schema up to date.

        Raises:
            StorageUnavailableError: the database cannot be opened, or stays locked.
        """
        await self._database.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self._database.close()

    async def check(self) -> None:
        """Raise ``StorageUnavailableError`` unless the database answers."""
        await self._database.reading.fetch("SELECT event_id FROM audit_record LIMIT 1")
        await self._database.check_there()

    async def add(self, records: Sequence[AuditRecord]) -> int:
        """Store those records that are new."""
        now = self._clock.now()
        stored = 0
        async with self._database.transaction() as session:
            # In the order of their ids: two calls at once never wait for each other in a circle.
            for record in sorted(records, key=lambda record: record.event_id):
                rows = await session.fetch(
                    _INSERT,
                    record.event_id,
                    record.actor_id,
                    record.action,
                    record.entity,
                    record.entity_id,
                    record.request_id,
                    record.occurred_at,
                    msgspec.json.encode(dict(record.details)).decode(),
                    now,
                )
                stored += len(rows)
        return stored

    async def find(self, event_id: str) -> AuditRecord | None:
        """Return one record."""
        reading = self._database.reading
        rows = await reading.fetch(f"{_SELECT} WHERE event_id = $1", event_id)
        return _record(reading, rows[0]) if rows else None

    async def page(self, query: AuditQuery) -> AuditPage:
        """Return records by a query, newest first."""
        reading = self._database.reading
        statement, values = _statement(query)
        rows = await reading.fetch(statement, *values)
        records = tuple(_record(reading, row) for row in rows[: query.limit])
        more = len(rows) > query.limit
        return AuditPage(records=records, next=_place(records[-1]) if more else None)


def _statement(query: AuditQuery) -> tuple[str, list[object]]:
    """Return the statement and its values; it asks for one record more than the page has."""
    conditions: list[str] = []
    values: list[object] = []
    for name, condition in _FILTERS.items():
        if (value := getattr(query, name)) is not None:
            values.append(value)
            conditions.append(f"{condition} ${len(values)}")
    if query.after is not None:
        values += [query.after.occurred_at, query.after.event_id]
        conditions.append(f"(occurred_at, event_id) < (${len(values) - 1}, ${len(values)})")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    values.append(query.limit + 1)
    order = f" ORDER BY occurred_at DESC, event_id DESC LIMIT ${len(values)}"
    return f"{_SELECT}{where}{order}", values


def _place(record: AuditRecord) -> AuditPlace:
    return AuditPlace(occurred_at=record.occurred_at, event_id=record.event_id)


def _record(session: Session, row: Row) -> AuditRecord:
    return AuditRecord(
        event_id=row[0],
        actor_id=row[1],
        action=row[2],
        entity=row[3],
        entity_id=row[4],
        request_id=row[5],
        occurred_at=session.instant(row[6]),
        details=_DETAILS.decode(row[7]),
    )
