"""Set a password by a link that came by mail."""

from __future__ import annotations

import logging
from datetime import timedelta

from attrs import evolve, field, frozen

from events_face_core.accounts.events import PasswordResetRequested, PasswordWasReset
from events_face_core.accounts.model import PasswordReset, email_key
from events_face_core.accounts.ports import AccountTransaction, Secrets
from events_face_core.accounts.tokens import digest
from events_face_core.accounts.usecases.steps import NewPasswords, end_all, load
from events_face_core.accounts.usecases.throttling import Limits, Throttle
from events_face_core.kernel import Clock, InvalidInputError, ThrottledError, UnitOfWork

log = logging.getLogger(__name__)

RESET_LIFETIME = timedelta(hours=1)


@frozen(kw_only=True)
class RequestPasswordReset:
    """Somebody forgot the password of an email."""

    email: str = field(repr=False)
    address: str = ""


@frozen(kw_only=True)
class ConfirmPasswordReset:
    """Somebody has a link, and sets a password."""

    token: str = field(repr=False)
    password: str = field(repr=False)


@frozen(kw_only=True)
class RequestPasswordResetHandler:
    """Has a link sent. Anybody may ask, and is told nothing about who has an account."""

    unit_of_work: UnitOfWork[AccountTransaction]
    throttle: Throttle
    limits: Limits

    async def __call__(self, command: RequestPasswordReset) -> None:
        """Have a link sent, if there is an account and it was not asked for too often."""
        key = email_key(command.email)
        try:
            await self.throttle(
                (self.limits.reset_address, command.address), (self.limits.reset, key)
            )
        except ThrottledError:
            log.warning("a password reset was asked for too often and is passed over")
            return
        async with self.unit_of_work() as tx:
            account = await tx.accounts.find_by_email(key)
            if account is not None and account.in_force:
                await tx.publish(PasswordResetRequested(actor_id="", account_id=account.id))


@frozen(kw_only=True)
class ConfirmPasswordResetHandler:
    """Sets the password, once. Whoever has the link may; every session ends."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock
    new_passwords: NewPasswords

    async def __call__(self, command: ConfirmPasswordReset) -> None:
        """Set the password.

        Raises:
            InvalidInputError: the link is none, or was used, or is over an hour old; or the
                password breaks a rule, and the link stays good.
        """
        token_hash = digest(command.token)
        async with self.unit_of_work() as tx:
            reset = await tx.password_resets.look(token_hash)
            account = None if reset is None else await tx.accounts.look(reset.account_id)
        if reset is None or account is None or self.clock.now() >= reset.expires_at:
            raise _bad_link()
        password_hash = await self.new_passwords.hash(command.password, account.email)
        async with self.unit_of_work() as tx:
            account = await load(tx, account.id)
            now = self.clock.now()
            if not await tx.password_resets.use(token_hash, now=now):
                raise _bad_link()
            await tx.accounts.save(evolve(account, password_hash=password_hash))
            await end_all(tx, account.id, now)
            await tx.publish(PasswordWasReset(actor_id=account.id, account_id=account.id))


async def issue_reset(
    tx: AccountTransaction, account_id: str, *, secrets: Secrets, clock: Clock
) -> str:
    """Make a link's secret, in the transaction that asks for it; keep only its digest."""
    secret = secrets.new()
    reset = PasswordReset(
        token_hash=digest(secret),
        account_id=account_id,
        expires_at=clock.now() + RESET_LIFETIME,
    )
    await tx.password_resets.add(reset)
    return secret


def _bad_link() -> InvalidInputError:
    return InvalidInputError("token", "was used, is too old or is none that we sent")
