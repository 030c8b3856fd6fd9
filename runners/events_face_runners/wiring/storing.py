"""The storages that the databases' URLs ask for."""

from pathlib import Path

from events_face_adapters.storage.audit_records import AuditStorage
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.opened import Storage
from events_face_adapters.storage.sqlite import SqliteStorage
from events_face_adapters.storage.sqlite.database import AUDIT_SCHEMA, SqliteDatabase
from events_face_core.kernel import NO_TRACES, Clock, Ids, Traces
from events_face_runners.wiring.settings import SQLITE_PREFIX, Settings


def make_storage(
    settings: Settings,
    *,
    messages: MessageMap,
    clock: Clock,
    ids: Ids,
    traces: Traces = NO_TRACES,
) -> Storage:
    """Return the storage, not opened yet."""
    url = settings.database_url
    if url.startswith(SQLITE_PREFIX):
        path = Path(url.removeprefix(SQLITE_PREFIX))
        return SqliteStorage(path, messages=messages, clock=clock, ids=ids, traces=traces)
    # Its driver is an extra: who stores in SQLite does without it.
    from events_face_adapters.storage.postgres import PostgresStorage  # noqa: PLC0415

    return PostgresStorage(url, messages=messages, clock=clock, ids=ids, traces=traces)


def make_audit_storage(settings: Settings, *, clock: Clock) -> AuditStorage:
    """Return the audit service's own storage, not opened yet."""
    url = settings.audit_database_url
    if url.startswith(SQLITE_PREFIX):
        path = Path(url.removeprefix(SQLITE_PREFIX))
        return AuditStorage(SqliteDatabase(path, schema=AUDIT_SCHEMA), clock=clock)
    # Its driver is an extra: who stores in SQLite does without it.
    from events_face_adapters.storage.postgres import database as postgres  # noqa: PLC0415

    database = postgres.PostgresDatabase(url, schema=postgres.AUDIT_SCHEMA)
    return AuditStorage(database, clock=clock)
