"""The OpenAPI document and Swagger UI, its assets served from here."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
from aiohttp import web

from events_face_runners.web.openapi import openapi_document
from events_face_runners.web.ready_answers import ReadyAnswer, answer, ready
from events_face_runners.web.routes import Route

_ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>events-face API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CACHE = "public, max-age=3600"


def add_documents(app: web.Application, routes: Sequence[Route]) -> None:
    """Serve ``/api/openapi.json`` and ``/api/docs``."""

    @cache
    def document() -> ReadyAnswer:
        # Made when it is first asked for: every start would wait for it, and few are asked.
        return ready(msgspec.json.encode(openapi_document(routes)), "no-cache")

    async def openapi(request: web.Request) -> web.StreamResponse:
        return answer(request, document())

    async def page(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": _CACHE}
        return web.Response(text=_PAGE, content_type="text/html", headers=headers)

    async def start(_: web.Request) -> web.Response:
        headers = {"Cache-Control": _CACHE}
        return web.Response(text=_START, content_type="text/javascript", headers=headers)

    async def asset(request: web.Request) -> web.Response:
        name = request.match_info["asset"]
        if name not in _ASSETS:
            raise web.HTTPNotFound
        headers = {"Cache-Control": _CACHE}
        return web.Response(body=_content(name), content_type=_ASSETS[name], headers=headers)

    app.router.add_get("/api/openapi.json", openapi)
    app.router.add_get("/api/docs", page)
    app.router.add_get("/api/docs/", page)
    app.router.add_get("/api/docs/start.js", start)
    app.router.add_get("/api/docs/{asset}", asset)


@cache
def _content(asset: str) -> bytes:
    return files("swagger_ui").joinpath("static", asset).read_bytes()
