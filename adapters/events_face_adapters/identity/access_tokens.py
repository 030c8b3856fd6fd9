"""Access tokens: our own, and those of another issuer if there is one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property

import jwt
from attrs import define

from events_face_adapters.identity.claims import Timed, Trust, claimed_issuer, verified
from events_face_adapters.identity.oidc import OidcTokens
from events_face_adapters.identity.signing_keys import SigningKey
from events_face_core.accounts import AccessGrant, ForeignIdentity
from events_face_core.kernel import Role

AUDIENCE = "events-face"
"""For whom our tokens are: ourselves."""


class _Claims(Timed, frozen=True, kw_only=True):
    sub: str
    sid: str
    role: Role


@define(kw_only=True, slots=False)
class JwtAccessTokens:
    """The core's ``AccessTokens`` as signed JSON Web Tokens.

    Attributes:
        get_key: gives the key that signs, at the first need.
        issuer: who we are.
        foreign: takes the tokens of another issuer.
    """

    get_key: Callable[[], SigningKey]
    issuer: str
    foreign: OidcTokens | None = None

    @cached_property
    def key(self) -> SigningKey:
        """The key that signs."""
        return self.get_key()

    def issue(self, grant: AccessGrant, *, now: datetime, lifetime: timedelta) -> str:
        """Return a signed token."""
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": grant.account_id,
            "sid": grant.session_id,
            "role": grant.role.value,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        key = self.key
        return jwt.encode(claims, key.private, algorithm=key.algorithm, headers={"kid": key.kid})

    async def read(self, token: str, *, now: datetime) -> AccessGrant | ForeignIdentity:
        """Return what a token says, if it is good."""
        issuer = claimed_issuer(token)
        if self.foreign is not None and issuer == self.foreign.issuer:
            return await self.foreign.read(token, now=now)
        key = self.key
        trust = Trust(
            key=key.private.public_key(),
            algorithm=key.algorithm,
            issuer=self.issuer,
            audience=AUDIENCE,
        )
        claims = verified(token, _Claims, trust, now)
        return AccessGrant(account_id=claims.sub, session_id=claims.sid, role=claims.role)
