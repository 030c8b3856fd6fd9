"""Health and metrics."""

import msgspec
from aiohttp import web

from events_face_core.kernel import StorageUnavailableError
from events_face_runners.observing.metrics import CONTENT_TYPE
from events_face_runners.web.problems import ProblemError
from events_face_runners.web.schemas import Liveness, Readiness
from events_face_runners.wiring.app import EventsFace


class OperationApi:
    """Answers operators and their tools."""

    def __init__(self, app: EventsFace) -> None:
        self._app = app
        self.stopping = False

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
        return _json(Readiness(status="ready", dependencies=self._app.circuits()))

    async def metrics(self, _: web.Request) -> web.Response:
        """Answer ``GET /metrics``."""
        try:
            undelivered = await self._app.outbox_reads.undelivered()
        except StorageUnavailableError:
            # Just then the other metrics are wanted most.
            undelivered = {}
        body = self._app.metrics.exposition(self._app.circuits(), undelivered)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


def _not_ready(detail: str) -> ProblemError:
    return ProblemError(503, "not-ready", "The service is not ready", detail)


def _json(value: msgspec.Struct) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )
