"""Exchange a refresh token for the next pair."""

from __future__ import annotations

from attrs import evolve, field, frozen

from events_face_core.accounts.errors import InvalidRefreshTokenError, TokenReusedError
from events_face_core.accounts.events import SessionRefreshed, TokenReused
from events_face_core.accounts.model import Account, LoginSession
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.tokens import Fate, RefreshToken, fate_of, parse_token
from events_face_core.accounts.usecases.granting import TokenOffice, TokenPair
from events_face_core.kernel import UnitOfWork

_ATTEMPTS = 3


@frozen(kw_only=True)
class Refresh:
    """A client sends its refresh token."""

    refresh_token: str = field(repr=False)


@frozen(kw_only=True)
class RefreshHandler:
    """Rotates. Whoever has the token may; of many at once, all are given the same next one."""

    unit_of_work: UnitOfWork[AccountTransaction]
    office: TokenOffice

    async def __call__(self, command: Refresh) -> TokenPair:
        """Exchange the token.

        Raises:
            TokenReusedError: it was exchanged before; the session is ended.
            InvalidRefreshTokenError: it is none of ours, or its session is over.
        """
        token = parse_token(command.refresh_token)
        if token is None:
            raise InvalidRefreshTokenError
        for _ in range(_ATTEMPTS):
            async with self.unit_of_work() as tx:
                fate, pair = await self._settle(tx, token)
            if fate is Fate.REUSED:
                raise TokenReusedError
            if pair is not None:
                return pair
            if fate is Fate.REFUSED:
                break
        raise InvalidRefreshTokenError

    async def _settle(
        self, tx: AccountTransaction, token: RefreshToken
    ) -> tuple[Fate, TokenPair | None]:
        """Do what is to be done with the token; without a pair, another was first."""
        session = await tx.login_sessions.look(token.session_id)
        if session is None:
            return Fate.REFUSED, None
        account = await tx.accounts.look(session.account_id)
        if account is None or not account.in_force:
            return Fate.REFUSED, None
        fate = fate_of(token, session, self.office.clock.now())
        match fate:
            case Fate.EXCHANGED:
                return fate, await self._exchange(tx, session, account, token)
            case Fate.REPEATED:
                following = token.next(family_key=session.family_key, seed=session.seed)
                return fate, self.office.pair(account, following)
            case Fate.REUSED:
                await self._end(tx, session)
        return fate, None

    async def _exchange(
        self, tx: AccountTransaction, session: LoginSession, account: Account, token: RefreshToken
    ) -> TokenPair | None:
        now = self.office.clock.now()
        seed = self.office.secrets.new()
        following = token.next(family_key=session.family_key, seed=seed)
        rotated = evolve(
            session,
            token_hash=following.hash,
            previous_hash=token.hash,
            seed=seed,
            refreshed_at=now,
            expires_at=now + self.office.refresh_ttl,
        )
        if not await tx.login_sessions.rotate(rotated):
            return None
        await tx.publish(
            SessionRefreshed(actor_id=account.id, account_id=account.id, session_id=session.id)
        )
        return self.office.pair(account, following)

    async def _end(self, tx: AccountTransaction, session: LoginSession) -> None:
        if await tx.login_sessions.revoke(session.id, now=self.office.clock.now()):
            await tx.publish(
                TokenReused(actor_id="", account_id=session.account_id, session_id=session.id)
            )
