"""Change how one is called, and spoken to."""

from __future__ import annotations

from attrs import evolve, field, frozen

from events_face_core.accounts.events import ProfileChanged
from events_face_core.accounts.model import Account, display_name
from events_face_core.accounts.ports import AccountTransaction
from events_face_core.accounts.usecases.steps import load
from events_face_core.kernel import Actor, Language, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class ChangeProfile:
    """Somebody changes their profile.

    Attributes:
        display_name: none takes the name away.
        language: none leaves it.
        rename: whether the name changes at all.
    """

    actor: Actor
    display_name: str | None = field(default=None, repr=False)
    language: Language | None = None
    rename: bool = False


@frozen(kw_only=True)
class ChangeProfileHandler:
    """Changes the actor's own profile."""

    unit_of_work: UnitOfWork[AccountTransaction]

    async def __call__(self, command: ChangeProfile) -> Account:
        """Change it, and return what it is then.

        Raises:
            SignInRequiredError: a guest has none.
            InvalidInputError: the name breaks its rule.
            AccountNotFoundError: the account is gone.
        """
        require_signed_in(command.actor)
        name = display_name(command.display_name)
        async with self.unit_of_work() as tx:
            account = await load(tx, command.actor.id)
            changed = evolve(
                account,
                display_name=name if command.rename else account.display_name,
                language=command.language or account.language,
            )
            if changed != account:
                await tx.accounts.save(changed)
                await tx.publish(ProfileChanged(actor_id=account.id, account_id=account.id))
        return changed
