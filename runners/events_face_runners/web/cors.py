"""Which other sites' pages may call us (CORS), where the settings name some.

It stands in the front: what is answered before any route, and what goes wrong after it, must be
readable too. There are no cookies here, so no credentials are ever allowed.
"""

from collections.abc import Mapping

from aiohttp import web
from attrs import field, frozen

from events_face_runners.web.representations import ReadyResponse
from events_face_runners.wiring.settings import ANY_ORIGIN, origins_of

_EXPOSED = "ETag, Location, Retry-After, WWW-Authenticate, X-Request-ID"
_TAKEN = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "X-Request-ID, traceparent"
)
_MAX_AGE_SECONDS = 600
_NO_SUCH_METHOD = 405


@frozen
class CrossOrigin:
    """Opens answers to the pages of some origins.

    Attributes:
        origins: each as browsers send it, or ``*`` alone for all of them.
    """

    origins: tuple[str, ...]
    _headers: Mapping[str, Mapping[str, str]] = field(init=False)
    _lines: Mapping[str, str] = field(init=False)

    @_headers.default
    def _by_origin(self) -> Mapping[str, Mapping[str, str]]:
        # What differs by origin must say so to caches, even where no origin is named.
        vary = {} if ANY_ORIGIN in self.origins else {"Vary": "Origin"}
        return {
            "": vary,
            **{
                origin: {
                    "Access-Control-Allow-Origin": origin,
                    "Access-Control-Expose-Headers": _EXPOSED,
                    **vary,
                }
                for origin in self.origins
            },
        }

    @_lines.default
    def _rendered(self) -> Mapping[str, str]:
        return {
            origin: "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            for origin, headers in self._headers.items()
        }

    def open(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        """Return the response, readable to the page that asks if its origin is one of ours.

        What a browser asks beforehand the routes refuse, and with that say which methods they
        take: of that the answer is made. Of other origins nothing is known here: they get what
        they would get without CORS.
        """
        origin = self._admitted(request)
        if isinstance(response, ReadyResponse):
            response.more = self._lines[origin]
            return response
        if origin and response.status == _NO_SUCH_METHOD and _asks_beforehand(request):
            response = _permission(response.headers["Allow"])
        vary = response.headers.get("Vary")
        response.headers.update(self._headers[origin])
        if vary is not None and "Vary" in self._headers[origin]:
            response.headers["Vary"] = f"{vary}, Origin"
        return response

    def _admitted(self, request: web.Request) -> str:
        if ANY_ORIGIN in self._headers:
            return ANY_ORIGIN
        origin = request.headers.get("Origin", "")
        return origin if origin in self._headers else ""


def cross_origin(setting: str) -> CrossOrigin | None:
    """Return what opens answers to the origins of the setting, or nothing without any."""
    origins = origins_of(setting)
    return CrossOrigin(origins) if origins else None


def _asks_beforehand(request: web.Request) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _permission(methods: str) -> web.Response:
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": _TAKEN,
            "Access-Control-Max-Age": str(_MAX_AGE_SECONDS),
        },
    )
