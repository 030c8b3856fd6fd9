"""The time limit of a request."""

import asyncio
from datetime import timedelta

from aiohttp import web

from events_face_runners.web.problems import ProblemError
from events_face_runners.web.routes import Handler


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
