"""``kill -9`` in every gap between two durable steps: nothing is lost, nothing is doubled.

The gaps are found by running the service once and noting which it goes through. Then it is
started again and again, each time to end in a gap of our choice, while people register, cancel,
and see events called off. After the last kill it settles, and the auditor looks at it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from events_face_runners.simulator import MOSCOW
from faults.mortal import MODULE, Mortal
from faults.organisers import organising
from support.clients import Manners, registering
from support.fault_table import FAULT, GAP
from support.records import read_records
from support.trials import EVENTS, Trial, a_trial
from support.waiting import until

Record = Callable[[str, object], None]

MANNERS = Manners(events=EVENTS, pause=0.3, cancelling=0.2, repeating=0.1)
KEPT = timedelta(seconds=1)
THOROUGH_SECONDS = 900
# Patience: a busy machine goes through all of them in a minute, a quiet one in ten seconds.
DISCOVERED_SECONDS = 120.0

# What must be among the gaps that are found: who is at it, and what is done besides other things.
CALLS = ("source.changes", "gateway.register", "gateway.take_back", "notifier.send")
COMMITS = (
    ("AcceptRegistrationHandler", "publish registration.accepted"),
    ("Relay.claim", "claim registration.accepted"),
    ("SendRegistrationHandler._begin", ""),
    ("SendRegistrationHandler._conclude", "complete registration.accepted"),
    ("Relay._retry", "retry registration.accepted"),
    ("Relay.claim", "claim notification.written"),
    ("SendNotificationHandler", "complete notification.written"),
    ("SyncCatalogueHandler._apply", "publish catalogue.changed"),
    ("SyncCatalogueHandler._apply", "publish event.cancelled"),
    ("Relay.claim", "claim event.cancelled"),
    ("CallOffRegistrationsHandler._call_off", "publish registration.take-back-requested"),
    ("CallOffWithEvent", "complete event.cancelled"),
    ("CancelRegistrationHandler", "publish registration.take-back-requested"),
    ("Relay.claim", "claim registration.take-back-requested"),
    ("TakeBackHandler", "complete registration.take-back-requested"),
    ("PurgeCatalogueHandler", "publish catalogue.changed"),
)
OPENING = ("migrate: before opening", "migrate: before commit", "migrate: after commit")
EXPECTED = (
    *((who, deed, f": {side} commit") for who, deed in COMMITS for side in ("before", "after")),
    *((call, "", f": {side} call") for call in CALLS for side in ("before", "after")),
    *((opening, "", "") for opening in OPENING),
)


def is_expected(gap: str) -> bool:
    return any(_is(gap, *expected) for expected in EXPECTED)


def not_found(gaps: Iterable[str]) -> list[tuple[str, str, str]]:
    """Which of the gaps that we know to look for are not among these."""
    return [expected for expected in EXPECTED if not any(_is(gap, *expected) for gap in gaps)]


def _is(gap: str, who: str, deed: str, side: str) -> bool:
    return gap.startswith(who) and deed in gap and gap.endswith(side)


async def something_is_over(trial: Trial) -> bool:
    """Whether an event waits to be purged, which is what happens at the next start."""
    shown = {row[0] for row in (await read_records(trial.database)).events}
    limit = datetime.now(MOSCOW) - KEPT
    return any(
        str(event.id) in shown and event.event_time < limit
        for event in trial.simulator.world.events
    )


async def discover(mortal: Mortal) -> Counter[str]:
    """Run it until it was in every gap that we expect; return how often it was in each."""
    await mortal.kill()
    await mortal.start()
    try:
        await until(lambda: not not_found(mortal.reached()), seconds=DISCOVERED_SECONDS)
    except AssertionError:
        raise AssertionError(f"never reached: {not_found(mortal.reached())}") from None
    await mortal.kill()
    return mortal.reached()


async def kill_in_each(
    mortal: Mortal, gaps: Sequence[str], found: Counter[str], *, times: int
) -> Counter[str]:
    """Kill it in each of the gaps, so many times each; return how often it was."""
    chance = Random(1)
    killed: Counter[str] = Counter()
    for gap in gaps:
        for _ in range(times):
            # Where it goes again and again, it is not always the first time that kills it.
            killed[gap] += await mortal.dies_in(gap, chance.randint(1, min(3, found[gap])))
    return killed


@pytest.mark.parametrize(
    ("share", "times"),
    [
        pytest.param(5, 1, id="quick"),
        pytest.param(
            1, 3, id="thorough", marks=[pytest.mark.faults, pytest.mark.timeout(THOROUGH_SECONDS)]
        ),
    ],
)
async def test_killed_in_any_gap_between_two_durable_steps_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, database: str, share: int, times: int, record_property: Record
) -> None:
    """Quickly, each database in some of the gaps: one in every fifth, the other in others."""
    async with a_trial(tmp_path, database, idempotent=True, module=MODULE) as trial:
        trial.use(PURGE_AFTER=f"{KEPT.total_seconds():g}s")
        mortal = Mortal(trial.process, tmp_path / "gaps.log")
        await mortal.start()
        await trial.is_up()
        async with registering(trial.clients, MANNERS), organising(trial):
            await until(lambda: something_is_over(trial), seconds=DISCOVERED_SECONDS)
            found = await discover(mortal)
            first = share - 1 if trial.kind == "SQLite" else 0
            gaps = sorted(found)[first::share]
            killed = await kill_in_each(mortal, gaps, found, times=times)
            await mortal.start()
            await trial.is_up()
        await trial.settle()
        code = await trial.process.stop()

        findings = await trial.findings()
        fault = "killed in every gap" if share == 1 else "killed in some of the gaps"
        row = await trial.row(fault, killed.total())
    record_property(FAULT, row.recorded())
    for gap in gaps:
        record_property(GAP, (gap, trial.kind, killed[gap]))
    assert findings == []
    assert [gap for gap in gaps if is_expected(gap) and not killed[gap]] == []
    assert code == 0
    assert trial.errors() == []
