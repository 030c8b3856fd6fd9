"""The layer around every call: it counts, lets faults strike, and words refusals."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from aiohttp import web

from events_face_runners.simulator.faults import Garbage
from events_face_runners.simulator.records import CallKind
from events_face_runners.simulator.state import Simulator
from events_face_runners.simulator.wire import (
    Handler,
    html_response,
    json_response,
    wording_refusals,
)

FIRST_ERROR_STATUS: Final = 400
HANG_CHECK_SECONDS: Final = 0.05


class FaultLayer:
    """Wraps the handlers of both services."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._stopping = asyncio.Event()

    async def stop(self, _app: web.Application) -> None:
        """Let go of the calls that hang."""
        self._stopping.set()

    def wrap(self, kind: CallKind, handler: Handler) -> Handler:
        """The handler, counted and exposed to faults."""
        act = wording_refusals(handler)

        async def exposed(request: web.Request) -> web.Response:
            count = self._simulator.calls[kind]
            count.attempted += 1
            strike = self._simulator.dice.roll(kind)
            await asyncio.sleep(strike.latency)
            if strike.fail_status is not None:
                return self._failure(strike.fail_status)
            if strike.hang:
                await self._hang(request)
                return _cut(request)
            response = await act(request)
            if response.status < FIRST_ERROR_STATUS:
                count.acted += 1
            if strike.lose_reply:
                return _cut(request)
            return _spoilt(response, strike.garbage)

        return exposed

    def _failure(self, status: int) -> web.Response:
        faults = self._simulator.faults
        if faults.html_errors:
            response = html_response(f"{status} simulated failure", status)
        else:
            response = json_response({"detail": "Simulated failure."}, status)
        if faults.retry_after is not None:
            response.headers["Retry-After"] = _retry_after(
                faults.retry_after, as_date=faults.retry_after_date
            )
        return response

    async def _hang(self, request: web.Request) -> None:
        """Wait until the caller goes or the server stops."""
        while request.transport is not None and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), HANG_CHECK_SECONDS)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; the response returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _spoilt(response: web.Response, garbage: Garbage | None) -> web.Response:
    if garbage is None or response.status >= FIRST_ERROR_STATUS:
        return response
    if garbage == "html":
        return html_response("This is not JSON", response.status)
    body = response.body if isinstance(response.body, bytes) else b""
    return web.Response(
        body=body[: len(body) // 2], status=response.status, content_type="application/json"
    )


def _retry_after(seconds: int, *, as_date: bool) -> str:
    if not as_date:
        return str(seconds)
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
