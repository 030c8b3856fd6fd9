"""The port of a process that serves no visitors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from events_face_runners.simulator import Simulator
from events_face_runners.web.operation_api import OperationApi
from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import EventsFace, open_events_face
from support.making import quick_settings
from support.problems import problem
from support.processes import free_port
from support.service import Service


@pytest.fixture
async def app(tmp_path: Path, simulator: Simulator) -> AsyncIterator[EventsFace]:
    settings = quick_settings(tmp_path, simulator, operation_port=free_port())
    async with open_events_face(settings) as app:
        yield app


@asynccontextmanager
async def operated(app: EventsFace) -> AsyncIterator[tuple[OperationApi, Service]]:
    """The port, and a client before it."""
    url = f"http://{app.settings.http_host}:{app.settings.operation_port}"
    connector = aiohttp.TCPConnector(force_close=True)
    async with (
        operation_port(app) as operation,
        aiohttp.ClientSession(connector=connector) as client,
    ):
        yield operation, Service(app, url, client)


def remove_files(directory: Path) -> None:
    for file in directory.iterdir():
        file.unlink()


async def test_it_serves_health_and_metrics(app: EventsFace) -> None:
    async with operated(app) as (_, service):
        live = await service.get("/health/live")
        ready = await service.get("/health/ready")
        metrics = await service.get("/metrics")

    assert live.json() == {"status": "live"}
    assert ready.json()["dependencies"] == {"provider": "closed", "notifier": "closed"}
    assert "events_face_outbox_rows" in metrics.body.decode()


async def test_it_serves_nothing_else(app: EventsFace) -> None:
    async with operated(app) as (_, service):
        problem(await service.get("/api/events"), 404, "not-found")
        problem(await service.call("POST", "/metrics"), 405, "method-not-allowed")


async def test_what_the_process_depends_on_as_well_is_shown_and_the_worse_counts(
    app: EventsFace,
) -> None:
    async with operated(app) as (operation, service):
        operation.watch(lambda: {"redis": "half-open", "provider": "open"})
        operation.watch(lambda: {"redis": "closed"})

        ready = await service.get("/health/ready")

    assert ready.status == 200
    assert ready.json()["dependencies"] == {
        "provider": "open",
        "notifier": "closed",
        "redis": "half-open",
    }


async def test_a_process_about_to_stop_is_not_ready(app: EventsFace) -> None:
    async with operated(app) as (operation, service):
        operation.stopping = True

        problem(await service.get("/health/ready"), 503, "not-ready")


async def test_a_process_without_a_database_is_not_ready(app: EventsFace, tmp_path: Path) -> None:
    async with operated(app) as (_, service):
        remove_files(tmp_path)

        problem(await service.get("/health/ready"), 503, "not-ready")


async def test_port_zero_is_nowhere(app: EventsFace) -> None:
    settings = replace(app.settings, operation_port=0)
    async with open_events_face(settings) as other, operation_port(other) as operation:
        assert operation.stopping is False


async def test_a_port_that_is_taken_stops_the_start(app: EventsFace) -> None:
    host, port = app.settings.http_host, app.settings.operation_port
    taken = await asyncio.start_server(lambda *_: None, host, port)

    with pytest.raises(OSError, match="address already in use"):
        async with operation_port(app):
            pass

    taken.close()
    await taken.wait_closed()
