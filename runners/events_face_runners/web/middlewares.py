"""What surrounds every request: its id, its log line and metrics, its errors, its time limit."""

import asyncio
import re
from datetime import timedelta
from itertools import count
from time import perf_counter
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Middleware

from events_face_runners.observing.access_log import AccessLog
from events_face_runners.observing.logs import request_id
from events_face_runners.observing.metrics import Metrics
from events_face_runners.web.problems import ProblemError, problem_response
from events_face_runners.web.routes import Handler

_REQUEST_ID = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII)


def observed(metrics: Metrics, access_log: AccessLog | None) -> Middleware:
    """Return the middleware: one, because each costs every request.

    Args:
        metrics: where requests are counted.
        access_log: where they are written down, if anywhere.
    """
    # Unique everywhere by its prefix, and counting is cheaper than drawing a new random id.
    prefix, numbers = uuid4().hex[:16], count()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = perf_counter()
        current = request.headers.get("X-Request-ID", "")
        if not _REQUEST_ID.fullmatch(current):
            current = f"{prefix}-{next(numbers):x}"
        token = request_id.set(current)
        try:
            response = await handler(request)
        except Exception as error:  # noqa: BLE001  # each becomes an answer; unknown are logged
            response = problem_response(error, request.rel_url.raw_path)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = current
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Server"] = "events-face"
        seconds = perf_counter() - started
        # The route, not the path: the id of a registration is its visitor's secret.
        resource = request.match_info.route.resource
        route = "unknown" if resource is None else resource.canonical
        metrics.request(request.method, route, response.status, seconds)
        if access_log is not None:
            access_log.record(request.method, route, response.status, seconds, current)
        return response

    return middleware


def limited(handler: Handler, limit: timedelta) -> Handler:
    """Return the handler with a time limit: over it, it is cut off and answers 503."""
    seconds = limit.total_seconds()

    async def cut_off(request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(seconds):
                return await handler(request)
        except TimeoutError as error:
            raise ProblemError(
                503, "timeout", "The request took too long", "Please try again."
            ) from error

    return cut_off
