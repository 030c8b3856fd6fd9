"""A service with one event that is over, people who attended it, and whose it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events_face_adapters.storage.transaction import StorageTransaction
from events_face_runners.simulator import Simulator
from integration.engagement.people import SomeAttended, SomebodyOrganizes, read_token
from support.making import quick_settings
from support.service import Service, running_service


@pytest.fixture
async def engaging(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    """Give a service that knows the event and takes the tokens of ``people``."""
    monkeypatch.setattr(StorageTransaction, "attendance", SomeAttended())
    monkeypatch.setattr(StorageTransaction, "event_owners", SomebodyOrganizes())
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, background=False, authenticate=read_token) as service:
        await service.sync()
        yield service
