"""Redis stopped, flushed and frozen under load: nobody notices, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from contract.storage.postgres import new_database
from faults.crews import a_crew
from support.clients import Clients, Manners, registering
from support.fault_table import FAULT
from support.redis_server import OwnRedis, own_redis
from support.trials import EVENTS, Trial, a_trial
from support.waiting import until

Record = Callable[[str, object], None]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MANNERS = Manners(events=EVENTS, pause=0.2, repeating=0.1)
TIMES = 4
OUTAGES: dict[str, tuple[Callable[[OwnRedis], None], Callable[[OwnRedis], None]]] = {
    "stopped for 2 s": (OwnRedis.stop, OwnRedis.start),
    "frozen for 2 s": (OwnRedis.freeze, OwnRedis.thaw),
    "flushed": (OwnRedis.flush, OwnRedis.flush),
}
OUTAGE_SECONDS = 2.0
SHOWN_SECONDS = 5.0


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    with own_redis() as server:
        yield server


@asynccontextmanager
async def reading(clients: Clients) -> AsyncIterator[None]:
    """Let somebody read the listing while the block runs; every page must come at once."""

    async def keep_reading(url: str) -> None:
        while True:
            async with clients.session.get(f"{url}/api/events") as response:
                assert response.status == 200
                await response.read()
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(keep_reading(url)) for url in clients.urls]
        yield
        for reader in readers:
            reader.cancel()


async def shows_what_is(trial: Trial) -> bool:
    """Whether every web process lists every event with the visitors that it has."""
    original = {str(one.id): one.number_of_visitors for one in trial.simulator.world.events}
    for url in trial.clients.urls:
        async with trial.clients.session.get(f"{url}/api/events") as response:
            listed = (await response.json())["results"]
        if {one["id"]: one["number_of_visitors"] for one in listed} != original:
            return False
    return True


@pytest.mark.parametrize("outage", OUTAGES)
async def test_whatever_happens_to_redis_nobody_notices(
    tmp_path: Path,
    postgres_server: str,
    redis: OwnRedis,
    outage: str,
    record_property: Record,
) -> None:
    harm, mend = OUTAGES[outage]
    chance = Random(1)
    async with (
        new_database(postgres_server) as database,
        a_trial(tmp_path, database) as trial,
    ):
        trial.use(REDIS_URL=redis.url)
        async with a_crew(trial) as crew:
            async with registering(trial.clients, MANNERS), reading(trial.clients):
                for _ in range(TIMES):
                    await asyncio.sleep(chance.uniform(0.5, 1.5))
                    await asyncio.to_thread(harm, redis)
                    await asyncio.sleep(OUTAGE_SECONDS)
                    await asyncio.to_thread(mend, redis)
            await trial.settle()
            await until(lambda: shows_what_is(trial), seconds=SHOWN_SECONDS)
            codes = await crew.stop()

        findings = await trial.findings()
        row = await trial.row(f"Redis {outage}", TIMES)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert trial.clients.repeats == 0
    assert codes == {0}
    assert trial.errors() == []
