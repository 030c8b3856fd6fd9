"""A Redis that may be ill-treated, and a web process that leaves the work to workers."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from events_face_runners.simulator import Simulator
from events_face_runners.wiring.settings import Settings
from support.making import quick_settings
from support.redis_server import OwnRedis, own_redis
from support.service import Service, running_service


@pytest.fixture
def server() -> Iterator[OwnRedis]:
    """A Redis that the test may stop, freeze and flush."""
    with own_redis() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, simulator: Simulator, server: OwnRedis) -> Settings:
    """Settings with Redis; ARQ syncs each second."""
    second = timedelta(seconds=1)
    return quick_settings(tmp_path, simulator, redis_url=server.url, sync_interval=second)


@pytest.fixture
async def face(settings: Settings) -> AsyncIterator[Service]:
    """A web process that knows the event, and does nothing in the background."""
    async with running_service(settings, background=False) as service:
        await service.sync()
        yield service
