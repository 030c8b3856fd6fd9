"""Kafka, the mail server, the audit service and Redis all dead at once, while people book.

Every booking and every cancellation is answered as ever, and when the four are back, each mail,
each audit record and each announcement arrives, once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from attrs import field, frozen

from contract.storage.postgres import new_database
from events_face_runners.embedding import EventsFace, Settings, open_events_face
from faults.arrivals import Arrived, OnRecord, compare, waiting
from faults.crews import Crew, a_member, running
from faults.neighbourhood import Neighbourhood, neighbourhood
from support.box_office import Rush, make_event, make_people
from support.fault_table import FAULT, FaultRow
from support.kafka import Broker
from support.keys import SIGNING_KEY
from support.processes import ServiceProcess
from support.records import kind_of, read_records, repeated_deliveries
from support.waiting import until
from support.web_processes import web_processes

Record = Callable[[str, object], None]

pytestmark = pytest.mark.timeout(300)

TIMES = 4
DEAD_SECONDS = 4.0
ALIVE_SECONDS = 2.0
SETTLED_SECONDS = 120.0


@frozen(kw_only=True)
class Office:
    """Two web processes, a worker and a mail process, people who book, and the neighbours."""

    app: EventsFace
    around: Neighbourhood
    database: str
    rush: Rush
    tokens: Sequence[str]
    processes: Sequence[ServiceProcess]
    began: float = field(factory=monotonic)

    @property
    def bookings(self) -> int:
        """How many were promised so far."""
        return len(self.rush.held) + len(self.rush.cancelled)

    @asynccontextmanager
    async def booking(self) -> AsyncIterator[None]:
        """Let people book and cancel while the block runs, at event after event."""
        over, chance = asyncio.Event(), Random(4)

        async def keep_booking() -> None:
            while not over.is_set():
                event_id = await make_event(self.app, seats=len(self.tokens))
                await self.rush.book_and_cancel(self.tokens, event_id, chance)

        async with asyncio.TaskGroup() as group:
            group.create_task(keep_booking())
            yield
            over.set()

    async def book_while_all_are_dead(self, seconds: float) -> int:
        """Return how many bookings were made; whatever there is to tell of them waits."""
        before = self.bookings
        await asyncio.sleep(seconds)
        made = self.bookings - before
        # An announcement, an audit record and a mail each, which may not be written yet.
        assert await waiting(self.database) >= 3 * made
        return made

    async def settle(self) -> None:
        """Wait until nothing waits any more."""

        async def nothing_waits() -> bool:
            return await waiting(self.database) == 0

        await until(nothing_waits, seconds=SETTLED_SECONDS)

    async def findings(self) -> list[str]:
        """Return what was lost, or doubled, or does not agree."""
        return [
            *await self.rush.findings(self.database),
            *compare(await OnRecord.of(self.database), await Arrived.at(self.around)),
        ]

    async def row(self, fault: str, times: int, findings: Sequence[str]) -> FaultRow:
        """What became of this, for the table."""
        return FaultRow(
            fault=f"Kafka, mail server, audit and Redis dead at once {fault}",
            database=kind_of(self.database),
            times=times,
            registrations=self.bookings,
            repeats=self.rush.repeats,
            redeliveries=repeated_deliveries(await read_records(self.database)),
            lost=sum(finding.startswith("lost") for finding in findings),
            doubled=sum(finding.startswith("doubled") for finding in findings),
            seconds=round(monotonic() - self.began),
        )

    def errors(self) -> list[str]:
        """What went wrong unforeseen in any of our processes, as logged."""
        return [line for process in self.processes for line in process.errors()]


@asynccontextmanager
async def an_office(
    directory: Path, around: Neighbourhood, database: str, *, people: int
) -> AsyncIterator[Office]:
    """Open it; none of our processes outlives the block."""
    usual = {"DATABASE_URL": database, **around.settings}
    environment = {f"EVENTS_FACE_{name}": value for name, value in usual.items()}
    worker = a_member(ServiceProcess(environment, directory / "worker.log", "worker"))
    mail = a_member(ServiceProcess(environment, directory / "mail.log", "notify", ["serve"]))
    async with (
        open_events_face(_settings(database, around)) as app,
        web_processes(directory, database, **around.settings) as webs,
        running(Crew([worker, mail], webs[0].session)),
    ):
        yield Office(
            app=app,
            around=around,
            database=database,
            rush=Rush([web.url for web in webs], webs[0].session),
            tokens=await make_people(app, people),
            processes=[worker.process, mail.process, *(web.process for web in webs)],
        )


def _settings(database: str, around: Neighbourhood) -> Settings:
    """Whoever makes the events tells of them as the service does."""
    return Settings(
        database_url=database,
        auth_signing_key=SIGNING_KEY,
        audit_address=around.settings["AUDIT_ADDRESS"],
        kafka_bootstrap_servers=around.settings["KAFKA_BOOTSTRAP_SERVERS"],
        kafka_events_topic=around.topic,
    )


async def test_people_book_though_all_neighbours_are_dead_from_the_start_and_all_arrives_once(
    tmp_path: Path, postgres_server: str, broker: Broker, record_property: Record
) -> None:
    async with (
        new_database(postgres_server) as database,
        neighbourhood(tmp_path, broker, alive=False) as around,
        an_office(tmp_path, around, database, people=4) as office,
    ):
        async with office.booking():
            made = await office.book_while_all_are_dead(2.0)
        await around.come_back()
        await office.settle()
        findings, errors = await office.findings(), office.errors()
        row = await office.row("from the start", 1, findings)
    record_property(FAULT, row.recorded())
    assert made > 0
    assert (office.rush.repeats, office.rush.refused) == (0, 0)
    assert findings == []
    assert errors == []


@pytest.mark.faults
@pytest.mark.xdist_group("everything at once")
async def test_people_book_while_all_neighbours_die_again_and_again_and_all_arrives_once(
    tmp_path: Path, postgres_server: str, broker: Broker, record_property: Record
) -> None:
    made: list[int] = []
    async with (
        new_database(postgres_server) as database,
        neighbourhood(tmp_path, broker) as around,
        an_office(tmp_path, around, database, people=6) as office,
    ):
        async with office.booking():
            for _ in range(TIMES):
                await asyncio.sleep(ALIVE_SECONDS)
                await around.die()
                made.append(await office.book_while_all_are_dead(DEAD_SECONDS))
                await around.come_back()
            await asyncio.sleep(ALIVE_SECONDS)
        await office.settle()
        findings, errors = await office.findings(), office.errors()
        row = await office.row(f"for {DEAD_SECONDS:g} s", TIMES, findings)
    record_property(FAULT, row.recorded())
    assert min(made) > 0
    assert (office.rush.repeats, office.rush.refused) == (0, 0)
    assert findings == []
    assert errors == []
