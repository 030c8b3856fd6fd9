"""``migrate``, killed in each gap that it goes through, alone and beside another."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from faults.mortal import Mortal
from support.fault_table import FAULT, GAP, FaultRow
from support.records import kind_of, query
from support.waiting import until

Record = Callable[[str, object], None]

HOLDING_THE_LOCK = "migrate: before 0002_outbox"
AT_THE_LOCK_SECONDS = 0.2
PATIENCE = 60.0


def every_step(database: str) -> list[str]:
    folder = {"SQLite": "sqlite", "PostgreSQL": "postgres"}[kind_of(database)]
    scripts = files(f"events_face_adapters.storage.{folder}.migrations").iterdir()
    return sorted(s.name.removesuffix(".sql") for s in scripts if s.name.endswith(".sql"))


async def steps_done(database: str) -> list[str]:
    """The steps that are recorded; none where there is no database yet."""
    try:
        (rows,) = await query(database, "SELECT name FROM schema_migration ORDER BY name")
    except (sqlite3.OperationalError, asyncpg.UndefinedTableError):
        return []
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.faults)], indirect=True
)
async def test_a_migration_that_is_killed_anywhere_is_done_as_a_whole_or_not_at_all(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    migrate = Mortal.command(tmp_path / "migrate.log", database, "migrate")
    done = {}
    async for gap in migrate.dies_in_turn():
        done[gap] = await steps_done(database)
        record_property(GAP, (gap, kind_of(database), 1))

    row = FaultRow(fault="migration killed", database=kind_of(database), times=len(done))
    record_property(FAULT, row.recorded())
    assert done == {
        "migrate: before opening": [],
        **{f"migrate: before {step}": [] for step in every_step(database)},
        "migrate: before commit": [],
        "migrate: after commit": every_step(database),
    }
    assert await steps_done(database) == every_step(database)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
async def test_of_two_migrations_at_once_the_one_goes_on_where_the_other_is_killed(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    first = Mortal.command(tmp_path / "first.log", database, "migrate")
    second = Mortal.command(tmp_path / "second.log", database, "migrate")
    try:
        await first.start(GAPS_STOP_AT=f"{HOLDING_THE_LOCK}#1")
        await until(first.is_stopped, seconds=PATIENCE)
        await second.start()
        await until(lambda: bool(second.reached()), seconds=PATIENCE)
        # Neither database tells whether somebody waits for it to be opened.
        await asyncio.sleep(AT_THE_LOCK_SECONDS)
        done_meanwhile = await steps_done(database)
        await first.kill()

        codes = await first.ended(), await second.ended()
    finally:
        await first.kill()
        await second.kill()

    row = FaultRow(fault="one of two migrations killed", database=kind_of(database), times=1)
    record_property(FAULT, row.recorded())
    assert codes == (-signal.SIGKILL, 0)
    assert done_meanwhile == []
    assert await steps_done(database) == every_step(database)
    assert second.reached()[HOLDING_THE_LOCK] == 1
