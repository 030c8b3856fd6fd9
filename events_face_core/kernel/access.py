"""Who acts, and whether they may (requirement 004, "Ролевое разграничение доступа")."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from attrs import frozen

from events_face_core.kernel.errors import ErrorKind, EventsFaceError


class Role(Enum):
    """What somebody may do; each role may do what those before it may."""

    GUEST = "guest"
    USER = "user"
    ORGANIZER = "organizer"
    ADMIN = "admin"


@frozen(kw_only=True)
class Actor:
    """Somebody who asks for something.

    Attributes:
        id: the id of the account; empty for a guest.
    """

    id: str
    role: Role

    @property
    def is_admin(self) -> bool:
        """Whether everything is allowed."""
        return self.role is Role.ADMIN


GUEST = Actor(id="", role=Role.GUEST)
"""Whoever is not signed in."""

SYSTEM = Actor(id="system", role=Role.ADMIN)
"""Our own processes and the operator at the command line."""


class SignInRequiredError(EventsFaceError):
    """Only somebody who is signed in may do this."""

    kind = ErrorKind.UNAUTHENTICATED
    slug = "unauthenticated"
    title = "Signing in is required"

    def __init__(self, detail: str = "Sign in and send the access token.") -> None:
        super().__init__(detail)


class ForbiddenError(EventsFaceError):
    """The role of the actor does not allow this."""

    kind = ErrorKind.FORBIDDEN
    slug = "forbidden"
    title = "This is not allowed"

    def __init__(self) -> None:
        super().__init__("Your role does not allow this.")


class ThrottledError(EventsFaceError):
    """This was asked for too often.

    Attributes:
        retry_after: when to ask again.
    """

    kind = ErrorKind.THROTTLED
    slug = "too-many-requests"
    title = "Too many requests"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("This was tried too often; wait before the next try.")
        self.retry_after = retry_after


def require(actor: Actor, *roles: Role) -> None:
    """Let those with one of the roles pass; an admin always does.

    Raises:
        SignInRequiredError: a guest asks for what is not for guests.
        ForbiddenError: somebody else without the role asks.
    """
    if actor.is_admin or actor.role in roles:
        return
    if actor.role is Role.GUEST:
        raise SignInRequiredError
    raise ForbiddenError


def require_signed_in(actor: Actor) -> None:
    """Let everybody pass who is signed in.

    Raises:
        SignInRequiredError: a guest asks.
    """
    require(actor, Role.USER, Role.ORGANIZER, Role.ADMIN)
