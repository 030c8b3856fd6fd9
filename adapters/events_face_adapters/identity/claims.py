"""The claims of a token, as far as we read them (RFC 7519)."""

import binascii
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any, TypeVar

import jwt
import msgspec
from attrs import frozen

from events_face_core.kernel import SignInRequiredError

Claims = TypeVar("Claims", bound="Timed")

_LARGEST = 16_000
# Times are compared with our own clock, below.
_OPTIONS: Any = {
    "require": ["exp", "iss", "aud", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """When a token is good."""

    exp: float
    nbf: float = 0.0


class _Issuer(msgspec.Struct, frozen=True):
    iss: str = ""


def not_valid() -> SignInRequiredError:
    """Return the error for every token that is not taken, whatever is wrong with it."""
    return SignInRequiredError("The access token is not valid. Sign in again.")


def claimed_issuer(token: str) -> str:
    """Return who a token says that it is from; nothing of it is verified yet.

    Raises:
        SignInRequiredError: it is no token.
    """
    parts = token.split(".")
    if len(token) > _LARGEST or len(parts) != 3:  # noqa: PLR2004  # header, claims, signature
        raise not_valid()
    try:
        claims = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(claims, type=_Issuer).iss
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise not_valid() from error


def named_key(token: str) -> str:
    """Return the id of the key that a token says it is signed with; empty if it says none.

    Raises:
        SignInRequiredError: it is no token.
    """
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise not_valid() from error


@frozen(kw_only=True)
class Trust:
    """Whose tokens are taken.

    Attributes:
        key: the public key of who signs them.
        algorithm: that of the key; what a token says of it must be the same.
        issuer: from whom they must be.
        audience: for whom they must be.
        leeway: by how many seconds the clock of the issuer may differ.
    """

    key: Any
    algorithm: str
    issuer: str
    audience: str
    leeway: float = 0.0


def verified(token: str, claims: type[Claims], trust: Trust, now: datetime) -> Claims:
    """Return the claims of a token, in their shape, if it is trusted now.

    Raises:
        SignInRequiredError: it is not.
    """
    try:
        decoded = jwt.decode(
            token,
            trust.key,
            algorithms=[trust.algorithm],
            audience=trust.audience,
            issuer=trust.issuer,
            options=_OPTIONS,
        )
        read = msgspec.convert(decoded, claims)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise not_valid() from error
    check_time(read, now, leeway=trust.leeway)
    return read


def check_time(claims: Timed, now: datetime, *, leeway: float = 0.0) -> None:
    """Check that a token is good now, give or take some seconds.

    Raises:
        SignInRequiredError: it is not yet, or no longer.
    """
    if not claims.nbf - leeway <= now.timestamp() < claims.exp + leeway:
        raise not_valid()
