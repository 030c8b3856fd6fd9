"""Health and metrics."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec
from aiohttp import web

from events_face_adapters.resilience import CircuitState
from events_face_core.kernel import StorageUnavailableError
from events_face_runners.observing.metrics import CONTENT_TYPE
from events_face_runners.web.limits import limited
from events_face_runners.web.problems import ProblemError
from events_face_runners.web.routes import Handler
from events_face_runners.web.schemas import Liveness, Readiness
from events_face_runners.wiring.app import EventsFace
from events_face_runners.wiring.guards import worse_state

_COUNTED_SECONDS = 2.0


class OperationApi:
    """Answers operators and their tools."""

    def __init__(self, app: EventsFace) -> None:
        self._app = app
        self._circuits: list[Callable[[], Mapping[str, CircuitState]]] = [app.circuits]
        self.stopping = False

    def watch(self, circuits: Callable[[], Mapping[str, CircuitState]]) -> None:
        """Show these dependencies as well; of two with one name, the worse."""
        self._circuits.append(circuits)

    def handlers(self, limit: timedelta) -> dict[str, Handler]:
        """Return what answers the routes of operation, within a time limit."""
        return {
            "live": self.live,
            "ready": limited(self.ready, limit),
            "metrics": limited(self.metrics, limit),
        }

    async def live(self, _: web.Request) -> web.Response:
        """Answer ``GET /health/live``."""
        return _json(Liveness(status="live"))

    async def ready(self, _: web.Request) -> web.Response:
        """Answer ``GET /health/ready``: a dead dependency degrades, a dead database fails."""
        if self.stopping:
            raise _not_ready("The process is about to stop.")
        try:
            await self._app.storage.check()
        except StorageUnavailableError as error:
            raise _not_ready("The database does not answer.") from error
        return _json(Readiness(status="ready", dependencies=self._dependencies()))

    async def metrics(self, _: web.Request) -> web.Response:
        """Answer ``GET /metrics``."""
        try:
            async with asyncio.timeout(_COUNTED_SECONDS):
                undelivered = await self._app.outbox_reads.undelivered()
        except (StorageUnavailableError, TimeoutError):
            # Just then the other metrics are wanted most, and Prometheus waits ten seconds.
            undelivered = {}
        body = self._app.metrics.exposition(self._dependencies(), undelivered)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    def _dependencies(self) -> dict[str, CircuitState]:
        states: dict[str, CircuitState] = {}
        for circuits in self._circuits:
            for name, state in circuits().items():
                states[name] = worse_state(state, states.get(name, "closed"))
        return states


def _not_ready(detail: str) -> ProblemError:
    return ProblemError(503, "not-ready", "The service is not ready", detail)


def _json(value: msgspec.Struct) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )
