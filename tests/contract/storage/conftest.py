"""The storages that the contract is held by, and a second one on the same database."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from attrs import field, frozen

from contract.storage.making import MESSAGES, OpenStorage, Storage
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.sqlite import SqliteStorage
from events_face_adapters.system import RandomIds
from unit.fakes import FakeClock


@frozen
class OpenSqlite:
    """Opens the one file of a test; the clock stands still unless the test moves it."""

    directory: Path
    clock: FakeClock = field(factory=FakeClock)

    def __call__(self, messages: MessageMap | None = None) -> AbstractAsyncContextManager[Storage]:
        return SqliteStorage(
            self.directory / "events-face.db",
            messages=messages or MESSAGES,
            clock=self.clock,
            ids=RandomIds(),
        )


ADAPTERS: Mapping[str, Callable[[Path], OpenStorage]] = {"sqlite": OpenSqlite}


@pytest.fixture(params=ADAPTERS)
def open_storage(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStorage:
    return ADAPTERS[request.param](tmp_path)


@pytest.fixture
async def storage(open_storage: OpenStorage) -> AsyncIterator[Storage]:
    async with open_storage() as opened:
        yield opened


@pytest.fixture
async def other(storage: Storage, open_storage: OpenStorage) -> AsyncIterator[Storage]:
    async with open_storage() as opened:
        yield opened
