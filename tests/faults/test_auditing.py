"""The auditor of the crash and fault tests finds what is wrong, on every database."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from uuid import UUID

import attrs
import pytest
from msgspec.structs import replace

from contract.storage.postgres import ask
from events_face_runners.simulator import Simulator, Visitor
from events_face_runners.wiring.settings import SQLITE_PREFIX
from support.auditing import Finding, Promise, audit, count
from support.making import a_visitor, event_id
from support.records import is_settled, read_records, repeated_deliveries, statuses
from support.stage import stage


@attrs.frozen
class Run:
    """A small run in which nothing went wrong: one confirmed registration, one rejected."""

    database: str
    simulator: Simulator
    promises: dict[str, Promise]

    async def findings(self) -> list[Finding]:
        return audit(await read_records(self.database), self.simulator, self.promises)

    async def tamper(self, statement: str) -> None:
        if not self.database.startswith(SQLITE_PREFIX):
            await ask(self.database, statement)
            return
        path = self.database.removeprefix(SQLITE_PREFIX)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)


@asynccontextmanager
async def a_run(directory: Path, database: str) -> AsyncIterator[Run]:
    settings: dict[str, object] = {"database_url": database}
    async with stage(directory, settings=settings, background=False) as (simulator, service):
        promises = {}
        for number, seat in enumerate((None, "Z9")):
            body = a_visitor(number, seat=seat)
            made = (await service.register(event_id(1), body)).json()
            promises[made["id"]] = Promise(
                id=made["id"], event_id=event_id(1), email=str(body["email"])
            )
        await service.app.deliver()
        await service.sync()
        yield Run(database, simulator, promises)


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("DELETE FROM registration WHERE status = 'confirmed'", "was accepted and is lost"),
        ("UPDATE registration SET status = 'pending'", "is undecided"),
        (
            "UPDATE registration SET status = 'confirmed' WHERE status = 'rejected'",
            "is confirmed and holds 0 places",
        ),
        (
            "UPDATE registration SET status = 'rejected' WHERE status = 'confirmed'",
            "is rejected and holds 1 places",
        ),
        ("DELETE FROM notification", "was received only"),
        ("UPDATE notification SET id = 'another' || id", "was written only"),
        ("UPDATE notification SET sent_at = NULL", "is not known to be sent"),
        ("UPDATE outbox SET state = 'dead'", "dead: registration.accepted"),
        ("UPDATE event SET number_of_visitors = 7", "shown as"),
    ],
)
async def test_the_auditor_finds_what_is_wrong(
    tmp_path: Path, database: str, tampering: str, finding: str
) -> None:
    async with a_run(tmp_path, database) as run:
        before = await run.findings()

        await run.tamper(tampering)

        assert finding in "\n".join(map(str, await run.findings()))
        assert before == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_auditor_finds_places_and_messages_too_many(
    tmp_path: Path, database: str
) -> None:
    async with a_run(tmp_path, database) as run:
        world = run.simulator.world
        stranger = Visitor(first_name="B", last_name="C", email="stranger@example.com")
        first = world.register(UUID(event_id(1)), stranger)
        world.unregister(UUID(event_id(1)), first.ticket_id)
        world.register(UUID(event_id(1)), stranger)
        world.notify(replace(world.notifications[0], key="another"))

        findings = await run.findings()

        text = "\n".join(map(str, findings))
        assert "doubled: stranger@example.com holds 1 places" in text
        assert "doubled: stranger@example.com was given 2 places" in text
        assert "doubled: message another was received only" in text
        assert (count(findings, "lost"), count(findings, "doubled")) == (0, 3)


async def test_the_auditor_counts_what_waits_and_what_was_repeated(
    tmp_path: Path, database: str
) -> None:
    async with a_run(tmp_path, database) as run:
        settled = await is_settled(database)
        await run.tamper("UPDATE outbox SET attempts = 3, state = 'pending'")
        records = await read_records(database)

        assert settled
        assert not await is_settled(database)
        assert repeated_deliveries(records) == 2 * len(records.outbox)
        assert statuses(records) == {"confirmed": 1, "rejected: rejected-by-provider": 1}
