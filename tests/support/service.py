"""The service in the test's own process, on a real socket."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
import msgspec
from aiohttp import web
from multidict import CIMultiDictProxy
from yarl import URL

from events_face_core.catalogue import SyncCatalogue, SyncReport
from events_face_core.kernel import Clock
from events_face_runners.background import Background, kicking
from events_face_runners.observing.access_log import AccessLog
from events_face_runners.observing.tracing import Tracing
from events_face_runners.web.actors import AUTHENTICATE, Authenticate
from events_face_runners.web.app import CACHE, OPERATION, OWN_EVENTS, create_web_app
from events_face_runners.web.connections import Runner
from events_face_runners.web.server import follow_catalogue
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.settings import Settings

_STOP_SECONDS = 15.0


@attrs.frozen
class Answer:
    """An answer, read to its end."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401  # it is JSON
        return msgspec.json.decode(self.body)


@attrs.frozen
class Service:
    """A running service: its face over HTTP, and the hand on its inside."""

    app: EventsFace
    url: str
    client: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: object = None,
    ) -> Answer:
        """Send a request; the path is taken as it is, encoded or not."""
        async with self.client.request(
            method,
            URL(self.url + path, encoded=True),
            headers=headers,
            json=json,
            data=data,
            allow_redirects=False,
        ) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **headers: str) -> Answer:
        """GET, with headers such as ``if_none_match``."""
        return await self.call(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    async def register(
        self, event_id: str, body: object, *, key: str | None = None, language: str = "ru"
    ) -> Answer:
        """POST a registration."""
        headers = {"Accept-Language": language, **({"Idempotency-Key": key} if key else {})}
        path = f"/api/events/{event_id}/registrations"
        return await self.call("POST", path, json=body, headers=headers)

    async def registration(self, registration_id: str) -> dict[str, Any]:
        """GET a registration that exists."""
        answer = await self.get(f"/api/registrations/{registration_id}")
        assert answer.status == 200, answer
        shown: dict[str, Any] = answer.json()
        return shown

    async def status(self, registration_id: str) -> str:
        """Where a registration stands, and why, in one word: ``rejected: sold-out``."""
        shown = await self.registration(registration_id)
        return ": ".join(filter(None, (shown["status"], shown["reason"])))

    async def sync(self) -> SyncReport:
        """Sync once, now."""
        return await self.app.sync(SyncCatalogue())


@asynccontextmanager
async def running_service(
    settings: Settings,
    *,
    clock: Clock | None = None,
    background: bool = True,
    access_log: AccessLog | None = None,
    tracing: Tracing | None = None,
    authenticate: Authenticate | None = None,
) -> AsyncIterator[Service]:
    """A service that listens while the block runs, wired as ``serve`` wires it.

    Without ``background`` nothing is synced, delivered, rejected or purged by itself.
    ``authenticate`` takes the place of the accounts.
    """
    async with open_events_face(settings, clock=clock, tracing=tracing) as app:
        web_app = create_web_app(app, access_log)
        if authenticate is not None:
            web_app[AUTHENTICATE] = authenticate
        runner = Runner(web_app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stop = asyncio.Event()
        tasks = [asyncio.create_task(follow_catalogue(app, web_app[CACHE], web_app[OWN_EVENTS]))]
        work = Background(app)
        worker = asyncio.create_task(work.run(stop)) if background else None
        # No connection is kept, so that none is found closed by the other side.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with aiohttp.ClientSession(connector=connector) as client, kicking(app) as circuits:
            web_app[OPERATION].watch(circuits)
            if background:
                web_app[OPERATION].watch(work.circuits)
            try:
                yield Service(app, f"http://127.0.0.1:{runner.addresses[0][1]}", client)
            finally:
                stop.set()
                if worker is not None:
                    await asyncio.wait_for(worker, _STOP_SECONDS)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await runner.cleanup()
