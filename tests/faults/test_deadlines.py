"""``kill -9`` around the rejection of what nobody could decide in time."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from events_face_runners.simulator import Faults
from faults.mortal import MODULE, Mortal
from support.clients import Manners, registering
from support.fault_table import FAULT, GAP
from support.records import read_records, statuses
from support.trials import EVENTS, a_trial

Record = Callable[[str, object], None]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MANNERS = Manners(events=EVENTS, pause=0.5, repeating=0.1)
BUSY = Faults(fail_rate=1.0, statuses=(429,), target=frozenset({"register"}))
COMMIT = "RejectOverdueHandler [publish registration.decided, publish notification.written]"
GAPS = (f"{COMMIT}: before commit", f"{COMMIT}: after commit")
TIMES = 5


async def test_what_is_rejected_at_its_deadline_is_told_once_whenever_the_process_dies(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    chance = Random(1)
    async with a_trial(tmp_path, database, faults=BUSY, module=MODULE) as trial:
        trial.use(REGISTRATION_DECISION_WINDOW="1s")
        mortal = Mortal(trial.process, tmp_path / "gaps.log")
        await mortal.start()
        await trial.is_up()
        async with registering(trial.clients, MANNERS):
            await mortal.kill()
            died = [await mortal.dies_in(gap, chance.randint(1, 3)) for gap in GAPS * TIMES]
            await mortal.start()
            await trial.is_up()
        await trial.settle()
        code = await trial.process.stop()

        findings = await trial.findings()
        ended = statuses(await read_records(database))
        row = await trial.row("killed while rejecting what is overdue", sum(died))
    record_property(FAULT, row.recorded())
    for gap in GAPS:
        record_property(GAP, (gap, trial.kind, TIMES))
    assert findings == []
    assert all(died)
    assert ended.keys() == {"rejected: provider-unavailable"}
    assert code == 0
    assert trial.errors() == []
