"""Lists of engagement are walks along an index, and a rating is read from one alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from attrs import define, field

from contract.storage.conftest import OpenSqlite
from events_face_adapters.storage.comments import StoredCommentReads
from events_face_adapters.storage.favorites import StoredFavoriteReads
from events_face_adapters.storage.review_reads import StoredReviewReads
from events_face_adapters.storage.session import Row
from events_face_adapters.storage.sqlite.sessions import to_stored
from events_face_core.engagement import (
    Position,
    ReviewOrdering,
    ReviewQuestion,
    Window,
)
from events_face_core.kernel import Cursor
from unit.fakes import NOON

HERE = Position(created_at=NOON + timedelta(days=1), id="x", helpful_count=3)
WINDOWS = [Window(cursor=cursor) for cursor in (None, Cursor(place=HERE))]


@define
class Overheard:
    """A session that only remembers what it was asked."""

    locking: str = ""
    asked: list[tuple[str, tuple[object, ...]]] = field(factory=list)

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        self.asked.append((statement, values))
        return [(0, 0)] if "sum(" in statement else []

    def instant(self, stored: Any) -> Any:  # noqa: ANN401  # a driver's value
        return stored


async def _questions() -> list[tuple[str, tuple[object, ...]]]:
    """Return every statement that shows something, with and without a cursor."""
    session = Overheard()
    for window in WINDOWS:
        await StoredFavoriteReads(session).page("anna", window)
        await StoredCommentReads(session).page("event", window)
        for event_id in ("event", None):
            for ordering in ReviewOrdering:
                await StoredReviewReads(session).page(
                    ReviewQuestion(event_id=event_id, ordering=ordering, window=window)
                )
    await StoredReviewReads(session).rating("event")
    return session.asked


async def test_sqlite_walks_along_indexes_and_sorts_nothing(tmp_path: Path) -> None:
    async with OpenSqlite(tmp_path)():
        pass

    with closing(sqlite3.connect(tmp_path / "events-face.db")) as connection:
        for statement, values in await _questions():
            named = {str(n): to_stored(value) for n, value in enumerate(values, start=1)}
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", named).fetchall()
            steps = "; ".join(str(row[3]) for row in plan)
            assert "USING" in steps, (statement, steps)
            assert "TEMP B-TREE" not in steps, (statement, steps)
            assert "USING COVERING INDEX" in steps or "sum(" not in statement, steps


async def test_postgres_walks_along_indexes_and_sorts_nothing(postgres_database: str) -> None:
    connection = await asyncpg.connect(postgres_database)
    try:
        await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        for statement, values in await _questions():
            rows = await connection.fetch(f"EXPLAIN {statement}", *values)
            plan = "\n".join(row[0] for row in rows)
            assert "Seq Scan" not in plan, plan
            assert "Sort" not in plan, plan
            assert "Index Only Scan" in plan or "sum(" not in statement, plan
    finally:
        await connection.close()
