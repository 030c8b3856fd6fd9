"""What surrounds every request: its id, its log line and metrics, its errors, its time limit."""

import asyncio
import logging
import re
from datetime import timedelta
from time import perf_counter
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Middleware

from events_face_runners.observing.logs import request_id
from events_face_runners.observing.metrics import Metrics
from events_face_runners.web.problems import ProblemError, problem_response
from events_face_runners.web.routes import Handler

access_log = logging.getLogger("events_face.access")

_REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)


def observed(metrics: Metrics, limit: timedelta) -> Middleware:
    """Return the middleware: one, because each costs every request.

    Args:
        metrics: where requests are counted.
        limit: how long a handler may take before it is cut off with 503.
    """
    seconds = limit.total_seconds()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = perf_counter()
        given = request.headers.get("X-Request-ID", "")
        current = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        token = request_id.set(current)
        try:
            response = await _answered(request, handler, seconds)
            response.headers["X-Request-ID"] = current
            response.headers["X-Content-Type-Options"] = "nosniff"
            _record(metrics, request, response, perf_counter() - started)
        finally:
            request_id.reset(token)
        return response

    return middleware


async def _answered(request: web.Request, handler: Handler, seconds: float) -> web.StreamResponse:
    try:
        async with asyncio.timeout(seconds):
            return await handler(request)
    except TimeoutError:
        late = ProblemError(503, "timeout", "The request took too long", "Please try again.")
        return problem_response(late, request.path)
    except Exception as error:  # noqa: BLE001  # every error becomes an answer; unknown are logged
        return problem_response(error, request.path)


def _record(
    metrics: Metrics, request: web.Request, response: web.StreamResponse, seconds: float
) -> None:
    # The route, not the path: the id of a registration is its visitor's secret.
    resource = request.match_info.route.resource
    route = "unknown" if resource is None else resource.canonical
    metrics.request(request.method, route, response.status, seconds)
    access_log.info(
        "request",
        extra={
            "method": request.method,
            "route": route,
            "status": response.status,
            "milliseconds": round(seconds * 1000, 3),
        },
    )
