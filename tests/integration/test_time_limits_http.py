"""A request over its time limit answers 503, and nothing of it stays; on each database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import asyncpg
import pytest
from msgspec.structs import replace

from events_face_runners.simulator import Simulator
from events_face_runners.web.surface import ROUTES
from events_face_runners.wiring.settings import SQLITE_PREFIX
from support.attempts import Attempt
from support.making import VISITOR, SetClock, a_visitor, event_id, quick_settings
from support.problems import problem
from support.records import read_records
from support.scene import a_scene
from support.service import Service, running_service
from support.waiting import until

LIMIT = timedelta(seconds=0.3)
MORE_THAN_THERE_ARE_CONNECTIONS = 12


@asynccontextmanager
async def _locked(url: str) -> AsyncIterator[None]:
    """Hold a lock that a registration runs into: on PostgreSQL in the middle of its writing."""
    if url.startswith(SQLITE_PREFIX):
        with closing(sqlite3.connect(url.removeprefix(SQLITE_PREFIX))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE outbox IN EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


@pytest.fixture
async def service(tmp_path: Path, simulator: Simulator, database: str) -> AsyncIterator[Service]:
    """A service that knows one event, and has little patience."""
    settings = quick_settings(tmp_path, simulator, database_url=database, http_timeout=LIMIT)
    async with running_service(settings, background=False) as service:
        await service.sync()
        yield service


async def test_a_registration_that_waits_for_a_lock_is_answered_503_and_rolled_back(
    service: Service, database: str
) -> None:
    async with _locked(database):
        registering = asyncio.create_task(service.register(event_id(), VISITOR, key="one"))
        await asyncio.sleep(3 * LIMIT.total_seconds())
    late = await registering
    records = await read_records(database)

    again = await service.register(event_id(), VISITOR, key="one")

    problem(late, 503, "timeout")
    assert (list(records.registrations), list(records.outbox)) == ([], [])
    assert again.status == 202
    records = await read_records(database)
    assert (len(records.registrations), len(records.outbox)) == (1, 1)


# SQLite cannot be told to stop waiting: there the answer comes when its own limit has passed.
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_the_answer_does_not_wait_for_the_lock(service: Service, database: str) -> None:
    async with _locked(database):
        started = monotonic()
        late = await service.register(event_id(), VISITOR)
        took = monotonic() - started

    problem(late, 503, "timeout")
    assert took < 2


@asynccontextmanager
async def _all_locked(url: str) -> AsyncIterator[None]:
    """Let nobody read or write any table."""
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            tables = await other.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            names = ", ".join(row[0] for row in tables)
            await other.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_every_operation_that_asks_the_database_is_cut_off(
    tmp_path: Path, simulator: Simulator, database: str
) -> None:
    clock = SetClock(datetime.now(UTC))
    settings = quick_settings(
        tmp_path, simulator, database_url=database, auth_access_ttl=timedelta(days=9)
    )
    hasty = replace(settings, http_timeout=LIMIT)
    async with (
        running_service(settings, clock=clock, background=False) as service,
        running_service(hasty, clock=clock, background=False) as other,
    ):
        scene = await a_scene(service, clock)
        prepared = {
            route.operation_id: await Attempt(
                scene=scene, route=route, actor="admin", own=True
            ).prepared()
            for route in ROUTES
        }
        async with _all_locked(database):
            answers = await asyncio.gather(*(one.sent_to(other) for one in prepared.values()))

    answered = dict(zip(prepared, answers, strict=True))
    at_once = {name for name, answer in answered.items() if answer.status != 503}
    assert at_once == {"showKeys", "live"}
    for name in answered.keys() - at_once:
        problem(answered[name], 503, "timeout")


async def test_listings_go_on_meanwhile_and_every_connection_is_there_again_afterwards(
    service: Service, database: str
) -> None:
    numbers = range(MORE_THAN_THERE_ARE_CONNECTIONS)
    async with _locked(database):
        tasks = [
            asyncio.create_task(service.register(event_id(), a_visitor(number)))
            for number in numbers
        ]
        await asyncio.sleep(2 * LIMIT.total_seconds())
        listing = await service.get("/api/events?q=anything")
    late = await asyncio.gather(*tasks)

    async def register(number: int) -> None:
        async def registered() -> bool:
            answer = await service.register(event_id(), a_visitor(number), key=f"again-{number}")
            return answer.status == 202

        # On a busy machine the limit may pass for nothing: whoever was cut off tries again.
        await until(registered)

    await asyncio.gather(*map(register, numbers))

    assert {answer.status for answer in late} == {503}
    assert listing.status == 200
    assert len((await read_records(database)).registrations) == len(numbers)
