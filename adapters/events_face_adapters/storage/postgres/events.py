"""The table of events."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import frozen

from events_face_adapters.storage.event_rows import COLUMNS, OVER, to_event, to_row
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Session
from events_face_core.catalogue import Event, newest_of_each

# In the order of the ids, so that two writers never wait for each other in a circle.
_UPSERT = f"""
WITH changed AS (
    INSERT INTO event ({COLUMNS}, search_words)
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::bigint[], $11::timestamptz[], $12::text[],
        $13::text[]
    ) AS given (id) ORDER BY id COLLATE "C"
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, status = excluded.status, event_time = excluded.event_time,
        registration_deadline = excluded.registration_deadline, place_id = excluded.place_id,
        place_name = excluded.place_name, place_city = excluded.place_city,
        place_address = excluded.place_address, number_of_visitors = excluded.number_of_visitors,
        changed_at = excluded.changed_at, search_words = excluded.search_words
    WHERE excluded.changed_at > event.changed_at AND excluded.origin = event.origin
    RETURNING 1
)
SELECT count(*) FROM changed
"""  # noqa: S608  # the columns are a constant

_CORRECT = _UPSERT.replace("changed_at > event", "changed_at >= event")

_REMOVE_REPLACED = """
WITH replaced AS (
    SELECT event.id
    FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS newer (id, changed_at, origin)
    JOIN event ON event.id = newer.id
    WHERE event.changed_at < newer.changed_at AND event.origin = newer.origin
    ORDER BY event.id FOR UPDATE OF event
), removed AS (
    DELETE FROM event USING replaced WHERE event.id = replaced.id RETURNING 1
)
SELECT count(*) FROM removed
"""

_REMOVE_CORRECTED = _REMOVE_REPLACED.replace("changed_at < newer", "changed_at <= newer")

_REMOVE_OVER = f"""
WITH over AS (
    SELECT id FROM event WHERE {OVER}
    ORDER BY event_time, id LIMIT $2 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM event USING over WHERE event.id = over.id RETURNING 1
)
SELECT count(*) FROM removed
"""  # noqa: S608  # the condition is a constant

_COUNT_OVER = f"SELECT count(*) FROM event WHERE {OVER}"  # noqa: S608  # constant

_INSTANTS = (3, 4, 10)
"""Where ``to_row`` has instants."""

_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(microseconds=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(microseconds=1)


@frozen
class PostgresEvents:
    """``Events`` in one transaction."""

    session: Session
    search_text: SearchText

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        rows = await self.session.fetch(f"SELECT {COLUMNS} FROM event WHERE id = $1", event_id)  # noqa: S608  # constant
        return to_event(self.session, rows[0]) if rows else None

    async def find_many(self, event_ids: Collection[str]) -> Mapping[str, Event]:
        """Return those of the events that exist, by id."""
        rows = await self.session.fetch(
            f"SELECT {COLUMNS} FROM event WHERE id = ANY($1::text[])",  # noqa: S608  # constant
            list(event_ids),
        )
        return {row[0]: to_event(self.session, row) for row in rows}

    async def upsert(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Insert or replace older ones; return how many changed."""
        if not events:
            return 0
        rows = [to_row(e, self.search_text.document(e.name)) for e in newest_of_each(events)]
        columns = [list(column) for column in zip(*rows, strict=True)]
        for instants in _INSTANTS:
            columns[instants] = _finite(columns[instants])
        return await self._count(_CORRECT if correcting else _UPSERT, *columns)

    async def remove_replaced(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Delete what is older than these; return how many went."""
        if not events:
            return 0
        newest = newest_of_each(events)
        return await self._count(
            _REMOVE_CORRECTED if correcting else _REMOVE_REPLACED,
            [e.id for e in newest],
            _finite(e.changed_at for e in newest),
            [e.origin.value for e in newest],
        )

    async def remove_over(self, limit: datetime, *, at_most: int) -> int:
        """Delete events that are over at the limit; return how many."""
        return await self._count(_REMOVE_OVER, limit, at_most)

    async def count_over(self, limit: datetime) -> int:
        """Return how many events are over at the limit."""
        return await self._count(_COUNT_OVER, limit)

    async def _count(self, statement: str, *values: object) -> int:
        rows = await self.session.fetch(statement, *values)
        return int(rows[0][0])


def _finite(instants: Iterable[Any]) -> list[Any]:
    """Return instants that the driver does not take for infinity, as it does the very extremes."""
    return [min(max(instant, _FIRST), _LAST) for instant in instants]
