"""What SQLite does for a page of the listing when the table is large."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from contract.storage.conftest import OpenSqlite
from contract.storage.many_events import CURSORS, QUERIES, asked, expected
from events_face_adapters.storage.event_reads import StoredEventReads
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Row
from events_face_adapters.storage.sqlite.question import SqliteQuestion
from events_face_adapters.storage.sqlite.sessions import to_stored
from unit.fakes import NOON

FEW_STEPS = 100_000
"""Of its virtual machine; looking at each of the 40,000 rows takes some 400,000."""

FILL = """
WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 40000),
    timed (n, at) AS (SELECT n, $noon + 60000000 * (n * 7919 % 999983) FROM one)
INSERT INTO event (id, name, status, event_time, registration_deadline, changed_at, search_words)
SELECT printf('%x', n * 48271 % 2147483647), 'Событие',
    CASE n % 6 WHEN 3 THEN 'new' WHEN 4 THEN 'cancelled' WHEN 5 THEN 'finished' ELSE 'open' END,
    at, at - 86400000000 * (1 + n % 30), at, 'событие событ' || CASE
        WHEN n % 4 = 0 THEN ' концерт'
        WHEN n % 200 = 1 THEN ' гамлет'
        WHEN n % 4000 = 2 THEN ' редкость'
        WHEN at > $noon + 86400000000 * 502 THEN ' далеко'
        ELSE '' END
FROM timed
"""
COLUMNS = ("id", "event_time", "status", "registration_deadline", "search_words")


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Give a connection to a database with many events."""
    directory = tmp_path_factory.mktemp("many")
    _migrate(directory)
    with closing(sqlite3.connect(directory / "events-face.db")) as filled:
        filled.execute(FILL, {"noon": to_stored(NOON)})
        filled.commit()
        yield filled


def _migrate(directory: Path) -> None:
    async def open_and_close() -> None:
        async with OpenSqlite(directory)():
            pass

    asyncio.run(open_and_close())


@pytest.fixture(scope="module")
def every_event(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    columns = ", ".join(COLUMNS)
    rows = connection.execute(f"SELECT {columns} FROM event ORDER BY event_time, id")  # noqa: S608
    return [
        {
            **dict(zip(COLUMNS, row, strict=True)),
            "event_time": _instant(row[1]),
            "registration_deadline": _instant(row[3]),
        }
        for row in rows
    ]


@define
class CountingSession:
    """A session that counts the steps of what runs in it, in thousands."""

    connection: sqlite3.Connection
    locking: str = ""
    thousands: int = 0

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        parameters = {str(n): to_stored(value) for n, value in enumerate(values, start=1)}
        self.connection.set_progress_handler(self._count, 1000)
        rows = self.connection.execute(statement, parameters).fetchall()
        self.connection.set_progress_handler(None, 0)
        return rows

    def instant(self, stored: int) -> datetime:
        return _instant(stored)

    def _count(self) -> int:
        self.thousands += 1
        return 0


def _instant(stored: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=stored)


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("name", QUERIES)
async def test_a_page_of_many_events_is_found_in_few_steps(
    connection: sqlite3.Connection, every_event: list[dict[str, Any]], name: str, cursor: str
) -> None:
    session = CountingSession(connection)
    query = asked(name, cursor)

    page = await StoredEventReads(session, SearchText(), SqliteQuestion).page(query)

    assert [event.id for event in page.items] == expected(query, every_event)
    assert session.thousands * 1000 < FEW_STEPS
