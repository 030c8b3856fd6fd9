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
from events_face_runners.web.problems import problem_response
from events_face_runners.web.representations import COMMON_HEADERS, ReadyResponse
from events_face_runners.web.routes import Handler

Front = Callable[[Handler], Handler]
"""Is put around the application's own handler."""

Shortcut = Callable[[web.Request], web.StreamResponse | None]
"""Answers at once what is ready, else leaves it to the routes; answers one route only."""

FRONT: web.AppKey[Front] = web.AppKey("front")

_REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)


def make_front(
    metrics: Metrics, access_log: AccessLog | None, shortcut: Shortcut, shortcut_route: str
) -> Front:
    """Return the front.

    Args:
        metrics: where requests are counted.
        access_log: where they are written down, if anywhere.
        shortcut: what is asked before the routes.
        shortcut_route: the route that it answers for.
    """
    # Unique everywhere by its prefix, and counting is cheaper than drawing a new random id.
    prefix, numbers = uuid4().hex[:16], count()

    def front(handler: Handler) -> Handler:
        async def observed(request: web.Request) -> web.StreamResponse:
            started = perf_counter()
            current = request.headers.get("X-Request-ID", "")
            if not _REQUEST_ID.fullmatch(current):
                current = f"{prefix}-{next(numbers):x}"
            response, route = shortcut(request), shortcut_route
            if response is None:
                response = await _answered(handler(request), request, current)
                route = _route(request)
            if isinstance(response, ReadyResponse):
                response.request_id = current
            else:
                response.headers["X-Request-ID"] = current
                response.headers.update(COMMON_HEADERS)
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


def _route(request: web.Request) -> str:
    """Return the route, not the path: the id of a registration is its visitor's secret."""
    resource = request.match_info.route.resource
    return "unknown" if resource is None else resource.canonical
