"""Access tokens of another issuer, such as Keycloak (OpenID Connect)."""

from datetime import datetime

import msgspec
from attrs import frozen

from events_face_adapters.identity.claims import Timed, Trust, named_key, not_valid, verified
from events_face_adapters.identity.issuer_keys import IssuerKeys
from events_face_core.accounts import ForeignIdentity
from events_face_core.kernel import (
    InvalidInputError,
    Role,
    email_address,
    has_control_characters,
    one_line,
)

_LEEWAY_SECONDS = 30.0
_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2
_LONGEST_NAME = 100
_ROLES = {
    "admin": Role.ADMIN,
    "organizer": Role.ORGANIZER,
    "organiser": Role.ORGANIZER,
}
_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class _Realm(msgspec.Struct, frozen=True):
    roles: list[str] = msgspec.field(default_factory=list)


class _Claims(Timed, frozen=True, kw_only=True):
    sub: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    realm_access: _Realm = msgspec.field(default_factory=_Realm)
    roles: list[str] = msgspec.field(default_factory=list)


@frozen(kw_only=True)
class OidcTokens:
    """Verifies the tokens of one issuer by its published keys.

    Attributes:
        audience: what its tokens call us.
    """

    keys: IssuerKeys
    audience: str

    @property
    def issuer(self) -> str:
        """Whose tokens they are."""
        return self.keys.issuer

    async def read(self, token: str, *, now: datetime) -> ForeignIdentity:
        """Return whom a token speaks of.

        Raises:
            SignInRequiredError: it is not good.
            DependencyUnavailableError: the keys of the issuer cannot be had now.
        """
        key = await self.keys.find(named_key(token))
        if key is None or key.algorithm_name not in _ALGORITHMS:
            raise not_valid()
        trust = Trust(
            key=key.key,
            algorithm=key.algorithm_name,
            issuer=self.issuer,
            audience=self.audience,
            leeway=_LEEWAY_SECONDS,
        )
        claims = verified(token, _Claims, trust, now)
        if not 0 < len(claims.sub) <= _LONGEST_SUBJECT or has_control_characters(claims.sub):
            raise not_valid()
        return ForeignIdentity(
            issuer=self.issuer,
            subject=claims.sub,
            email=_email(claims),
            display_name=_name(claims),
            role=_role(claims),
        )


def _role(claims: _Claims) -> Role:
    """Return the greatest of the roles that mean something here; else that of a user."""
    named = {*claims.realm_access.roles, *claims.roles}
    found = {role for name, role in _ROLES.items() if name in named}
    return next((role for role in (Role.ADMIN, Role.ORGANIZER) if role in found), Role.USER)


def _email(claims: _Claims) -> str:
    """Return the address if its owner proved that it is theirs."""
    try:
        return email_address(claims.email) if claims.email_verified else ""
    except InvalidInputError:
        return ""


def _name(claims: _Claims) -> str | None:
    try:
        return one_line("name", claims.name, longest=_LONGEST_NAME)
    except InvalidInputError:
        return None
