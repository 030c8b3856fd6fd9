"""Ticketing asks who a holder is and where to tell them; accounts know."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.accounts import AccountReads, AccountTransaction
from events_face_core.processes.tell_holder import Person, TellHolderTransaction
from events_face_core.ticketing import Holder


class AccountPeopleTransaction(TellHolderTransaction, AccountTransaction, Protocol):
    """A transaction in which accounts live, too."""


async def find_account_person(tx: AccountPeopleTransaction, account_id: str) -> Person | None:
    """Return whom to tell; nobody, where the account is deleted or has no address."""
    account = await tx.accounts.look(account_id)
    if account is None or not account.email:
        return None
    return Person(email=account.email, language=account.language.value)


@frozen
class AccountHolders:
    """``Holders`` over the accounts."""

    accounts: AccountReads

    async def holder(self, user_id: str) -> Holder | None:
        """Return who a person is: by the name that they go by, else by their address."""
        account = await self.accounts.find(user_id)
        if account is None or account.deleted_at is not None:
            return None
        return Holder(name=account.display_name or account.email, language=account.language.value)
