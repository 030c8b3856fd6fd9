"""``kill -9`` at random moments under load: nothing is lost, nothing is doubled.

The service is a real process on a database; people repeat each post with its key until it is
accepted. After the last kill the service settles, and the auditor compares what they were
promised with the database, the aggregator and the notification service.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from support.clients import Manners, registering
from support.fault_table import FAULT
from support.records import read_records, statuses
from support.trials import EVENTS, Trial, a_trial
from support.waiting import until

figures = logging.getLogger("figures")

Record = Callable[[str, object], None]

KILLS = 8
UP_SECONDS = 60.0


async def kill_again_and_again(trial: Trial, chance: Random) -> None:
    """Kill it at moments from its very start until it is well at work; leave it running."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 2.0))
        await trial.process.kill()
        await trial.process.start()
    await asyncio.sleep(2.0)


@pytest.mark.parametrize(
    ("database", "idempotent", "seed"),
    [
        ("sqlite", False, 1),
        ("postgres", True, 2),
        pytest.param("sqlite", True, 3, marks=pytest.mark.faults),
        pytest.param("postgres", False, 4, marks=pytest.mark.faults),
    ],
    indirect=["database"],
)
async def test_whatever_is_killed_whenever_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, database: str, seed: int, record_property: Record, *, idempotent: bool
) -> None:
    # Only an aggregator that honours keys can tell every ticket, and so take every place back.
    manners = Manners(events=EVENTS, cancelling=0.2 if idempotent else 0.0)
    async with a_trial(tmp_path, database, idempotent=idempotent) as trial:
        await trial.start()
        async with registering(trial.clients, manners, seed=seed):
            await kill_again_and_again(trial, Random(seed))
            await until(lambda: len(trial.clients.promises) > 20, seconds=UP_SECONDS)
        seconds = await trial.settle()
        exit_code = await trial.process.stop()

        findings = await trial.findings()
        row = await trial.row("killed at random", KILLS)
        records = await read_records(trial.database)
    figures.info("%s: %s; settled in %.1f s", row, dict(statuses(records)), seconds)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert exit_code == 0
    assert trial.errors() == []
