"""``/api/events``: the listing and one event, from ready answers where possible."""

from collections.abc import Hashable
from datetime import timedelta

import msgspec
from aiohttp import web

from events_face_adapters.cache import Cache
from events_face_core.catalogue import CatalogueQueries, EventNotFoundError, EventQuery, Origin
from events_face_core.ticketing import OwnEventNotFoundError
from events_face_runners.observing.metrics import Metrics
from events_face_runners.web.limits import limited
from events_face_runners.web.listing_query import page_reference, parse_listing_query
from events_face_runners.web.problems import ProblemError
from events_face_runners.web.reading import read_id
from events_face_runners.web.ready_answers import ReadyAnswer, answer, cache_control, ready
from events_face_runners.web.schemas import EventListView, event_view
from events_face_runners.web.ticketing import OwnEventApi

LISTING_PATH = "/api/events"

_ENCODER = msgspec.json.Encoder()


class EventsApi:
    """Answers questions about events.

    What is cached is answered at once; only the way to the database has a time limit.
    """

    def __init__(
        self,
        queries: CatalogueQueries,
        cache: Cache[ReadyAnswer],
        metrics: Metrics,
        limit: timedelta,
        own: OwnEventApi,
    ) -> None:
        self._queries = queries
        self._cache = cache
        self._metrics = metrics
        self._own = own
        self._cache_control = cache_control(cache.ttl)
        self._load_list = limited(self._list, limit)
        self._load_event = limited(self._show, limit)

    def ready_list(self, request: web.Request) -> web.StreamResponse | None:
        """Answer a listing that is cached, before any routing; leave the rest to the routes."""
        if request.method != "GET" or request.rel_url.raw_path != LISTING_PATH:
            return None
        try:
            query = parse_listing_query(request.rel_url.raw_query_string)
        except ProblemError:
            return None
        made = self._cache.get(query)
        if made is None or "Expect" in request.headers:
            return None
        self._metrics.cache_hit()
        return answer(request, made)

    async def list_events(self, request: web.Request) -> web.StreamResponse:
        """Answer ``GET /api/events``."""
        query = parse_listing_query(request.rel_url.raw_query_string)
        cached = self._cached(request, query)
        return await self._load_list(request) if cached is None else cached

    async def show_event(self, request: web.Request) -> web.StreamResponse:
        """Answer ``GET /api/events/{event_id}``."""
        event_id = read_id(request, "event_id")
        cached = None if self._own.knows(event_id) else self._cached(request, event_id)
        return await self._load_event(request) if cached is None else cached

    def _cached(self, request: web.Request, key: Hashable) -> web.StreamResponse | None:
        made = self._cache.get(key)
        if made is None:
            self._metrics.cache_miss()
            return None
        self._metrics.cache_hit()
        return answer(request, made)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        query = parse_listing_query(request.rel_url.raw_query_string)
        made = await self._cache.get_or_load(query, lambda: self._page(query))
        return answer(request, made)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        event_id = read_id(request, "event_id")
        if self._own.knows(event_id):
            return await self._own.show(request, event_id)
        try:
            made = await self._cache.get_or_load(event_id, lambda: self._event(event_id))
        except EventNotFoundError as unknown:
            return await self._show_own(request, event_id, unknown)
        return answer(request, made)

    async def _show_own(
        self, request: web.Request, event_id: str, unknown: EventNotFoundError
    ) -> web.StreamResponse:
        try:
            return await self._own.show(request, event_id)
        except OwnEventNotFoundError as error:
            raise unknown from error

    async def _page(self, query: EventQuery) -> ReadyAnswer:
        page = await self._queries.page(query)
        view = EventListView(
            next=page_reference(query, page.next),
            previous=page_reference(query, page.previous),
            results=[event_view(event) for event in page.items],
        )
        return ready(_ENCODER.encode(view), self._cache_control)

    async def _event(self, event_id: str) -> ReadyAnswer:
        event = await self._queries.event(event_id)
        if event.origin is Origin.OWN:
            # The listing knows less of it than there is to show.
            raise EventNotFoundError
        return ready(_ENCODER.encode(event_view(event)), self._cache_control)
