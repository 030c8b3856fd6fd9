"""JSON in, JSON out, and who may call."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import msgspec
from aiohttp import web

from events_face_runners.simulator.refusals import RefusedError, refused

T = TypeVar("T")

Handler = Callable[[web.Request], Awaitable[web.Response]]


def json_response(body: object, status: int = 200) -> web.Response:
    """An answer in JSON."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )


def html_response(title: str, status: int) -> web.Response:
    """An answer in HTML, as proxies and broken servers give it."""
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return web.Response(text=page, status=status, content_type="text/html")


def wording_refusals(handler: Handler) -> Handler:
    """The handler, with its refusals turned into answers."""

    async def worded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except RefusedError as refusal:
            return json_response(refusal.body, refusal.status)

    return worded


async def read_body(request: web.Request, shape: type[T]) -> T:
    """The body in its expected shape, or a refusal with 400 that says what is wrong."""
    raw = await request.read()
    if request.content_type != "application/json":
        raise refused(400, "Content-Type must be application/json.")
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(400, str(error)) from error


def converted(body: object, shape: type[T]) -> T:
    """Parsed JSON in its expected shape, or a refusal with 400 that says what is wrong."""
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise refused(400, str(error)) from error


def event_id_of(request: web.Request) -> UUID:
    """The event's id in the path, or a refusal with 404."""
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise refused(404, "Event not found.") from None


def check_bearer(request: web.Request, token: str, *, missing: int) -> None:
    """Want `Authorization: Bearer <token>`; `missing` is the status when it is absent."""
    if not token:
        return
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise refused(missing, "Not authenticated.")
    if given.strip() != token:
        raise refused(401, "Invalid token.")


def check_api_key(request: web.Request, token: str) -> None:
    """Want `X-API-Key: <token>` (the case of a header's name means nothing)."""
    if token and request.headers.get("X-API-Key") != token:
        raise refused(401, "Invalid or missing API key.")
