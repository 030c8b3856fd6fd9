"""Know whoever another issuer vouches for."""

from __future__ import annotations

from attrs import evolve, frozen

from events_face_core.accounts.errors import EmailTakenError
from events_face_core.accounts.events import AccessChanged, AccountRegistered
from events_face_core.accounts.model import Account, account_role
from events_face_core.accounts.ports import AccountTransaction, ForeignIdentity
from events_face_core.kernel import Clock, Ids, Language, UnitOfWork


@frozen(kw_only=True)
class ProvisionHandler:
    """Makes an account on first sight, and keeps its role as its issuer says it is.

    Our own processes may, once they verified the issuer's token.
    """

    unit_of_work: UnitOfWork[AccountTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, identity: ForeignIdentity) -> Account:
        """Return the account of an identity."""
        account_role(identity.role)
        try:
            return await self._settled(identity)
        except EmailTakenError:
            # Two requests came at once, and the other was first.
            return await self._settled(identity)

    async def _settled(self, identity: ForeignIdentity) -> Account:
        async with self.unit_of_work() as tx:
            account = await tx.accounts.find_by_identity(identity.issuer, identity.subject)
            if account is None:
                account = self._new(identity)
                await tx.accounts.add(account)
                await tx.publish(
                    AccountRegistered(
                        actor_id=account.id, account_id=account.id, role=account.role.value
                    )
                )
            elif account.role is not identity.role:
                account = evolve(account, role=identity.role)
                await tx.accounts.save(account)
                await tx.publish(
                    AccessChanged(
                        actor_id="system",
                        account_id=account.id,
                        role=account.role.value,
                        blocked=account.blocked,
                    )
                )
        return account

    def _new(self, identity: ForeignIdentity) -> Account:
        return Account(
            id=self.ids.new(),
            email=identity.email,
            display_name=identity.display_name,
            language=Language.RUSSIAN,
            role=identity.role,
            created_at=self.clock.now(),
            issuer=identity.issuer,
            subject=identity.subject,
        )
