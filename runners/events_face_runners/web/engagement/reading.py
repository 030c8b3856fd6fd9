"""What the handlers of engagement read of every request, and how they answer."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from events_face_core.engagement import EventUnknownError
from events_face_core.kernel import (
    Actor,
    IdempotencyKey,
    Role,
    has_control_characters,
    require,
)
from events_face_runners.web.actors import read_actor
from events_face_runners.web.reading import read_idempotency_key

SIGNED_IN = (Role.USER, Role.ORGANIZER, Role.ADMIN)


async def admitted(request: web.Request, *roles: Role) -> Actor:
    """Return who asks, before the body is read; the core decides once more.

    Raises:
        SignInRequiredError, ForbiddenError: none with these roles asks.
    """
    actor = await read_actor(request)
    require(actor, *roles)
    return actor


def read_own_key(
    request: web.Request, actor: Actor, *fingerprinted: object
) -> IdempotencyKey | None:
    """Return the ``Idempotency-Key``: what one person chose, another may choose too.

    Raises:
        ProblemError: 400, the key is empty, too long or not printable.
    """
    key = read_idempotency_key(request, *fingerprinted)
    return None if key is None else key.of(actor.id)


def known_id(event_id: str) -> str:
    """Return the id of an event; one that no id can be is simply unknown.

    Raises:
        EventUnknownError: it is no text.
    """
    if has_control_characters(event_id):
        raise EventUnknownError
    return event_id


def answer(
    status: int, view: msgspec.Struct, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a view as JSON, for nobody but whoever asked."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(view),
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def no_content() -> web.Response:
    """Return the answer of what was done and leaves nothing to say."""
    return web.Response(status=204, headers={"Cache-Control": "no-store"})
