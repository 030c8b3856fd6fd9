"""The route table: the router and the OpenAPI document are both made from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import HttpVersion11, web
from attrs import field, frozen

from events_face_core.kernel import Role

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Schema = Mapping[str, Any]


@frozen(kw_only=True)
class Parameter:
    """A parameter as OpenAPI describes it."""

    name: str
    place: str
    description: str
    schema: Schema
    required: bool = False
    explode: bool | None = None


@frozen(kw_only=True)
class Answer:
    """One answer that a route can give.

    Attributes:
        body: the type of its JSON body; or none.
        or_body: the type of the JSON body in some cases.
        content_type: of the body, where it is not JSON of ``body``.
        files: the types of the files that it can be instead.
    """

    description: str
    body: type | None = None
    or_body: type | None = None
    content_type: str = "application/json"
    files: Sequence[str] = ()
    headers: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Route:
    """An operation of the HTTP surface.

    Attributes:
        operation_id: names it; the handler is found by it.
        body_required: whether it can be left out.
        problems: the statuses it can answer with a problem, and when.
        roles: who may call it; nobody needs to sign in where there are none. The core decides,
            this only tells.
    """

    method: str
    path: str
    operation_id: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    problems: Mapping[int, str] = field(factory=dict)
    parameters: Sequence[Parameter] = ()
    body: type | None = None
    body_required: bool = True
    roles: Sequence[Role] = ()


def add_routes(
    app: web.Application, routes: Sequence[Route], handlers: Mapping[str, Handler]
) -> None:
    """Put the routes into the router, each with the handler of its operation id.

    Every GET answers HEAD too.

    Raises:
        ValueError: a route has no handler, or a handler no route.
    """
    unmatched = {route.operation_id for route in routes} ^ set(handlers)
    if unmatched:
        raise ValueError(f"routes and handlers do not match: {', '.join(sorted(unmatched))}")
    for route in routes:
        handler = handlers[route.operation_id]
        if route.method == "GET":
            app.router.add_get(route.path, handler, expect_handler=_go_on)
        else:
            app.router.add_route(route.method, route.path, handler, expect_handler=_go_on)


async def _go_on(request: web.Request) -> None:
    """Tell who asks first to go on; other expectations mean nothing here (RFC 9110, 10.1.1)."""
    asked = request.headers.get("Expect", "").lower() == "100-continue"
    if asked and request.version >= HttpVersion11:
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself is still to come
