"""Make an account for somebody, such as the first admin."""

from __future__ import annotations

from attrs import field, frozen

from events_face_core.accounts.events import AccountRegistered
from events_face_core.accounts.model import Account, account_role, display_name
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.usecases.steps import NewPasswords
from events_face_core.kernel import (
    Actor,
    Clock,
    Ids,
    Language,
    Role,
    UnitOfWork,
    email_address,
    require,
)


@frozen(kw_only=True)
class CreateAccount:
    """An account with any role is wanted."""

    actor: Actor
    email: str = field(repr=False)
    password: str = field(repr=False)
    role: Role
    display_name: str | None = field(default=None, repr=False)
    language: Language = Language.RUSSIAN


@frozen(kw_only=True)
class CreateAccountHandler:
    """Makes an account of any role. Admins and operators may."""

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock
    ids: Ids
    new_passwords: NewPasswords

    async def __call__(self, command: CreateAccount) -> Account:
        """Make the account.

        Raises:
            SignInRequiredError, ForbiddenError: the actor is no admin.
            InvalidInputError: fields break their rules.
            EmailTakenError: there is one with this email.
        """
        require(command.actor, Role.ADMIN)
        account = Account(
            id=self.ids.new(),
            email=email_address(command.email),
            display_name=display_name(command.display_name),
            language=command.language,
            role=account_role(command.role),
            created_at=self.clock.now(),
            password_hash=await self.new_passwords.hash(command.password, command.email),
        )
        async with self.unit_of_work() as tx:
            await tx.accounts.add(account)
            await tx.publish(
                AccountRegistered(
                    actor_id=command.actor.id, account_id=account.id, role=account.role.value
                )
            )
        return account
