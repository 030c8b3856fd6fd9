"""PostgreSQL stopped, crashed and frozen under load: requests wait, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from contract.storage.postgres import OwnServer, new_database, own_server
from support.clients import Manners, registering
from support.fault_table import FAULT
from support.trials import EVENTS, a_trial

Record = Callable[[str, object], None]

MANNERS = Manners(events=EVENTS, pause=0.1, repeating=0.1)
OUTAGES = {
    "stopped (fast) and started": (OwnServer.stop, OwnServer.start, 1.0),
    "stopped (immediate) and started": (OwnServer.crash, OwnServer.start, 1.0),
    "frozen for 4 s": (OwnServer.freeze, OwnServer.thaw, 4.0),
    # For longer than the driver waits for a statement.
    "frozen for 20 s": (OwnServer.freeze, OwnServer.thaw, 20.0),
}


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as own:
        yield own


@asynccontextmanager
async def away(server: OwnServer, outage: str) -> AsyncIterator[None]:
    """Take the server away for a while; it comes back whatever happens."""
    leave, come_back, seconds = OUTAGES[outage]
    await asyncio.to_thread(leave, server)
    try:
        await asyncio.sleep(seconds)
        yield
    finally:
        await asyncio.to_thread(come_back, server)


@pytest.mark.parametrize(
    ("outages", "times"),
    [
        pytest.param(list(OUTAGES)[:3], 1, id="quick"),
        *(
            pytest.param([outage], times, id=outage, marks=[pytest.mark.faults])
            for outage, times in zip(OUTAGES, (5, 5, 5, 1), strict=True)
        ),
    ],
)
async def test_whatever_happens_to_the_server_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, server: OwnServer, outages: list[str], times: int, record_property: Record
) -> None:
    chance = Random(1)
    async with new_database(server.url) as database, a_trial(tmp_path, database) as trial:
        await trial.start()
        async with registering(trial.clients, MANNERS):
            for outage in outages * times:
                await asyncio.sleep(chance.uniform(0.5, 1.5))
                async with away(server, outage):
                    pass
            await asyncio.sleep(1)
        await trial.settle()
        code = await trial.process.stop()

        findings = await trial.findings()
        row = await trial.row(f"PostgreSQL {', '.join(outages)}", times * len(outages))
    record_property(FAULT, row.recorded())
    assert findings == []
    assert code == 0
    assert trial.errors() == []
