"""What the answers of accounts have in common: nobody keeps them."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from events_face_core.accounts import AuthenticateHandler, SignedIn
from events_face_core.kernel import SignInRequiredError
from events_face_runners.web.actors import bearer_token

_PRIVATE = {"Cache-Control": "no-store"}


def private(
    status: int, view: msgspec.Struct | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer that no cache keeps."""
    headers = {**_PRIVATE, **(headers or {})}
    if view is None:
        return web.Response(status=status, headers=headers)
    return web.Response(
        status=status,
        body=msgspec.json.encode(view),
        content_type="application/json",
        charset="utf-8",
        headers=headers,
    )


async def read_signed_in(request: web.Request, authenticate: AuthenticateHandler) -> SignedIn:
    """Return who asks, and in which session.

    Raises:
        SignInRequiredError: it is a guest, or the access token is none that we take.
    """
    token = bearer_token(request)
    if token is None:
        raise SignInRequiredError
    return await authenticate(token)
