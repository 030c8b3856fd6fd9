"""Leave: what is personal is erased, what was done still counts."""

from __future__ import annotations

from attrs import frozen

from events_face_core.accounts.events import AccountDeleted
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.usecases.steps import (
    check_an_admin_remains,
    is_active_admin,
    load,
)
from events_face_core.kernel import Actor, Clock, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class DeleteAccount:
    """Somebody wants to be forgotten."""

    actor: Actor


@frozen(kw_only=True)
class DeleteAccountHandler:
    """Erases the actor's own account; its email can be used for another one at once."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, command: DeleteAccount) -> None:
        """Erase it.

        Raises:
            SignInRequiredError: a guest has none.
            LastAdminError: nobody else is an admin.
            AccountNotFoundError: it is gone already.
        """
        require_signed_in(command.actor)
        if not await self._erase(command.actor.id, as_admin=False):
            await self._erase(command.actor.id, as_admin=True)

    async def _erase(self, account_id: str, *, as_admin: bool) -> bool:
        """Erase the account; tell whether it was done, which an admin's is only as one.

        What an account is holds only once it is locked, and admins are locked before any
        account, so that everybody locks in one order: whoever turns out to be one starts again.
        """
        async with self.unit_of_work() as tx:
            if as_admin:
                check_an_admin_remains(await tx.accounts.active_admins(), account_id)
            account = await load(tx, account_id)
            if is_active_admin(account) and not as_admin:
                return False
            await tx.publish(AccountDeleted(actor_id=account.id, account_id=account.id))
            await tx.accounts.save(account.erased(self.clock.now()))
            await tx.login_sessions.erase_all(account.id)
            await tx.password_resets.forget(account.id)
        return True
