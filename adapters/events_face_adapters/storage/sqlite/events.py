"""The catalogue's tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import aiosqlite
import msgspec
from attrs import frozen

from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.sqlite.values import (
    from_micros,
    from_micros_or_none,
    to_micros,
    to_micros_or_none,
)
from events_face_core.catalogue import CatalogueState, Event, EventStatus, Place, Watermark

COLUMNS = """id, name, status, event_time, registration_deadline,
    place_id, place_name, place_city, place_address, number_of_visitors, changed_at"""

_UPSERT = f"""
INSERT INTO event ({COLUMNS}, search_words)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11
FROM json_each(:rows) WHERE true
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, status = excluded.status, event_time = excluded.event_time,
    registration_deadline = excluded.registration_deadline, place_id = excluded.place_id,
    place_name = excluded.place_name, place_city = excluded.place_city,
    place_address = excluded.place_address, number_of_visitors = excluded.number_of_visitors,
    changed_at = excluded.changed_at, search_words = excluded.search_words
WHERE excluded.changed_at > event.changed_at
RETURNING id
"""  # noqa: S608  # the columns are a constant of this module

_REMOVE_REPLACED = """
DELETE FROM event WHERE row_id IN (
    SELECT event.row_id FROM json_each(:rows) AS newer
    JOIN event ON event.id = newer.value ->> 0
    WHERE event.changed_at < newer.value ->> 10
) RETURNING id
"""

_REMOVE_OVER = """
DELETE FROM event WHERE row_id IN (
    SELECT row_id FROM event WHERE event_time < :before ORDER BY event_time LIMIT :at_most
) RETURNING id
"""


@frozen
class SqliteEvents:
    """``Events`` in one transaction."""

    connection: aiosqlite.Connection
    search_text: SearchText

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        return (await self.find_many([event_id])).get(event_id)

    async def find_many(self, event_ids: Collection[str]) -> Mapping[str, Event]:
        """Return those of the events that exist, by id."""
        rows = await self.connection.execute_fetchall(
            f"SELECT {COLUMNS} FROM event"  # noqa: S608  # constant columns
            " WHERE id IN (SELECT value FROM json_each(?))",
            (_json(list(event_ids)),),
        )
        events = map(to_event, rows)
        return {event.id: event for event in events}

    async def upsert(self, events: Sequence[Event]) -> int:
        """Insert or replace older ones; return how many changed."""
        return await self._count(_UPSERT, rows=self._rows(events)) if events else 0

    async def remove_replaced(self, events: Sequence[Event]) -> int:
        """Delete what is older than these; return how many went."""
        return await self._count(_REMOVE_REPLACED, rows=self._rows(events)) if events else 0

    async def remove_over(self, limit: datetime, *, at_most: int) -> int:
        """Delete events that took place before the limit; return how many."""
        return await self._count(_REMOVE_OVER, before=to_micros(limit), at_most=at_most)

    async def count_over(self, limit: datetime) -> int:
        """Return how many events took place before the limit."""
        rows = await self.connection.execute_fetchall(
            "SELECT count(*) FROM event WHERE event_time < ?", (to_micros(limit),)
        )
        return int(next(iter(rows))[0])

    def _rows(self, events: Sequence[Event]) -> str:
        return _json([_to_row(event, self.search_text) for event in events])

    async def _count(self, statement: str, **parameters: object) -> int:
        rows = await self.connection.execute_fetchall(statement, parameters)
        return len({row[0] for row in rows})


@frozen
class SqliteCatalogueStates:
    """``CatalogueStates`` in one transaction; SQLite has one writer, so the row is locked."""

    connection: aiosqlite.Connection

    async def load(self) -> CatalogueState:
        """Return the state."""
        rows = await self.connection.execute_fetchall(
            "SELECT version, watermark, purged_before FROM catalogue_state"
        )
        version, watermark, purged_before = next(iter(rows))
        return CatalogueState(
            version=version,
            watermark=watermark and Watermark(changed_at=datetime.fromisoformat(watermark)),
            purged_before=from_micros_or_none(purged_before),
        )

    async def save(self, state: CatalogueState) -> None:
        """Replace the state."""
        await self.connection.execute(
            "UPDATE catalogue_state SET version = ?, watermark = ?, purged_before = ?",
            (
                state.version,
                state.watermark and state.watermark.changed_at.isoformat(),
                to_micros_or_none(state.purged_before),
            ),
        )


def to_event(row: Any) -> Event:  # noqa: ANN401  # a driver's row
    """Return the event of a row with ``COLUMNS``."""
    place = None
    if row[5] is not None:
        place = Place(id=row[5], name=row[6], city=row[7], address=row[8])
    return Event(
        id=row[0],
        name=row[1],
        status=EventStatus(row[2]),
        event_time=from_micros(row[3]),
        registration_deadline=from_micros(row[4]),
        place=place,
        number_of_visitors=row[9],
        changed_at=from_micros(row[10]),
    )


def _to_row(event: Event, search_text: SearchText) -> tuple[str | int | None, ...]:
    place = event.place
    return (
        event.id,
        event.name,
        event.status.value,
        to_micros(event.event_time),
        to_micros(event.registration_deadline),
        None if place is None else place.id,
        None if place is None else place.name,
        None if place is None else place.city,
        None if place is None else place.address,
        event.number_of_visitors,
        to_micros(event.changed_at),
        search_text.document(event.name),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
