"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from events_face_core.accounts.errors import AccountNotFoundError
from events_face_core.accounts.listing import AccountPage, AccountQuery
from events_face_core.accounts.model import Account, LoginSession
from events_face_core.accounts.ports import AccountReads
from events_face_core.kernel import Actor, Clock, Role, require, require_signed_in


@frozen(kw_only=True)
class AccountQueries:
    """Shows people their own account, and admins all of them."""

    reads: AccountReads
    clock: Clock

    async def profile(self, actor: Actor) -> Account:
        """Return the actor's own account.

        Raises:
            SignInRequiredError: a guest has none.
            AccountNotFoundError: it is gone.
        """
        require_signed_in(actor)
        account = await self.reads.find(actor.id)
        if account is None or account.deleted_at is not None:
            raise AccountNotFoundError
        return account

    async def sessions(self, actor: Actor) -> Sequence[LoginSession]:
        """Return where the actor is signed in, the last used first.

        Raises:
            SignInRequiredError: a guest is signed in nowhere.
        """
        require_signed_in(actor)
        return await self.reads.sessions(actor.id, now=self.clock.now())

    async def users(self, actor: Actor, query: AccountQuery) -> AccountPage:
        """Return a page of accounts, the oldest first; admins may.

        Raises:
            SignInRequiredError, ForbiddenError: somebody else asks.
        """
        require(actor, Role.ADMIN)
        return await self.reads.page(query)
