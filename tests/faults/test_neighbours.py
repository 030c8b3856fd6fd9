"""The aggregator and the notification service in trouble for longer than their circuits open."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from contract.storage.postgres import new_database
from events_face_runners.simulator import Faults, Simulator
from support.clients import Manners, registering
from support.fault_table import FAULT
from support.trials import EVENTS, a_trial

Record = Callable[[str, object], None]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MANNERS = Manners(events=EVENTS, pause=0.2, repeating=0.1)
SLOWLY = Faults(latency=0.02)
# A circuit opens for a second after five failures in a row.
SECONDS, ROUNDS = 4.0, 2


def failing(status: int, *, retry_after: int | None = None, html: bool = False) -> Faults:
    return Faults(
        fail_rate=1.0, statuses=(status,), retry_after=retry_after, html_errors=html, latency=0.02
    )


TROUBLES = {
    "429": failing(429),
    "429 with Retry-After": failing(429, retry_after=2),
    "500": failing(500),
    "504": failing(504),
    "502 in HTML": failing(502, html=True),
    "no answer": Faults(hang_rate=1.0),
    "garbage after acting": Faults(garbage_rate=1.0, latency=0.02),
    "connection cut after acting": Faults(lost_reply_rate=1.0, latency=0.02),
}


def calls(simulator: Simulator) -> int:
    return sum(count.attempted for count in simulator.calls.values())


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_neighbours_in_trouble_lose_nothing_and_double_nothing(
    tmp_path: Path, postgres_server: str, trouble: str, record_property: Record
) -> None:
    met = 0
    async with (
        new_database(postgres_server) as database,
        a_trial(tmp_path, database, faults=SLOWLY) as trial,
    ):
        simulator = trial.simulator
        await trial.start()
        async with registering(trial.clients, MANNERS):
            for _ in range(ROUNDS):
                await asyncio.sleep(1)
                before = calls(simulator)
                simulator.faults = TROUBLES[trouble]
                await asyncio.sleep(SECONDS)
                simulator.faults = SLOWLY
                met += calls(simulator) - before
            await asyncio.sleep(1)
        await trial.settle()
        code = await trial.process.stop()

        findings = await trial.findings()
        row = await trial.row(f"aggregator and notifier: {trouble} for {SECONDS:g} s", met)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert met > 0
    assert code == 0
    assert trial.errors() == []
