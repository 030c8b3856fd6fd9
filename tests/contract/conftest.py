"""What the contracts of the adapters over a network have in common."""

from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import ClientSession, ClientTimeout
from aiohttp.test_utils import RawTestServer

from contract.scripted import Script
from support.redis_server import any_redis

PATIENCE = 5.0
"""Seconds that a session waits for an answer, where a test does not say otherwise."""


@pytest.fixture
async def script() -> Script:
    return Script()


@pytest.fixture
async def url(script: Script) -> AsyncIterator[str]:
    async with RawTestServer(script) as server:
        yield str(server.make_url("/"))
        script.over.set()


@pytest.fixture
async def session(request: pytest.FixtureRequest) -> AsyncIterator[ClientSession]:
    """Waits for answers with patience, or as long as a test says."""
    seconds: float = getattr(request, "param", PATIENCE)
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        yield session


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Where every test of this process keeps its own keys apart."""
    with any_redis() as url:
        yield url
