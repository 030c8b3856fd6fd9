"""The storages that the contract is held by, and a second one on the same database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from attrs import field, frozen

from contract.storage.making import MESSAGES, OpenStorage, Storage
from contract.storage.postgres import empty, postgres
from events_face_adapters.storage.messages import MessageMap
from events_face_adapters.storage.sqlite import SqliteStorage
from events_face_adapters.system import RandomIds
from unit.fake_traces import FakeTraces
from unit.fakes import FakeClock


@frozen
class OpenSqlite:
    """Opens the one file of a test; the clock stands still unless the test moves it."""

    directory: Path
    clock: FakeClock = field(factory=FakeClock)
    traces: FakeTraces = field(factory=FakeTraces)

    def __call__(self, messages: MessageMap | None = None) -> AbstractAsyncContextManager[Storage]:
        return SqliteStorage(
            self.directory / "events-face.db",
            messages=messages or MESSAGES,
            clock=self.clock,
            ids=RandomIds(),
            traces=self.traces,
        )


@frozen
class OpenPostgres:
    """Opens the one database of the tests, emptied before each of them."""

    url: str
    clock: FakeClock = field(factory=FakeClock)
    traces: FakeTraces = field(factory=FakeTraces)

    def __call__(self, messages: MessageMap | None = None) -> AbstractAsyncContextManager[Storage]:
        return postgres(
            self.url, messages=messages or MESSAGES, clock=self.clock, traces=self.traces
        )


def _open_sqlite(request: pytest.FixtureRequest) -> OpenStorage:
    return OpenSqlite(request.getfixturevalue("tmp_path"))


def _open_postgres(request: pytest.FixtureRequest) -> OpenStorage:
    url: str = request.getfixturevalue("postgres_database")
    asyncio.run(empty(url))
    return OpenPostgres(url)


ADAPTERS: Mapping[str, Callable[[pytest.FixtureRequest], OpenStorage]] = {
    "sqlite": _open_sqlite,
    "postgres": _open_postgres,
}


@pytest.fixture(params=ADAPTERS)
def open_storage(request: pytest.FixtureRequest) -> OpenStorage:
    return ADAPTERS[request.param](request)


@pytest.fixture
async def storage(open_storage: OpenStorage) -> AsyncIterator[Storage]:
    async with open_storage() as opened:
        yield opened


@pytest.fixture
async def other(storage: Storage, open_storage: OpenStorage) -> AsyncIterator[Storage]:
    async with open_storage() as opened:
        yield opened
