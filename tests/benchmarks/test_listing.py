"""The listing: a cached page against a bare handler with the same bytes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.serving import Client, free_port, process
from events_face_core.catalogue import Event, EventStatus, Place
from events_face_runners.embedding import Settings, open_events_face
from support.keys import SIGNING_KEY

PATH = "/api/events?status=open&limit=50"


def open_events(count: int) -> list[Event]:
    now = datetime.now(UTC)
    return [
        Event(
            id=f"{number:08}",
            name=f"Концерт камерного оркестра № {number}",
            status=EventStatus.OPEN,
            event_time=now + timedelta(days=30, minutes=number),
            registration_deadline=now + timedelta(days=29, minutes=number),
            place=Place(id="1", name="Большой зал", city="Москва", address="ул. Ленина, д. 1"),
            number_of_visitors=number % 100,
            changed_at=now,
        )
        for number in range(count)
    ]


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    path = tmp_path / "events.db"
    settings = Settings(database_url=f"sqlite:///{path}")
    async with open_events_face(settings) as app, app.storage() as tx:
        await tx.events.upsert(open_events(1000))
    return path


@pytest.fixture
def ours(database: Path) -> Iterator[Client]:
    port = free_port()
    environment = {
        "EVENTS_FACE_DATABASE_URL": f"sqlite:///{database}",
        "EVENTS_FACE_HTTP_PORT": str(port),
        "EVENTS_FACE_AUTH_SIGNING_KEY": SIGNING_KEY,
        # Nothing but the hit is measured: the page stays cached throughout.
        "EVENTS_FACE_LISTING_CACHE_TTL": "1h",
    }
    with process("-m", "events_face_cli", "serve", port=port, environment=environment):
        client = Client(port, PATH)
        yield client
        client.close()


@pytest.fixture
def bare(ours: Client, tmp_path: Path) -> Iterator[Client]:
    port = free_port()
    content = tmp_path / "body.json"
    content.write_bytes(ours.body())
    server = str(Path(__file__).with_name("bare_server.py"))
    with process(server, str(content), str(port), port=port, environment={}):
        client = Client(port, "/api/events")
        yield client
        client.close()


@pytest.mark.benchmark(group="listing hit, 100 requests")
def test_a_bare_handler(benchmark: BenchmarkFixture, bare: Client) -> None:
    benchmark.pedantic(bare.batch, rounds=60, warmup_rounds=10)


@pytest.mark.benchmark(group="listing hit, 100 requests")
def test_the_listing_from_the_cache(benchmark: BenchmarkFixture, ours: Client) -> None:
    benchmark.pedantic(ours.batch, rounds=60, warmup_rounds=10)
