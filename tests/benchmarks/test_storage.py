"""Storage: what a command costs against its own statements on the bare driver."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.test_listing import open_events
from events_face_core.registration import AcceptRegistration
from events_face_runners.embedding import EventsFace, Settings, open_events_face

_NUMBERS = count()
_REGISTRATION = """
INSERT INTO registration (id, event_id, event_name, event_time, first_name, last_name, email,
    email_key, language, created_at, decision_due_at, attempts, unanswered, status)
VALUES (:id, '00000000', 'Концерт', 0, 'Анна', 'Иванова', :id, :id, 'ru', 0, 0, 0, 0, 'pending')
"""
_OUTBOX = """
INSERT INTO outbox (id, name, version, payload, created_at, due_at)
VALUES (:id, 'registration.accepted', 1, '{}', 0, 0)
"""


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture
def app(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[EventsFace]:
    stack = AsyncExitStack()
    settings = Settings(database_url=f"sqlite:///{tmp_path}/events.db")
    app = loop.run_until_complete(stack.enter_async_context(open_events_face(settings)))

    async def fill() -> None:
        async with app.storage() as tx:
            await tx.events.upsert(open_events(1))

    loop.run_until_complete(fill())
    yield app
    loop.run_until_complete(stack.aclose())


@pytest.mark.benchmark(group="registration accepted, durably")
def test_the_same_statements_on_the_bare_driver(
    benchmark: BenchmarkFixture, app: EventsFace
) -> None:
    connection = sqlite3.connect(
        app.settings.database_url.removeprefix("sqlite:///"), isolation_level=None
    )
    connection.execute("PRAGMA synchronous = FULL")

    def accept() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT * FROM event WHERE id = '00000000'").fetchall()
        row = {"id": f"bare-{next(_NUMBERS)}"}
        connection.execute(
            "SELECT * FROM registration WHERE event_id = '00000000' AND email_key = :id"
            " AND status IN ('pending', 'confirmed')",
            row,
        ).fetchall()
        connection.execute(_REGISTRATION, row)
        connection.execute(_OUTBOX, row)
        connection.execute("COMMIT")

    benchmark.pedantic(accept, rounds=300, warmup_rounds=20)
    connection.close()


@pytest.mark.benchmark(group="registration accepted, durably")
def test_a_registration_accepted(
    benchmark: BenchmarkFixture, app: EventsFace, loop: asyncio.AbstractEventLoop
) -> None:
    def accept() -> None:
        command = AcceptRegistration(
            event_id="00000000",
            first_name="Анна",
            last_name="Иванова",
            email=f"anna{next(_NUMBERS)}@example.com",
        )
        loop.run_until_complete(app.accept(command))

    benchmark.pedantic(accept, rounds=300, warmup_rounds=20)
