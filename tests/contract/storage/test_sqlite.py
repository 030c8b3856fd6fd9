"""What only SQLite promises: one file, its lock, its migrations, several processes on it."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from contract.storage.making import (
    DAY,
    MESSAGES,
    a_registration,
    accepted,
    an_event,
    announced,
    claim_one,
    in_doubt,
    publish,
    put_doubts,
    put_events,
    put_registrations,
    rolled_back,
    rows,
)
from events_face_adapters.storage.migration_steps import missing_steps
from events_face_adapters.storage.registrations import FORMER_PLACE
from events_face_adapters.storage.sqlite import SqliteStorage, connecting
from events_face_adapters.storage.sqlite.outbox import DUE
from events_face_adapters.system import RandomIds
from events_face_core.catalogue import EventQuery
from events_face_core.kernel import StorageUnavailableError
from unit.fakes import NOON, FakeClock

TESTS = Path(__file__).parents[2]
STEPS = (
    "0001_catalogue",
    "0002_outbox",
    "0003_registration",
    "0004_identity",
    "0005_outbox_order",
    "0006_search_by_period",
    "0007_accounts",
    "0008_ticketing",
    "0009_engagement",
    "0011_outbox_trace",
    "0012_search_in_order",
    "0013_former_place",
)
SCHEMA = "events_face_adapters.storage.sqlite.migrations"
CHECK_SEARCH = "INSERT INTO event_search (event_search, rank) VALUES ('integrity-check', 1)"
OPENED = """
import asyncio, os, signal, sys
from pathlib import Path
from contract.storage.making import *
from contract.storage.test_sqlite import sqlite
async def main():
    async with sqlite(Path(sys.argv[1])) as storage:
        {work}
asyncio.run(main())
"""
WRITE = 'await put_events(storage, *(an_event(f"{sys.argv[2]}{n}") for n in range(5)))'
WRITE_ONE_BY_ONE = 'for n in range(40): await put_events(storage, an_event(f"{sys.argv[2]}{n}"))'
DIE_INSIDE = """
        async with storage() as tx:
            await tx.events.upsert([an_event()])
            await tx.registrations.add(a_registration())
            await tx.publish(accepted())
            os.kill(os.getpid(), signal.SIGKILL)
"""
DIE_AFTER = """
        await put_events(storage, an_event())
        os.kill(os.getpid(), signal.SIGKILL)
"""


def sqlite(path: Path) -> SqliteStorage:
    return SqliteStorage(path, messages=MESSAGES, clock=FakeClock(), ids=RandomIds())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events-face.db"


@pytest.fixture
async def storage(path: Path) -> AsyncIterator[SqliteStorage]:
    async with sqlite(path) as opened:
        yield opened


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a lock for one second instead of five."""
    monkeypatch.setattr(connecting, "_BUSY_SECONDS", 1)


async def _process(path: Path, work: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPENED.format(work=work), str(path), *arguments, cwd=TESTS
    )


def _ask(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


async def open_and_close(path: Path) -> None:
    async with sqlite(path):
        pass


async def test_the_file_keeps_a_write_ahead_log(storage: SqliteStorage, path: Path) -> None:
    assert _ask(path, "PRAGMA journal_mode") == [("wal",)]


async def test_what_is_committed_survives_a_power_cut(storage: SqliteStorage) -> None:
    async with storage() as tx:
        (synchronous,) = await tx.session.fetch("PRAGMA synchronous")

    assert synchronous[0] == 2  # FULL: the log is on disk before a commit returns


async def test_a_reader_can_change_nothing(storage: SqliteStorage) -> None:
    with pytest.raises(StorageUnavailableError, match="readonly"):
        await storage._reading.fetch("DELETE FROM event")


async def test_the_schema_is_applied_once(path: Path) -> None:
    async with sqlite(path) as first:
        applied = first.migrated
    async with sqlite(path) as second:
        again = second.migrated

    assert (applied, again) == (STEPS, ())


async def test_steps_that_are_missing_are_applied_to_a_file_with_data(path: Path) -> None:
    async with sqlite(path) as storage:
        await put_events(storage, an_event())
    with closing(sqlite3.connect(path)) as connection, connection:
        tables = ("registration", "notification", "booking", "own_event_seats", "own_event")
        for table in (*tables, "category"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("ALTER TABLE event DROP COLUMN origin")
        steps = "'0003_registration', '0008_ticketing'"
        connection.execute(f"DELETE FROM schema_migration WHERE name IN ({steps})")  # noqa: S608  # a constant

    async with sqlite(path) as storage:
        assert storage.migrated == ("0003_registration", "0008_ticketing")
        await put_registrations(storage, a_registration())
        assert await storage.event_reads.find("event") == an_event()


async def test_events_of_an_older_file_are_found_by_their_words(path: Path) -> None:
    _make_older(path)

    async with sqlite(path) as storage:
        page = await storage.event_reads.page(EventQuery(search="концерт"))
        async with storage() as tx:
            await tx.session.fetch(CHECK_SEARCH)

    assert storage.migrated == ("0012_search_in_order",)
    assert [event.id for event in page.items] == ["second", "first"]


async def test_only_a_take_back_that_waits_keeps_a_place_of_an_older_file_in_doubt(
    path: Path,
) -> None:
    async with sqlite(path) as storage:
        await put_doubts(storage)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM schema_migration WHERE name = '0013_former_place'")

    async with sqlite(path) as storage:
        assert storage.migrated == ("0013_former_place",)
        assert await in_doubt(storage) == {"pending", "asked back"}


async def test_a_former_place_is_found_by_its_index(storage: SqliteStorage) -> None:
    async with storage() as tx:
        plan = await tx.session.fetch(f"EXPLAIN QUERY PLAN {FORMER_PLACE}", "event", "email")

    assert "registration_former_place (event_id=? AND email_key=?)" in plan[0][3]


def _make_older(path: Path) -> None:
    """Make a file as it was before the index of words came in the order of the listing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE schema_migration (name TEXT PRIMARY KEY)")
        for step in missing_steps(SCHEMA, {"0012_search_in_order"}):
            connection.executescript(step.script)
            connection.execute("INSERT INTO schema_migration VALUES (?)", (step.name,))
        connection.executemany(
            "INSERT INTO event (id, name, status, event_time, registration_deadline, changed_at,"
            " search_words) VALUES (?, 'Концерт', 'open', ?, 0, 0, 'концерт')",
            [("first", 120_000_000), ("second", 60_000_000)],
        )
        connection.commit()


async def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE registration (id TEXT)")

    with pytest.raises(StorageUnavailableError, match="registration already exists"):
        await open_and_close(path)

    assert _ask(path, "SELECT name FROM sqlite_master") == [("registration",)]


async def test_openings_at_once_apply_the_schema_once(path: Path) -> None:
    storages = [sqlite(path) for _ in range(8)]

    await asyncio.gather(*(storage.__aenter__() for storage in storages))

    migrated = [storage.migrated for storage in storages]
    for storage in storages:
        await storage.__aexit__()
    assert sorted(map(len, migrated)) == [0] * 7 + [len(STEPS)]


async def test_processes_that_start_at_once_apply_the_schema_once(path: Path) -> None:
    processes = [await _process(path, WRITE, f"p{n}-") for n in range(4)]
    codes = [await process.wait() for process in processes]

    assert codes == [0] * 4
    assert _ask(path, "SELECT count(*) FROM schema_migration") == [(len(STEPS),)]
    assert _ask(path, "SELECT count(*) FROM event") == [(20,)]


async def test_two_processes_write_to_one_file_while_a_third_reads(
    storage: SqliteStorage, path: Path
) -> None:
    processes = [await _process(path, WRITE_ONE_BY_ONE, f"p{n}-") for n in range(2)]
    waiting = asyncio.gather(*(process.wait() for process in processes))
    while not waiting.done():
        await storage.check()
        await put_events(storage, an_event("ours"))
        await asyncio.sleep(0.01)

    assert await waiting == [0, 0]
    assert _ask(path, "SELECT count(*) FROM event") == [(81,)]


async def test_a_process_that_is_killed_in_a_transaction_leaves_nothing(path: Path) -> None:
    process = await _process(path, DIE_INSIDE)
    code = await process.wait()

    async with sqlite(path) as storage:
        found = await storage.event_reads.find("event")
        written = [one async for one in storage.registration_reads.export(since=None)]
        waiting = await rows(storage)
        again = await put_events(storage, an_event())

    assert code == -signal.SIGKILL
    assert (found, written, waiting, again) == (None, [], [], 1)


async def test_a_process_that_is_killed_in_a_transaction_leaves_no_lock(
    storage: SqliteStorage, path: Path
) -> None:
    process = await _process(path, DIE_INSIDE)
    await process.wait()

    async with asyncio.timeout(2):
        assert await put_events(storage, an_event()) == 1


async def test_what_a_process_committed_before_it_was_killed_is_there(path: Path) -> None:
    process = await _process(path, DIE_AFTER)
    code = await process.wait()

    async with sqlite(path) as storage:
        found = await storage.event_reads.find("event")

    assert (code, found) == (-signal.SIGKILL, an_event())


@pytest.mark.usefixtures("hasty")
async def test_a_file_that_stays_locked_is_unavailable_after_a_while(path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with sqlite(path) as storage:
        with closing(sqlite3.connect(path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            began = loop.time()
            with pytest.raises(StorageUnavailableError, match="locked"):
                await put_events(storage, an_event())
            waited = loop.time() - began
            holder.execute("ROLLBACK")

        assert await put_events(storage, an_event()) == 1
    assert 0.9 < waited < 4


@pytest.mark.usefixtures("hasty")
async def test_a_file_that_stays_locked_cannot_be_opened(path: Path) -> None:
    await open_and_close(path)

    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailableError, match="locked"):
            await open_and_close(path)

    await open_and_close(path)


async def test_a_file_that_is_locked_for_a_moment_is_waited_for(
    storage: SqliteStorage, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(put_events(storage, an_event()))
        await asyncio.sleep(0.1)
        assert not writing.done()
        holder.execute("ROLLBACK")

        assert await writing == 1


async def test_readers_read_on_while_the_file_is_locked(storage: SqliteStorage, path: Path) -> None:
    await put_events(storage, an_event())

    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(2):
            assert await storage.event_reads.find("event") is not None
            await storage.check()
        holder.execute("ROLLBACK")


async def test_a_directory_that_does_not_exist_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError, match="SQLite: unable to open database file"):
        await open_and_close(tmp_path / "nowhere" / "events-face.db")


async def test_a_directory_in_place_of_the_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError, match="SQLite: unable to open database file"):
        await open_and_close(tmp_path)


@pytest.mark.parametrize("content", [b"This is no database. " * 100, b"SQLite format 3\0" * 100])
def test_a_file_that_is_no_database_is_a_clear_error(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(StorageUnavailableError, match="SQLite: "):
        asyncio.run(open_and_close(path))

    assert path.read_bytes() == content


OPEN_AS_NOBODY = """
import asyncio, os, sys
from pathlib import Path
from contract.storage.test_sqlite import open_and_close
there, here = Path(sys.argv[1]), Path(sys.argv[2])
asyncio.run(open_and_close(here))  # imports everything, while everything can be read
if os.geteuid() == 0:  # root may write anywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    asyncio.run(open_and_close(there))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that everybody may enter; pytest's own are for their owner alone."""
    with TemporaryDirectory(prefix="events-face-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("existing", [False, True])
def test_a_directory_that_cannot_be_written_is_a_clear_error(
    open_directory: Path, *, existing: bool
) -> None:
    path = open_directory / "readonly" / "events-face.db"
    path.parent.mkdir()
    if existing:
        asyncio.run(open_and_close(path))
        path.chmod(0o444)
    path.parent.chmod(0o555)

    ended = subprocess.run(
        [sys.executable, "-c", OPEN_AS_NOBODY, str(path), str(open_directory / "writable.db")],
        cwd=TESTS,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    path.parent.chmod(0o755)

    assert ended.stdout.startswith("StorageUnavailableError SQLite: ")
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_the_search_index_holds_what_the_table_holds(storage: SqliteStorage) -> None:
    events = [an_event(f"e{n}", f"Концерт {n}", event_time=NOON - n * DAY) for n in range(30)]
    await put_events(storage, *events)
    await put_events(storage, *(an_event(f"e{n}", f"Лекция {n}", version=1) for n in range(10)))
    await rolled_back(storage, lambda tx: tx.events.remove_over(NOON + DAY, at_most=100))
    async with storage() as tx:
        await tx.events.remove_over(NOON - 20 * DAY, at_most=100)
        await tx.events.remove_replaced([an_event("e15", version=1)])
        await tx.session.fetch(CHECK_SEARCH)


async def test_the_next_claim_uses_the_index_however_much_was_delivered(
    storage: SqliteStorage,
) -> None:
    await publish(storage, accepted())

    async with storage() as tx:
        plan = await tx.session.fetch(f"EXPLAIN QUERY PLAN {DUE}", "n", 1, NOON, 1)

    steps = str([row[3] for row in plan])
    assert "USING INDEX outbox_pending" in steps
    assert "SEARCH older USING INDEX outbox_keyed (key=? AND rowid<?)" in steps


async def test_the_order_of_a_key_outlives_a_vacuum(storage: SqliteStorage, path: Path) -> None:
    await publish(storage, *(announced(f"other{n}") for n in range(50)))
    await publish(storage, *(announced("a", n) for n in range(3)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM outbox WHERE key <> 'a'")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    await publish(storage, announced("a", 3))

    order = []
    for _ in range(4):
        delivery = await claim_one(storage)
        order.append(delivery.message)
        async with storage() as tx:
            await tx.outbox.complete(delivery.id, now=NOON)

    assert order == [announced("a", n) for n in range(4)]


OPEN_WHAT_IS_NO_DATABASE = """
import asyncio, sys, threading
from pathlib import Path
from contract.storage.test_sqlite import open_and_close
try:
    asyncio.run(open_and_close(Path(sys.argv[1])))
except Exception as error:
    kept = error
print(threading.active_count())
"""


def test_a_process_that_cannot_open_its_file_can_end(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 100)

    ended = subprocess.run(
        [sys.executable, "-c", OPEN_WHAT_IS_NO_DATABASE, str(path)],
        cwd=TESTS,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (ended.stdout, ended.stderr) == ("1\n", "")


async def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    async with SqliteStorage(
        tmp_path / "events-face.db", messages=MESSAGES, clock=FakeClock(), ids=RandomIds()
    ):
        mode = (tmp_path / "events-face.db").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


WRITE_AND_LEAVE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("UPDATE catalogue_state SET version = version + 1")
connection.commit()
connection.close()
"""


async def test_opening_a_connection_drops_no_lock_that_another_of_this_process_holds(
    storage: SqliteStorage, path: Path
) -> None:
    await (await connecting.open_reader(path)).close()

    # Who believes to be the last one to leave a database removes its write-ahead log.
    writer = await asyncio.create_subprocess_exec(sys.executable, "-c", WRITE_AND_LEAVE, path)
    await writer.wait()

    assert writer.returncode == 0
    assert path.with_name(f"{path.name}-wal").exists()
