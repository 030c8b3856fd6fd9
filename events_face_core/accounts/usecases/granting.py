"""The pair of tokens that whoever signs in is given."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from events_face_core.accounts.model import Account, LoginSession, client_name
from events_face_core.accounts.ports import AccessGrant, AccessTokens, Secrets
from events_face_core.accounts.tokens import RefreshToken, make_token
from events_face_core.kernel import Clock, Ids


@frozen(kw_only=True)
class TokenPair:
    """What a client keeps.

    Attributes:
        access_token: sent with each request.
        expires_in: for how long the access token is good.
        refresh_token: exchanged for the next pair, once.
    """

    access_token: str = field(repr=False)
    expires_in: timedelta
    refresh_token: str = field(repr=False)


@frozen(kw_only=True)
class TokenOffice:
    """Opens sessions, and makes their tokens.

    Attributes:
        access_ttl: for how long an access token is good.
        refresh_ttl: for how long a refresh token is good.
    """

    clock: Clock
    ids: Ids
    secrets: Secrets
    access_tokens: AccessTokens
    access_ttl: timedelta
    refresh_ttl: timedelta

    def open_session(self, account: Account, client: str) -> tuple[LoginSession, RefreshToken]:
        """Return a new session, and its first token."""
        now = self.clock.now()
        family_key = self.secrets.new()
        token = make_token(self.ids.new(), self.secrets.new(), family_key=family_key)
        session = LoginSession(
            id=token.session_id,
            account_id=account.id,
            client=client_name(client),
            family_key=family_key,
            token_hash=token.hash,
            created_at=now,
            refreshed_at=now,
            expires_at=now + self.refresh_ttl,
        )
        return session, token

    def pair(self, account: Account, token: RefreshToken) -> TokenPair:
        """Return the refresh token with a new access token beside it."""
        grant = AccessGrant(account_id=account.id, session_id=token.session_id, role=account.role)
        return TokenPair(
            access_token=self.access_tokens.issue(
                grant, now=self.clock.now(), lifetime=self.access_ttl
            ),
            expires_in=self.access_ttl,
            refresh_token=token.text,
        )
