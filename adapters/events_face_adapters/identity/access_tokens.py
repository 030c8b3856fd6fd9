"""Access tokens: our own, and those of another issuer if there is one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

import jwt
from attrs import define, field
from cachetools import LRUCache

from events_face_adapters.identity.claims import (
    Timed,
    Trust,
    check_time,
    claimed_issuer,
    named_key,
    not_valid,
    verified,
)
from events_face_adapters.identity.oidc import OidcTokens
from events_face_adapters.identity.signing_keys import SigningKey, VerificationKey
from events_face_core.accounts import AccessGrant, ForeignIdentity
from events_face_core.kernel import Role

AUDIENCE = "events-face"
"""For whom our tokens are: ourselves."""

MOST_VERIFIED = 10_000
"""So many of our tokens are remembered as verified: some 5 MB at most."""


class _Claims(Timed, frozen=True, kw_only=True):
    sub: str
    sid: str
    role: Role


@define(kw_only=True, slots=False)
class JwtAccessTokens:
    """The core's ``AccessTokens`` as signed JSON Web Tokens.

    The signature of a token of ours is verified once: its claims are remembered by the digest of
    the whole token, and the clock is asked each time. That is safe as long as the keys stay, and
    they do for as long as this lives. Another issuer may change its keys at any time, so its
    tokens are verified anew by those that it publishes.

    Attributes:
        get_key: gives the key that signs, at the first need.
        issuer: who we are.
        get_more_keys: gives the keys that sign no more, or not yet, at the first need.
        foreign: takes the tokens of another issuer.
    """

    get_key: Callable[[], SigningKey]
    issuer: str
    get_more_keys: Callable[[], Sequence[VerificationKey]] = tuple
    foreign: OidcTokens | None = None
    _verified: LRUCache[bytes, _Claims] = field(
        factory=lambda: LRUCache(MOST_VERIFIED), init=False, repr=False
    )

    @cached_property
    def key(self) -> SigningKey:
        """The key that signs."""
        return self.get_key()

    @cached_property
    def verification_keys(self) -> Mapping[str, VerificationKey]:
        """The keys whose tokens are taken, by their ids; that of the key that signs is first."""
        keys = (self.key.verification, *self.get_more_keys())
        return {key.kid: key for key in keys}

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
        told = self.key.verification
        return jwt.encode(
            claims, self.key.private, algorithm=told.algorithm, headers={"kid": told.kid}
        )

    async def read(self, token: str, *, now: datetime) -> AccessGrant | ForeignIdentity:
        """Return what a token says, if it is good."""
        # By a digest, so that no token lies here for longer than its request takes.
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        claims = self._verified.get(digest)
        if claims is not None:
            check_time(claims, now)
            return _grant(claims)
        issuer = claimed_issuer(token)
        if self.foreign is not None and issuer == self.foreign.issuer:
            return await self.foreign.read(token, now=now)
        claims = self._verified[digest] = self._verify(token, now)
        return _grant(claims)

    def _verify(self, token: str, now: datetime) -> _Claims:
        key = self._named(token)
        trust = Trust(
            key=key.public,
            algorithm=key.algorithm,
            issuer=self.issuer,
            audience=AUDIENCE,
        )
        return verified(token, _Claims, trust, now)

    def _named(self, token: str) -> VerificationKey:
        kid = named_key(token) or self.key.verification.kid
        if kid not in self.verification_keys:
            raise not_valid()
        return self.verification_keys[kid]


def _grant(claims: _Claims) -> AccessGrant:
    return AccessGrant(account_id=claims.sub, session_id=claims.sid, role=claims.role)
