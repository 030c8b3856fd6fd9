"""What every test is given."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contract.storage.postgres import any_server, new_database, postgres
from events_face_runners.wiring.settings import SQLITE_PREFIX

pytest_plugins = ("support.fault_table",)


@pytest.fixture(autouse=True)
def _untouched_logging() -> Iterator[None]:
    """Take back what a test that runs the command line does to the root logger."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with any_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """Give the URL of a database that every test of this process uses, with its schema."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        url = runner.run(stack.enter_async_context(new_database(postgres_server)))
        runner.run(_migrate(url))
        yield url
        runner.run(stack.aclose())


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without a schema, on each kind of database in turn."""
    if request.param == "sqlite":
        yield f"{SQLITE_PREFIX}{tmp_path}/events-face.db"
        return
    server: str = request.getfixturevalue("postgres_server")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield runner.run(stack.enter_async_context(new_database(server)))
        runner.run(stack.aclose())


async def _migrate(url: str) -> None:
    async with postgres(url):
        pass
