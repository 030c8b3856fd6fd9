"""The table of events."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec
from attrs import frozen

from events_face_adapters.storage.event_rows import COLUMNS, OVER, to_event, to_row
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Session
from events_face_adapters.storage.sqlite.sessions import to_stored
from events_face_core.catalogue import Event

_UPSERT = f"""
INSERT INTO event ({COLUMNS}, search_words)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11,
    value ->> 12
FROM json_each($1) WHERE true
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, status = excluded.status, event_time = excluded.event_time,
    registration_deadline = excluded.registration_deadline, place_id = excluded.place_id,
    place_name = excluded.place_name, place_city = excluded.place_city,
    place_address = excluded.place_address, number_of_visitors = excluded.number_of_visitors,
    changed_at = excluded.changed_at, search_words = excluded.search_words
WHERE excluded.changed_at > event.changed_at AND excluded.origin = event.origin
RETURNING id
"""  # noqa: S608  # the columns are a constant

_CORRECT = _UPSERT.replace("changed_at > event", "changed_at >= event")

_REMOVE_REPLACED = """
DELETE FROM event WHERE row_id IN (
    SELECT event.row_id FROM json_each($1) AS newer
    JOIN event ON event.id = newer.value ->> 0
    WHERE event.changed_at < newer.value ->> 10 AND event.origin = newer.value ->> 11
) RETURNING id
"""

_REMOVE_CORRECTED = _REMOVE_REPLACED.replace("changed_at < newer", "changed_at <= newer")

_REMOVE_OVER = f"""
DELETE FROM event WHERE row_id IN (
    SELECT row_id FROM event WHERE {OVER} ORDER BY event_time LIMIT $2
) RETURNING id
"""  # noqa: S608  # the condition is a constant

_COUNT_OVER = f"SELECT count(*) FROM event WHERE {OVER}"  # noqa: S608  # constant


@frozen
class SqliteEvents:
    """``Events`` in one transaction."""

    session: Session
    search_text: SearchText

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        return (await self.find_many([event_id])).get(event_id)

    async def find_many(self, event_ids: Collection[str]) -> Mapping[str, Event]:
        """Return those of the events that exist, by id."""
        rows = await self.session.fetch(
            f"SELECT {COLUMNS} FROM event"  # noqa: S608  # constant columns
            " WHERE id IN (SELECT value FROM json_each($1))",
            _json(list(event_ids)),
        )
        return {row[0]: to_event(self.session, row) for row in rows}

    async def upsert(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Insert or replace older ones; return how many changed."""
        statement = _CORRECT if correcting else _UPSERT
        return await self._count(statement, self._rows(events)) if events else 0

    async def remove_replaced(self, events: Sequence[Event], *, correcting: bool = False) -> int:
        """Delete what is older than these; return how many went."""
        statement = _REMOVE_CORRECTED if correcting else _REMOVE_REPLACED
        return await self._count(statement, self._rows(events)) if events else 0

    async def remove_over(self, limit: datetime, *, at_most: int) -> int:
        """Delete events that are over at the limit; return how many."""
        return await self._count(_REMOVE_OVER, limit, at_most)

    async def count_over(self, limit: datetime) -> int:
        """Return how many events are over at the limit."""
        rows = await self.session.fetch(_COUNT_OVER, limit)
        return int(rows[0][0])

    def _rows(self, events: Sequence[Event]) -> str:
        # In the order of the index of words, which takes them all at once then.
        ordered = sorted(events, key=attrgetter("event_time"))
        rows = [to_row(event, self.search_text.document(event.name)) for event in ordered]
        return _json([[*map(to_stored, row)] for row in rows])

    async def _count(self, statement: str, *values: object) -> int:
        return len({row[0] for row in await self.session.fetch(statement, *values)})


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
