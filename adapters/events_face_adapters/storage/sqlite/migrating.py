"""Brings the schema up to date: numbered SQL, under the database's own lock."""

import sqlite3
from collections.abc import Iterator

import aiosqlite

from events_face_adapters.storage.migration_steps import missing_steps

_CREATE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name TEXT PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


async def migrate(connection: aiosqlite.Connection, schema: str) -> tuple[str, ...]:
    """Apply the missing steps of a schema, the package of its scripts; return their names.

    All of them commit together, or none. Two processes that start at once take turns: the
    second finds nothing left to do.
    """
    await connection.execute("BEGIN IMMEDIATE")
    try:
        await connection.execute(_CREATE)
        rows = await connection.execute_fetchall("SELECT name FROM schema_migration")
        done = {str(row[0]) for row in rows}
        missing = missing_steps(schema, done)
        for step in missing:
            for statement in _statements(step.script):
                await connection.execute(statement)
            await connection.execute("INSERT INTO schema_migration (name) VALUES (?)", (step.name,))
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
    return tuple(step.name for step in missing)


def _statements(script: str) -> Iterator[str]:
    """Split a script; ``executescript`` will not do, for it commits before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
