"""Sign in with email and password (requirement 001)."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, field, frozen

from events_face_core.accounts.errors import InvalidCredentialsError
from events_face_core.accounts.events import LoggedIn, LoggedOut, LoginFailed
from events_face_core.accounts.model import Account, email_key
from events_face_core.accounts.ports import AccountTransaction, Passwords
from events_face_core.accounts.usecases.granting import TokenOffice, TokenPair
from events_face_core.accounts.usecases.throttling import Limits, Throttle
from events_face_core.kernel import UnitOfWork

_ATTEMPTS = 3
MOST_SESSIONS = 100
"""Of one account: they are all shown at once."""


@frozen(kw_only=True)
class Login:
    """Somebody wants to sign in.

    Attributes:
        address: where the request came from.
        client: what the client calls itself.
    """

    email: str = field(repr=False)
    password: str = field(repr=False)
    address: str = ""
    client: str = ""


@frozen(kw_only=True)
class LoginHandler:
    """Opens a session; with too many, those that were used longest ago end.

    Anybody may try; an unknown email takes as long as a wrong password.
    """

    unit_of_work: UnitOfWork[AccountTransaction]
    passwords: Passwords
    office: TokenOffice
    throttle: Throttle
    limits: Limits

    async def __call__(self, command: Login) -> TokenPair:
        """Sign in.

        Raises:
            ThrottledError: this account, or this address, tried too often.
            InvalidCredentialsError: there is no such account, the password is another, or the
                account is blocked.
        """
        key = email_key(command.email)
        await self.throttle((self.limits.login_address, command.address), (self.limits.login, key))
        account = await self._look(key)
        for _ in range(_ATTEMPTS):
            checked, upgraded = await self._checked(account, command.password)
            if checked is None:
                break
            pair = await self._open(checked, upgraded, command.client)
            if pair is not None:
                return pair
            # The hash was changed meanwhile, perhaps only to a better one of the same password.
            account = await self._look(key)
        async with self.unit_of_work() as tx:
            account_id = "" if account is None else account.id
            await tx.publish(LoginFailed(actor_id="", account_id=account_id))
        raise InvalidCredentialsError

    async def _look(self, key: str) -> Account | None:
        async with self.unit_of_work() as tx:
            return await tx.accounts.look_by_email(key)

    async def _checked(
        self, account: Account | None, password: str
    ) -> tuple[Account | None, Account | None]:
        """Return the account if the password is right, and what is to be saved of it, if any."""
        password_hash = None if account is None else account.password_hash
        verdict = await self.passwords.check(password, password_hash)
        if account is None or not verdict.right or not account.in_force:
            return None, None
        if not verdict.outdated:
            return account, None
        return account, evolve(account, password_hash=await self.passwords.hash(password))

    async def _open(
        self, checked: Account, upgraded: Account | None, client: str
    ) -> TokenPair | None:
        """Open a session unless the account was changed since its password was checked."""
        session, token = self.office.open_session(checked, client)
        async with self.unit_of_work() as tx:
            current = await tx.accounts.find(checked.id)
            if current is None or not current.in_force:
                return None
            if current.password_hash != checked.password_hash:
                return None
            if upgraded is not None:
                await tx.accounts.save(evolve(current, password_hash=upgraded.password_hash))
            await _make_room(tx, current.id, session.created_at)
            await tx.login_sessions.add(session)
            await tx.publish(
                LoggedIn(actor_id=current.id, account_id=current.id, session_id=session.id)
            )
        return self.office.pair(current, token)


async def _make_room(tx: AccountTransaction, account_id: str, now: datetime) -> None:
    """Let there be one session more: the account is locked, so no other login fills it."""
    ended = await tx.login_sessions.revoke_oldest(account_id, keep=MOST_SESSIONS - 1, now=now)
    for session_id in ended:
        await tx.publish(
            LoggedOut(actor_id=account_id, account_id=account_id, session_id=session_id)
        )
