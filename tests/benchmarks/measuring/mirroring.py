"""A service that mirrors a large catalogue, watched while it does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import msgspec
from aiohttp import web
from attrs import define, field, frozen

from benchmarks.measuring.catalogue import BLOCK, Catalogue
from benchmarks.measuring.machine import resident_mebibytes
from benchmarks.measuring.service import serving
from benchmarks.measuring.sources import CataloguePages
from events_face_core.catalogue import Event, SyncCatalogue
from events_face_runners.embedding import Settings, open_events_face

_PATIENCE_SECONDS = 900.0


@frozen
class Moment:
    """How far a sync is: events committed, seconds since it began, memory in MiB, if known."""

    events: int
    seconds: float
    memory: float = 0.0


@frozen
class Mirrored:
    """A database with a catalogue, and how it came to it."""

    url: str
    moments: Sequence[Moment]

    def each(self, events: int) -> float:
        """Return the microseconds that each of the first so many events took."""
        reached = next(moment for moment in self.moments if moment.events >= events)
        return reached.seconds / reached.events * 1e6


@define
class Provider:
    """An aggregator with one long listing; who asks for a page has committed the one before."""

    catalogue: Catalogue
    pid: int = 0
    watched: asyncio.Event = field(factory=asyncio.Event)
    began: float = 0.0
    moments: list[Moment] = field(factory=list)
    complete: asyncio.Event = field(factory=asyncio.Event)
    prepared: dict[int, bytes] = field(factory=dict)

    async def changes(self, request: web.Request) -> web.Response:
        """Answer the listing of changes."""
        number = int(request.query.get("page", "0"))
        if self.complete.is_set():
            return web.json_response({"results": []})
        await self.watched.wait()
        self._watch(number)
        body = self.prepared.pop(number, None) or self._page(number)
        # The next page is made while this one is worked on.
        asyncio.get_running_loop().call_later(0.001, self._prepare, number + 1)
        return web.Response(body=body, content_type="application/json")

    def _watch(self, number: int) -> None:
        if number == 0:
            self.began = perf_counter()
        committed = min(number * BLOCK, self.catalogue.size)
        elapsed = perf_counter() - self.began
        self.moments.append(Moment(committed, elapsed, resident_mebibytes(self.pid)))
        if committed == self.catalogue.size:
            self.complete.set()

    def _prepare(self, number: int) -> None:
        if number * BLOCK <= self.catalogue.size:
            self.prepared = {number: self._page(number)}

    def _page(self, number: int) -> bytes:
        # The last page is empty, so that somebody asks for it when all events are committed.
        more = number * BLOCK < self.catalogue.size
        events = self.catalogue.block(number) if more else []
        following = f"http://localhost/api/events/?page={number + 1}" if more else None
        return msgspec.json.encode({"results": [*map(_wire, events)], "next": following})


def _wire(event: Event) -> dict[str, object]:
    assert event.place is not None
    return {
        "id": event.id,
        "name": event.name,
        "status": event.status.value,
        "event_time": event.event_time,
        "registration_deadline": event.registration_deadline,
        "place": {
            "id": event.place.id,
            "name": event.place.name,
            "city": event.place.city,
            "address": event.place.address,
        },
        "number_of_visitors": event.number_of_visitors,
        "changed_at": event.changed_at,
    }


async def mirror(url: str, catalogue: Catalogue, directory: Path) -> Mirrored:
    """Let a web process with its background work mirror a catalogue."""
    provider = Provider(catalogue)
    async with (
        _listening(provider) as provider_url,
        serving(
            directory / "mirror.log",
            {"database_url": url, "provider_url": provider_url},
        ) as service,
    ):
        provider.pid = service.pid
        provider.watched.set()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await provider.complete.wait()
    return Mirrored(url, tuple(provider.moments))


async def mirror_here(url: str, catalogue: Catalogue) -> Mirrored:
    """Mirror a catalogue in this process; the time to make it does not count."""
    source = CataloguePages(catalogue)
    async with open_events_face(Settings(database_url=url), source=source) as app:
        await app.sync(SyncCatalogue())
    return Mirrored(url, [Moment(events, seconds) for events, seconds in source.reached])


@asynccontextmanager
async def _listening(provider: Provider) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/api/events/", provider.changes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
