"""Sign out: here, elsewhere, everywhere."""

from __future__ import annotations

from attrs import field, frozen

from events_face_core.accounts.errors import SessionNotFoundError
from events_face_core.accounts.events import LoggedOut, LoggedOutEverywhere
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.tokens import parse_token
from events_face_core.accounts.usecases.steps import load
from events_face_core.kernel import Actor, Clock, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class Logout:
    """Whoever has a refresh token ends its session."""

    refresh_token: str = field(repr=False)


@frozen(kw_only=True)
class EndSession:
    """Somebody ends one of their sessions."""

    actor: Actor
    session_id: str


@frozen(kw_only=True)
class LogoutEverywhere:
    """Somebody ends all of their sessions."""

    actor: Actor


@frozen(kw_only=True)
class LogoutHandler:
    """Ends the session of a refresh token. Whoever has the token may.

    A second call, or a token of nobody, changes nothing.
    """

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, command: Logout) -> None:
        """End the session."""
        token = parse_token(command.refresh_token)
        if token is None:
            return
        async with self.unit_of_work() as tx:
            session = await tx.login_sessions.look(token.session_id)
            if session is None or not token.belongs_to(session):
                return
            if await tx.login_sessions.revoke(session.id, now=self.clock.now()):
                await tx.publish(
                    LoggedOut(
                        actor_id=session.account_id,
                        account_id=session.account_id,
                        session_id=session.id,
                    )
                )


@frozen(kw_only=True)
class EndSessionHandler:
    """Ends one session of the actor's own."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, command: EndSession) -> None:
        """End the session.

        Raises:
            SignInRequiredError: a guest has none.
            SessionNotFoundError: it is somebody else's, or over.
        """
        require_signed_in(command.actor)
        async with self.unit_of_work() as tx:
            session = await tx.login_sessions.look(command.session_id)
            now = self.clock.now()
            if session is None or session.account_id != command.actor.id:
                raise SessionNotFoundError
            if now >= session.expires_at or not await tx.login_sessions.revoke(session.id, now=now):
                raise SessionNotFoundError
            await tx.publish(
                LoggedOut(
                    actor_id=command.actor.id,
                    account_id=command.actor.id,
                    session_id=session.id,
                )
            )


@frozen(kw_only=True)
class LogoutEverywhereHandler:
    """Ends every session of the actor, this one included."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, command: LogoutEverywhere) -> None:
        """End them.

        Raises:
            SignInRequiredError: a guest has none.
            AccountNotFoundError: the account is gone.
        """
        require_signed_in(command.actor)
        async with self.unit_of_work() as tx:
            account = await load(tx, command.actor.id)
            await tx.login_sessions.revoke_all(account.id, now=self.clock.now())
            await tx.publish(LoggedOutEverywhere(actor_id=account.id, account_id=account.id))
