"""Who asks: the account behind the access token of a request (RFC 6750)."""

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from events_face_core.kernel import GUEST, Actor, Role, SignInRequiredError, require
from events_face_runners.web.routes import Handler

Authenticate = Callable[[str], Awaitable[Actor]]
"""Returns the actor of an access token, or raises ``SignInRequiredError``."""

AUTHENTICATE: web.AppKey[Authenticate] = web.AppKey("authenticate")
_ACTOR = web.RequestKey("actor", Actor)


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


def admitted(handler: Handler, roles: Sequence[Role]) -> Handler:
    """Return the handler, for those with one of the roles; for everybody if there are none.

    The core decides; this only makes that the first thing that anybody hears.
    """
    if not roles:
        return handler

    async def admit(request: web.Request) -> web.StreamResponse:
        require(await read_actor(request), *roles)
        return await handler(request)

    return admit


async def read_actor(request: web.Request) -> Actor:
    """Return who asks; without credentials that is a guest.

    It is found out once: who is admitted and who acts in one request are the same.

    Raises:
        SignInRequiredError: the credentials are none that we take.
    """
    actor = request.get(_ACTOR)
    if actor is None:
        token = bearer_token(request)
        actor = GUEST if token is None else await request.app[AUTHENTICATE](token)
        request[_ACTOR] = actor
    return actor
