"""Connections cut in the middle of a reply, refused, and left hanging, under load."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from contract.storage.postgres import new_database
from events_face_runners.simulator import Faults
from support.clients import Manners, registering
from support.fault_table import FAULT
from support.tcp_proxy import Address, TcpProxy, tcp_proxy
from support.trials import EVENTS, Trial, a_trial
from support.waiting import until

Record = Callable[[str, object], None]
Harm = Callable[[TcpProxy, Random], Awaitable[None]]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MANNERS = Manners(events=EVENTS, pause=0.1, repeating=0.1)
SLOWLY = Faults(latency=0.02)
LONGEST_CUT = 400
CUT_SECONDS = 20.0


async def cut(proxy: TcpProxy, chance: Random) -> None:
    """Cut a connection after some bytes of a reply, of its head or of its body."""
    before = proxy.cuts
    proxy.cut_after(chance.randint(0, LONGEST_CUT))
    await until(lambda: proxy.cuts > before, seconds=CUT_SECONDS)
    await asyncio.sleep(chance.uniform(0, 0.2))


async def refuse(proxy: TcpProxy, chance: Random) -> None:
    proxy.refuse()
    await asyncio.sleep(1)
    await proxy.forward()
    await asyncio.sleep(chance.uniform(0.5, 1))


async def swallow(proxy: TcpProxy, chance: Random) -> None:
    proxy.swallow()
    await asyncio.sleep(3)
    await proxy.forward()
    await asyncio.sleep(chance.uniform(0.5, 1))


HARMS: dict[str, tuple[Harm, int]] = {
    "cut in the middle of a reply": (cut, 40),
    "refused for 1 s": (refuse, 4),
    "without an answer for 3 s": (swallow, 4),
}


async def harm_under_load(trial: Trial, proxies: Sequence[TcpProxy], kind: str) -> int:
    """Harm the connections while people register; return how often."""
    harm, times = HARMS[kind]
    chance = Random(1)
    await trial.start()
    async with registering(trial.clients, MANNERS):
        for number in range(times):
            await harm(proxies[number % len(proxies)], chance)
        await asyncio.sleep(1)
    await trial.settle()
    return times


def through(proxy: TcpProxy, url: str) -> str:
    """The URL of a PostgreSQL database, by way of the proxy."""
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{credentials}@127.0.0.1:{proxy.port}", query="").geturl()


@pytest.mark.parametrize("harm", HARMS)
async def test_connections_to_postgresql_that_fail_lose_nothing_and_double_nothing(
    tmp_path: Path, postgres_server: str, harm: str, record_property: Record
) -> None:
    async with (
        new_database(postgres_server) as database,
        tcp_proxy(Address.of_postgres(database)) as proxy,
        a_trial(tmp_path, database, faults=SLOWLY) as trial,
    ):
        trial.use(DATABASE_URL=through(proxy, database))
        times = await harm_under_load(trial, [proxy], harm)
        code = await trial.process.stop()

        findings = await trial.findings()
        row = await trial.row(f"connection to PostgreSQL {harm}", times)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert code == 0
    assert trial.errors() == []


@pytest.mark.parametrize("harm", HARMS)
async def test_connections_to_the_neighbours_that_fail_lose_nothing_and_double_nothing(
    tmp_path: Path, database: str, harm: str, record_property: Record
) -> None:
    async with a_trial(tmp_path, database, faults=SLOWLY) as trial, AsyncExitStack() as stack:
        simulator = Address.of_url(trial.simulator.url)
        proxies = [await stack.enter_async_context(tcp_proxy(simulator)) for _ in range(2)]
        trial.use(
            PROVIDER_URL=f"http://127.0.0.1:{proxies[0].port}",
            NOTIFIER_URL=f"http://127.0.0.1:{proxies[1].port}",
        )
        times = await harm_under_load(trial, proxies, harm)
        code = await trial.process.stop()

        findings = await trial.findings()
        row = await trial.row(f"connection to aggregator and notifier {harm}", times)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert code == 0
    assert trial.errors() == []
