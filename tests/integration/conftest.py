"""A simulator with one event, and a service before it, for tests that need nothing else."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from contract.storage.postgres import empty
from events_face_runners.simulator import Simulator, running_simulator
from events_face_runners.wiring.settings import SQLITE_PREFIX
from support.kafka import Broker, any_broker
from support.making import calm, quick_settings
from support.redis_server import any_redis
from support.service import Service, running_service


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database, on each kind in turn; making one of PostgreSQL takes long.

    Its schema may be there already: how it comes about is not told here.
    """
    if request.param == "sqlite":
        return f"{SQLITE_PREFIX}{tmp_path}/events-face.db"
    url: str = request.getfixturevalue("postgres_database")
    asyncio.run(empty(url))
    return url


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """An aggregator with one event that takes registrations."""
    async with running_simulator(calm()) as simulator:
        yield simulator


@pytest.fixture
async def service(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    """A service that knows the event, and does everything in the background."""
    async with running_service(quick_settings(tmp_path, simulator)) as service:
        await service.sync()
        yield service


@pytest.fixture
async def still_service(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    """A service that knows the event, and does nothing by itself."""
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, background=False) as service:
        await service.sync()
        yield service


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis for every test of this process: each has a database of its own, and so its keys."""
    with any_redis() as url:
        yield url


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A Kafka broker that the tests share."""
    with any_broker() as broker:
        yield broker
