"""Set another password, knowing the one before."""

from __future__ import annotations

from attrs import evolve, field, frozen

from events_face_core.accounts.errors import AccountNotFoundError
from events_face_core.accounts.events import PasswordChanged
from events_face_core.accounts.ports import AccountTransaction, Passwords
from events_face_core.accounts.usecases.steps import NewPasswords, end_all, load
from events_face_core.accounts.usecases.throttling import Limits, Throttle
from events_face_core.kernel import (
    Actor,
    Clock,
    InvalidInputError,
    UnitOfWork,
    require_signed_in,
)


@frozen(kw_only=True)
class ChangePassword:
    """Somebody wants another password.

    Attributes:
        session_id: the session that stays; the others end.
    """

    actor: Actor
    current_password: str = field(repr=False)
    new_password: str = field(repr=False)
    session_id: str = ""


@frozen(kw_only=True)
class ChangePasswordHandler:
    """Changes the actor's own password."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock
    passwords: Passwords
    new_passwords: NewPasswords
    throttle: Throttle
    limits: Limits

    async def __call__(self, command: ChangePassword) -> None:
        """Change it.

        Raises:
            SignInRequiredError: a guest has none.
            ThrottledError: it was tried too often.
            InvalidInputError: the current password is another, or the new one breaks a rule.
            AccountNotFoundError: the account is gone.
        """
        require_signed_in(command.actor)
        await self.throttle((self.limits.login, command.actor.id), actor_id=command.actor.id)
        async with self.unit_of_work() as tx:
            account = await tx.accounts.look(command.actor.id)
        if account is None:
            raise AccountNotFoundError
        verdict = await self.passwords.check(command.current_password, account.password_hash)
        if not verdict.right:
            raise _wrong_password()
        new_hash = await self.new_passwords.hash(command.new_password, account.email)
        async with self.unit_of_work() as tx:
            current = await load(tx, account.id)
            if current.password_hash != account.password_hash:
                raise _wrong_password()
            await tx.accounts.save(evolve(current, password_hash=new_hash))
            await end_all(tx, current.id, self.clock.now(), but=command.session_id)
            await tx.publish(PasswordChanged(actor_id=current.id, account_id=current.id))


def _wrong_password() -> InvalidInputError:
    return InvalidInputError("current_password", "is not your password")
