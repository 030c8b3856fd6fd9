"""Brings the schema up to date: numbered SQL, under a lock of the database."""

from datetime import timedelta

import asyncpg

from events_face_adapters.storage.migration_steps import missing_steps
from events_face_adapters.storage.postgres.connecting import single_connection
from events_face_adapters.storage.postgres.errors import translated_errors
from events_face_adapters.storage.postgres.limits import PostgresLimits
from events_face_core.kernel import StorageUnavailableError

_OLDEST_SERVER = 14
_LOCK_KEY = 0x6576656E74732D66
_LOCK_PATIENCE = timedelta(minutes=1)
_MILLISECOND = timedelta(milliseconds=1)

_CREATE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


async def migrate(url: str, limits: PostgresLimits, schema: str) -> tuple[str, ...]:
    """Apply the missing steps of a schema, the package of its scripts; return their names.

    All of them commit together, or none. Two processes that start at once take turns: the
    second finds nothing left to do.

    Raises:
        StorageUnavailableError: the server cannot be reached or does not do, a step fails, or
            another process is still migrating after a minute.
    """
    async with single_connection(url, limits) as connection:
        try:
            with translated_errors():
                await _check(connection)
                async with connection.transaction():
                    return await _apply(connection, limits, schema)
        except asyncpg.PostgresError as error:
            # Here every error is one of the database: it was set up for something else.
            raise StorageUnavailableError(f"PostgreSQL: {error.args[0]}") from error


async def _check(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    if connection.get_server_version().major < _OLDEST_SERVER:
        raise StorageUnavailableError(f"PostgreSQL: version {_OLDEST_SERVER} or later is needed")
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise StorageUnavailableError(f"PostgreSQL: the database is in {encoding}, not in UTF8")


async def _apply(
    connection: "asyncpg.Connection[asyncpg.Record]", limits: PostgresLimits, schema: str
) -> tuple[str, ...]:
    await connection.execute(f"SET LOCAL lock_timeout = {_LOCK_PATIENCE // _MILLISECOND}")
    # In a statement of its own: only the next one sees what the process before us did.
    await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")
    # A table that others use is not waited for at length: they would all queue behind us.
    await connection.execute(f"SET LOCAL lock_timeout = {limits.lock // _MILLISECOND}")
    await connection.execute(_CREATE)
    rows = await connection.fetch("SELECT name FROM schema_migration")
    missing = missing_steps(schema, {str(row[0]) for row in rows})
    for step in missing:
        await connection.execute(step.script)
        await connection.execute("INSERT INTO schema_migration (name) VALUES ($1)", step.name)
    return tuple(step.name for step in missing)
