"""Brings the schema up to date: numbered SQL, under the database's own lock."""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

import aiosqlite

_PACKAGE = "events_face_adapters.storage.sqlite.migrations"

_CREATE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name TEXT PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


async def migrate(connection: aiosqlite.Connection) -> tuple[str, ...]:
    """Apply the steps that are missing; return their names.

    All of them commit together, or none. Two processes that start at once take turns: the
    second finds nothing left to do.
    """
    await connection.execute("BEGIN IMMEDIATE")
    try:
        await connection.execute(_CREATE)
        rows = await connection.execute_fetchall("SELECT name FROM schema_migration")
        done = {str(row[0]) for row in rows}
        missing = [(name, script) for name, script in _steps() if name not in done]
        for name, script in missing:
            for statement in _statements(script):
                await connection.execute(statement)
            await connection.execute("INSERT INTO schema_migration (name) VALUES (?)", (name,))
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
    return tuple(name for name, _ in missing)


def _steps() -> list[tuple[str, str]]:
    resources = sorted(files(_PACKAGE).iterdir(), key=lambda resource: resource.name)
    return [
        (resource.name.removesuffix(".sql"), resource.read_text(encoding="utf-8"))
        for resource in resources
        if resource.name.endswith(".sql")
    ]


def _statements(script: str) -> Iterator[str]:
    """Split a script; ``executescript`` will not do, for it commits before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
