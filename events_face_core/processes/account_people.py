"""Ticketing asks where to tell a holder; accounts know."""

from __future__ import annotations

from typing import Protocol

from events_face_core.accounts import AccountTransaction
from events_face_core.processes.tell_holder import Person, TellHolderTransaction


class AccountPeopleTransaction(TellHolderTransaction, AccountTransaction, Protocol):
    """A transaction in which accounts live, too."""


async def find_account_person(tx: AccountPeopleTransaction, account_id: str) -> Person | None:
    """Return whom to tell; nobody, where the account is deleted or has no address."""
    account = await tx.accounts.look(account_id)
    if account is None or not account.email:
        return None
    return Person(email=account.email, language=account.language.value)
