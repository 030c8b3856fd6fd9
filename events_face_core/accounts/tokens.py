"""Refresh tokens: what they are made of, and what becomes of one that comes back.

A token is ``session.secret.proof``. The proof is a MAC over the secret under the family's key:
so one that was spent long ago is told from one that somebody made up, without keeping them all.
The next secret is a MAC over the last one under a seed drawn for that one step: whoever sends the
last token twice can be given the same next token again, though only its digest is stored.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from attrs import field, frozen

from events_face_core.accounts.model import LoginSession

GRACE = timedelta(seconds=10)
"""For so long a token that was just exchanged gives the same next token again."""

_PARTS = 3


def digest(secret: str) -> str:
    """Return what is stored of a secret of 256 random bits: enough to know it again."""
    return sha256(secret.encode()).hexdigest()


@frozen(kw_only=True)
class RefreshToken:
    """A refresh token, taken apart."""

    session_id: str
    secret: str = field(repr=False)
    proof: str = field(repr=False)

    @property
    def text(self) -> str:
        """The token as the client keeps it."""
        return f"{self.session_id}.{self.secret}.{self.proof}"

    @property
    def hash(self) -> str:
        """What is stored of it."""
        return digest(self.text)

    def belongs_to(self, session: LoginSession) -> bool:
        """Whether we made it, for this session."""
        expected = _mac(session.family_key, self.secret)
        return hmac.compare_digest(expected.encode(), self.proof.encode())

    def next(self, *, family_key: str, seed: str) -> RefreshToken:
        """Return the token after this one."""
        return make_token(self.session_id, _mac(seed, self.secret), family_key=family_key)


class Fate(Enum):
    """What becomes of a refresh token that a client sends."""

    EXCHANGED = "exchanged"
    REPEATED = "repeated"
    REUSED = "reused"
    REFUSED = "refused"


def make_token(session_id: str, secret: str, *, family_key: str) -> RefreshToken:
    """Return the token with a secret."""
    return RefreshToken(session_id=session_id, secret=secret, proof=_mac(family_key, secret))


def parse_token(text: str) -> RefreshToken | None:
    """Return the token, or nothing if this can be none."""
    parts = text.split(".")
    if len(parts) != _PARTS or not (text.isascii() and text.isprintable()):
        return None
    return RefreshToken(session_id=parts[0], secret=parts[1], proof=parts[2])


def fate_of(token: RefreshToken, session: LoginSession, now: datetime) -> Fate:
    """Decide about a token of a session."""
    if not token.belongs_to(session):
        return Fate.REFUSED
    if token.hash == session.token_hash:
        return Fate.EXCHANGED if session.is_good(now) else Fate.REFUSED
    in_grace = session.is_good(now) and now < session.refreshed_at + GRACE
    if in_grace and token.hash == session.previous_hash:
        return Fate.REPEATED
    return Fate.REUSED


def _mac(key: str, text: str) -> str:
    mac = hmac.new(key.encode(), text.encode(), sha256).digest()
    return urlsafe_b64encode(mac).decode().rstrip("=")
