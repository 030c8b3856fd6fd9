"""Connections: what is not HTTP, aiohttp answers before any route; here it becomes a problem."""

from uuid import uuid4

from aiohttp import web

from events_face_runners.web.front import FRONT
from events_face_runners.web.problems import ProblemError, problem_response
from events_face_runners.web.representations import COMMON_HEADERS

_HINT = (
    "This is not a request of HTTP/1.1, or a line of it is too long. "
    "Addresses must be percent-encoded: é is %C3%A9."
)


class Connection(web.RequestHandler):
    """A connection that answers nothing but problems where it cannot find a request."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what never became a request, and close the connection."""
        if status != web.HTTPBadRequest.status_code or request.writer.output_size:
            return super().handle_error(request, status, exc, message)
        error = ProblemError(status, "malformed-request", "The request is malformed", _HINT)
        response = problem_response(error, request.rel_url.raw_path)
        response.headers.update({"X-Request-ID": uuid4().hex, **COMMON_HEADERS})
        response.force_close()
        return response


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """aiohttp's runner, with our connections and our front around the application.

    Bodies are not unpacked: we take none packed.
    """

    __slots__ = ("_front",)

    def __init__(self, app: web.Application, *, shutdown_timeout: float) -> None:
        self._front = app[FRONT]
        super().__init__(
            app, access_log=None, auto_decompress=False, shutdown_timeout=shutdown_timeout
        )

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = _Server
        # An application makes a Request of everything that comes in.
        server.request_handler = self._front(server.request_handler)  # type: ignore[assignment]
        return server
