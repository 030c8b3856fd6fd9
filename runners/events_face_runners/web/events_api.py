"""``/api/events``: the listing and one event, from ready answers where possible."""

import msgspec
from aiohttp import web

from events_face_adapters.cache import MemoryCache
from events_face_core.catalogue import CatalogueQueries, EventQuery
from events_face_runners.observing.metrics import Metrics
from events_face_runners.web.listing_query import page_reference, parse_listing_query
from events_face_runners.web.reading import read_id
from events_face_runners.web.ready_answers import ReadyAnswer, answer, ready
from events_face_runners.web.schemas import EventListView, event_view

_ENCODER = msgspec.json.Encoder()


class EventsApi:
    """Answers questions about events."""

    def __init__(
        self, queries: CatalogueQueries, cache: MemoryCache[ReadyAnswer], metrics: Metrics
    ) -> None:
        self._queries = queries
        self._cache = cache
        self._metrics = metrics
        self._cache_control = f"public, max-age={int(cache.ttl)}"

    async def list_events(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/events``."""
        query = parse_listing_query(request.rel_url.raw_query_string)
        made = self._cache.get(query)
        if made is None:
            self._metrics.cache_miss()
            made = await self._cache.get_or_load(query, lambda: self._list(query))
        else:
            self._metrics.cache_hit()
        return answer(request, made)

    async def show_event(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/events/{event_id}``."""
        event_id = read_id(request, "event_id")
        made = await self._cache.get_or_load(event_id, lambda: self._show(event_id))
        return answer(request, made)

    async def _list(self, query: EventQuery) -> ReadyAnswer:
        page = await self._queries.page(query)
        view = EventListView(
            next=page_reference(query, page.next),
            previous=page_reference(query, page.previous),
            results=[event_view(event) for event in page.items],
        )
        return ready(_ENCODER.encode(view), self._cache_control)

    async def _show(self, event_id: str) -> ReadyAnswer:
        event = await self._queries.event(event_id)
        return ready(_ENCODER.encode(event_view(event)), self._cache_control)
