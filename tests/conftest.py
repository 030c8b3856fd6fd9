"""What every test is given."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.storage.postgres import any_server, made_database, postgres
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
    with made_database(postgres_server, _migrate) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without a schema, on each kind of database in turn."""
    if request.param == "sqlite":
        yield f"{SQLITE_PREFIX}{tmp_path}/events-face.db"
        return
    server: str = request.getfixturevalue("postgres_server")
    with made_database(server) as url:
        yield url


async def _migrate(url: str) -> None:
    async with postgres(url):
        pass
