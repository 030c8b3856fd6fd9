"""The storage that the database's URL asks for."""

from pathlib import Path

from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.opened import Storage
from events_face_adapters.storage.sqlite import SqliteStorage
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
