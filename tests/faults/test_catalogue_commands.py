"""``sync`` and ``purge``, killed in one gap after the other until they get through."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from events_face_runners.simulator import MOSCOW, SimulatedEvent, running_simulator
from faults.mortal import Mortal
from support.fault_table import FAULT, GAP, FaultRow
from support.making import CHANGED, TOKEN, an_event, calm
from support.records import kind_of, read_records

Record = Callable[[str, object], None]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

NOW = datetime.now(MOSCOW)
# The sync reads some pages; the purge takes some transactions.
TO_COME, OVER, PAGE = 500, 2400, 1000
COMING = [
    an_event(number, changed_at=CHANGED + timedelta(seconds=number)) for number in range(TO_COME)
]
PAST = [
    an_event(
        number,
        event_time=NOW - timedelta(days=30),
        registration_deadline=NOW - timedelta(days=31),
        changed_at=CHANGED + timedelta(seconds=number),
    )
    for number in range(TO_COME, TO_COME + OVER)
]


@asynccontextmanager
async def a_sync(directory: Path, database: str, **settings: str) -> AsyncIterator[Mortal]:
    """A sync of everything, that keeps everything unless the settings say otherwise."""
    async with running_simulator(calm(*COMING, *PAST, page_size=PAGE)) as simulator:
        chosen = {
            "PROVIDER_URL": simulator.url,
            "PROVIDER_TOKEN": TOKEN,
            "PURGE_AFTER": "36000d",
            **settings,
        }
        yield Mortal.command(directory / "sync.log", database, "sync", "--full", **chosen)


async def die_in_turn(mortal: Mortal, fault: str, database: str, record: Record) -> list[str]:
    """Let it die in one gap after the other; put it into the table, and return the gaps."""
    gaps = []
    async for gap in mortal.dies_in_turn():
        gaps.append(gap)
        record(GAP, (gap, kind_of(database), 1))
    record(FAULT, FaultRow(fault=fault, database=kind_of(database), times=len(gaps)).recorded())
    return gaps


async def shown(database: str) -> set[str]:
    return {row[0] for row in (await read_records(database)).events}


def ids(events: list[SimulatedEvent]) -> set[str]:
    return {str(event.id) for event in events}


async def test_a_sync_that_is_killed_anywhere_brings_every_event_in_the_end(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    migrate = Mortal.command(tmp_path / "migrate.log", database, "migrate")
    assert await migrate.run() == 0
    async with a_sync(tmp_path, database) as sync:
        gaps = await die_in_turn(sync, "sync killed", database, record_property)

    commit = "SyncCatalogueHandler._apply [publish catalogue.changed]"
    pages = (TO_COME + OVER) // PAGE + 1
    assert gaps.count(f"{commit}: before commit") == gaps.count(f"{commit}: after commit") == pages
    assert await shown(database) == ids([*COMING, *PAST])


async def test_a_purge_that_is_killed_anywhere_removes_what_is_over_and_nothing_comes_back(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    async with a_sync(tmp_path, database) as sync:
        assert await sync.run() == 0
    purge = Mortal.command(tmp_path / "purge.log", database, "purge", "--older-than", "7d")

    gaps = await die_in_turn(purge, "purge killed", database, record_property)

    left = await shown(database)
    async with a_sync(tmp_path, database, PURGE_AFTER="7d") as sync:
        assert await sync.run() == 0
    assert "PurgeCatalogueHandler [publish catalogue.changed]: before commit" in gaps
    assert "PurgeCatalogueHandler [publish catalogue.changed]: after commit" in gaps
    assert left == await shown(database) == ids(COMING)
