"""Give somebody another role, or block them (requirement 004)."""

from __future__ import annotations

from attrs import evolve, frozen

from events_face_core.accounts.events import AccessChanged
from events_face_core.accounts.model import Account, account_role
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.usecases.steps import (
    check_an_admin_remains,
    end_all,
    is_active_admin,
    load,
)
from events_face_core.kernel import Actor, Clock, Role, UnitOfWork, require


@frozen(kw_only=True)
class ChangeAccess:
    """An admin changes what an account may do; none leaves a thing as it is."""

    actor: Actor
    account_id: str
    role: Role | None = None
    blocked: bool | None = None


@frozen(kw_only=True)
class ChangeAccessHandler:
    """Changes role and blocking. Admins may; whoever is blocked is signed out everywhere."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock

    async def __call__(self, command: ChangeAccess) -> Account:
        """Change them, and return the account.

        Raises:
            SignInRequiredError, ForbiddenError: the actor is no admin.
            InvalidInputError: the role is none that an account can have.
            AccountNotFoundError: there is no such account.
            LastAdminError: nobody else would be an admin.
        """
        require(command.actor, Role.ADMIN)
        role = command.role and account_role(command.role)
        async with self.unit_of_work() as tx:
            # Before the account itself, so that everybody locks in one order.
            admins = await tx.accounts.active_admins()
            account = await load(tx, command.account_id)
            changed = evolve(
                account,
                role=role or account.role,
                blocked=account.blocked if command.blocked is None else command.blocked,
            )
            if changed == account:
                return account
            if is_active_admin(account) and not is_active_admin(changed):
                check_an_admin_remains(admins, account.id)
            await tx.accounts.save(changed)
            if changed.blocked:
                await end_all(tx, account.id, self.clock.now())
            await tx.publish(
                AccessChanged(
                    actor_id=command.actor.id,
                    account_id=account.id,
                    role=changed.role.value,
                    blocked=changed.blocked,
                )
            )
        return changed
