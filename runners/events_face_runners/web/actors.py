"""Who asks: the account behind the access token of a request (RFC 6750)."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from events_face_core.kernel import GUEST, Actor, SignInRequiredError

Authenticate = Callable[[str], Awaitable[Actor]]
"""Returns the actor of an access token, or raises ``SignInRequiredError``."""

AUTHENTICATE: web.AppKey[Authenticate] = web.AppKey("authenticate")


def bearer_token(request: web.Request) -> str | None:
    """Return the access token of a request, or nothing for a guest.

    Raises:
        SignInRequiredError: there are credentials, but of another kind.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInRequiredError("Send `Authorization: Bearer` and the access token.")
    return token.strip()


async def read_actor(request: web.Request) -> Actor:
    """Return who asks; without credentials that is a guest.

    Raises:
        SignInRequiredError: the credentials are none that we take.
    """
    token = bearer_token(request)
    return GUEST if token is None else await request.app[AUTHENTICATE](token)
