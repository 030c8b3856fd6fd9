"""Web processes and workers on one database, one of them killed every second.

People register at whichever web process answers, and repeat themselves under their keys. In the
end each registration is decided once, and told once.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.storage.postgres import new_database
from events_face_runners.simulator import Faults
from faults.announced import Announcements
from faults.crews import a_crew
from support.clients import Manners, registering
from support.fault_table import FAULT
from support.kafka import Broker, new_topic
from support.redis_server import any_redis
from support.stage import Choices
from support.trials import EVENTS, Trial, a_trial

Record = Callable[[str, object], None]

# They keep both cores busy: one after the other.
pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("everything at once"),
]

FAST = Faults(
    latency=0.01,
    fail_rate=0.02,
    lost_reply_rate=0.02,
    target=frozenset({"register", "unregister", "notify"}),
)
PEOPLE = 12
MANNERS = Manners(events=EVENTS, pause=0.4, repeating=0.1)
KILLED_EVERY = 1.0
SETTLED_SECONDS = 120.0


async def register_while_dying(trial: Trial, registrations: int, *others: str) -> int:
    """Let so many people register while processes die in turn; return how many died."""
    clients = trial.clients
    clients.numbers = iter(range(registrations))
    async with a_crew(trial, *others) as crew:
        async with registering(clients, MANNERS, people=PEOPLE):
            killed = await crew.die_in_turn(
                KILLED_EVERY, lambda: len(clients.promises) == registrations
            )
        await trial.settle(SETTLED_SECONDS)
        assert await crew.stop() == {0}
    return killed


async def test_each_registration_is_decided_once_and_told_once(
    tmp_path: Path, postgres_server: str, record_property: Record
) -> None:
    async with (
        new_database(postgres_server) as database,
        a_trial(tmp_path, database, faults=FAST) as trial,
    ):
        killed = await register_while_dying(trial, 1000)

        findings = await trial.findings()
        row = await trial.row("2 web processes, 2 workers: one killed every second", killed)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert len(trial.clients.promises) == 1000
    assert trial.errors() == []


@pytest.mark.timeout(1800)  # sixteen minutes alone on two cores, most for starting
async def test_each_of_five_thousand_registrations_is_decided_once_and_told_once(
    tmp_path: Path, postgres_server: str, broker: Broker, record_property: Record
) -> None:
    """With Redis, and so ARQ, and with Kafka, on which changes come and decisions go out."""
    topic = await new_topic(broker, "changes")
    told: Choices = {"kafka_bootstrap_servers": broker.address, "kafka_topic": topic}
    with any_redis() as redis:
        async with (
            new_database(postgres_server) as database,
            a_trial(tmp_path, database, faults=FAST, simulated=told) as trial,
        ):
            announcements = await Announcements.of(trial, broker)
            trial.use(REDIS_URL=redis, KAFKA_TOPIC=topic)
            killed = await register_while_dying(trial, 5000, "consume")

            findings = [*await trial.findings(), *await announcements.findings(trial)]
            fault = "2 web processes, 2 ARQ workers, a consumer: one killed every second"
            row = await trial.row(fault, killed)
    record_property(FAULT, row.recorded())
    assert findings == []
    assert len(trial.clients.promises) == 5000
    assert trial.errors() == []
