"""The front: what every request goes through, whatever becomes of it.

Its id, its log line, its metrics, the problem that an error becomes, and before all routing the
answers that are ready. It stands around aiohttp's application rather than in it: the machinery
of aiohttp's own middlewares costs a listing from the cache a tenth of its time.
"""

import re
from collections.abc import Awaitable, Callable
from itertools import count
from time import perf_counter
from uuid import uuid4

from aiohttp import web

from events_face_runners.observing.access_log import AccessLog
from events_face_runners.observing.logs import request_id
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.tracing import TracedRequests
from events_face_runners.web.cors import CrossOrigin
from events_face_runners.web.problems import problem_response
from events_face_runners.web.representations import COMMON_HEADERS, ReadyResponse
from events_face_runners.web.routes import Handler

Front = Callable[[Handler], Handler]
"""Is put around the application's own handler."""

Shortcut = Callable[[web.Request], web.StreamResponse | None]
"""Answers at once what is ready, else leaves it to the routes; answers one route only."""

Answered = Callable[
    [Awaitable[web.StreamResponse], web.Request, str], Awaitable[web.StreamResponse]
]
"""Awaits an answer to a request of this id; an error becomes one."""

FRONT: web.AppKey[Front] = web.AppKey("front")

_REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)
# Probes and scrapes come every few seconds, and tell no story.
_FOR_OPERATORS = ("/health/", "/metrics")


def make_front(  # noqa: PLR0913  # each is a thing that every request goes through
    metrics: Metrics,
    access_log: AccessLog | None,
    shortcut: Shortcut,
    shortcut_route: str,
    *,
    cors: CrossOrigin | None = None,
    traced: TracedRequests | None = None,
) -> Front:
    """Return the front.

    Args:
        metrics: where requests are counted.
        access_log: where they are written down, if anywhere.
        shortcut: what is asked before the routes.
        shortcut_route: the route that it answers for.
        cors: opens answers to the pages of other sites, if to any.
        traced: traces requests, if they are traced.
    """
    # Unique everywhere by its prefix, and counting is cheaper than drawing a new random id.
    prefix, numbers = uuid4().hex[:16], count()
    answered: Answered = _answered
    if traced is not None:
        answered = _traced(traced)
        shortcut = _told(shortcut, shortcut_route, traced)

    def front(handler: Handler) -> Handler:
        async def observed(request: web.Request) -> web.StreamResponse:
            started = perf_counter()
            current = request.headers.get("X-Request-ID", "")
            if not _REQUEST_ID.fullmatch(current):
                current = f"{prefix}-{next(numbers):x}"
            response, route = shortcut(request), shortcut_route
            if response is None:
                response = await answered(handler(request), request, current)
                route = _route(request)
            if cors is not None:
                response = cors.open(request, response)
            if isinstance(response, ReadyResponse):
                response.request_id = current
            else:
                response.headers["X-Request-ID"] = current
                for name, value in COMMON_HEADERS.items():
                    response.headers.setdefault(name, value)
            seconds = perf_counter() - started
            metrics.request(request.method, route, response.status, seconds)
            if access_log is not None:
                access_log.record(request.method, route, response.status, seconds, current)
            return response

        return observed

    return front


async def _answered(
    answer: Awaitable[web.StreamResponse], request: web.Request, current: str
) -> web.StreamResponse:
    token = request_id.set(current)
    try:
        return await answer
    except Exception as error:  # noqa: BLE001  # each becomes an answer; unknown are logged
        return problem_response(error, request.rel_url.raw_path)
    finally:
        request_id.reset(token)


def _traced(traced: TracedRequests) -> Answered:
    """Return what answers, and traces it."""

    async def answered(
        answer: Awaitable[web.StreamResponse], request: web.Request, current: str
    ) -> web.StreamResponse:
        if request.rel_url.raw_path.startswith(_FOR_OPERATORS):
            return await _answered(answer, request, current)
        with traced.around(request.method, request.headers, current) as ended:
            response = await _answered(answer, request, current)
            ended(_route(request), response.status)
            return response

    return answered


def _told(shortcut: Shortcut, route: str, traced: TracedRequests) -> Shortcut:
    """Return the shortcut, and tell of what it answers."""

    def answered(request: web.Request) -> web.StreamResponse | None:
        started = perf_counter()
        response = shortcut(request)
        if response is not None:
            seconds = perf_counter() - started
            traced.answered_at_once(request.method, route, request.headers, seconds)
        return response

    return answered


def _route(request: web.Request) -> str:
    """Return the route, not the path: the id of a registration is its visitor's secret."""
    resource = request.match_info.route.resource
    return "unknown" if resource is None else resource.canonical
