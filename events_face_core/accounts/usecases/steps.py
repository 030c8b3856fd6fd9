"""What the use cases of accounts share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from events_face_core.accounts.errors import AccountNotFoundError, LastAdminError
from events_face_core.accounts.model import Account
from events_face_core.accounts.passwords import PasswordRules, personal_hints
from events_face_core.accounts.ports import AccountTransaction, Passwords
from events_face_core.kernel import InvalidInputError, Role


@frozen(kw_only=True)
class NewPasswords:
    """Takes new passwords, and hashes them. Never used inside a transaction."""

    rules: PasswordRules
    passwords: Passwords

    async def hash(self, password: str, email: str) -> str:
        """Return the hash of a new password.

        Raises:
            InvalidInputError: it breaks a rule, or is a common one.
        """
        self.rules.check(password, email)
        if await self.passwords.is_common(password, personal_hints(email)):
            raise InvalidInputError("password", "is too easy to guess")
        return await self.passwords.hash(password)


async def load(tx: AccountTransaction, account_id: str) -> Account:
    """Return an account that was not deleted, locked; or raise ``AccountNotFoundError``."""
    account = await tx.accounts.find(account_id)
    if account is None or account.deleted_at is not None:
        raise AccountNotFoundError
    return account


def check_an_admin_remains(admins: Sequence[str], leaving: str) -> None:
    """Raise ``LastAdminError`` if of these admins, who are locked, the last would go."""
    if list(admins) == [leaving]:
        raise LastAdminError


def is_active_admin(account: Account) -> bool:
    """Whether the account may do everything, now."""
    return account.role is Role.ADMIN and account.in_force


async def end_all(tx: AccountTransaction, account_id: str, now: datetime, *, but: str = "") -> None:
    """End the sessions of an account, and make its links worthless."""
    await tx.login_sessions.revoke_all(account_id, but=but, now=now)
    await tx.password_resets.forget(account_id)
