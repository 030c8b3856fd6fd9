"""Opening connections, and what SQLite's errors mean to us."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiosqlite

from events_face_core.kernel import StorageUnavailableError

_BUSY_SECONDS = 5
_WAL_ATTEMPTS = 50
_WAL_PAUSE_SECONDS = 0.1


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's errors about the file into ``StorageUnavailableError``.

    What breaks a constraint or is plainly wrong stays what it is.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The base class itself is raised for files that are damaged or no database at all.
        if type(error) not in {sqlite3.DatabaseError, sqlite3.OperationalError}:
            raise
        raise StorageUnavailableError(f"SQLite: {error}") from error


async def open_writer(path: Path) -> aiosqlite.Connection:
    """Open the connection that changes things. What it commits survives a power cut."""
    connection = await _open(path)
    try:
        await _use_wal(connection)
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        # An open connection is a thread: it would keep the process from ending.
        await connection.close()
        raise
    return connection


async def open_reader(path: Path) -> aiosqlite.Connection:
    """Open a connection that cannot change anything."""
    connection = await _open(path)
    await connection.execute("PRAGMA query_only = ON")
    return connection


async def _open(path: Path) -> aiosqlite.Connection:
    # Tried here first: of a file that cannot be opened, aiosqlite leaves a thread behind that
    # may complain on standard error after the loop is closed.
    await asyncio.to_thread(_try_to_open, path)
    connection = await aiosqlite.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    await connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    return connection


def _try_to_open(path: Path) -> None:
    is_new = not path.exists()
    # Through SQLite alone: closing a descriptor of our own would drop the locks that other
    # connections of this process hold on the file, and that is how databases are corrupted.
    sqlite3.connect(path).close()
    if is_new:
        # It will hold names and addresses of visitors: it is for its owner only.
        path.chmod(0o600)


async def _use_wal(connection: aiosqlite.Connection) -> None:
    # The switch to WAL needs the file for itself and does not wait for it as queries do.
    for _ in range(_WAL_ATTEMPTS):
        try:
            await connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await asyncio.sleep(_WAL_PAUSE_SECONDS)
        else:
            return
    await connection.execute("PRAGMA journal_mode = WAL")
