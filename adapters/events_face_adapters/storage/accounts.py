"""The table of accounts."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.account_rows import (
    INSERT,
    SELECT,
    SELECT_SESSION,
    UPDATE,
    to_account,
    to_login_session,
    to_row,
)
from events_face_adapters.storage.session import Session
from events_face_core.accounts import (
    Account,
    AccountPage,
    AccountQuery,
    EmailTakenError,
    LoginSession,
    Standing,
    email_key,
    page_of_accounts,
)
from events_face_core.kernel import Role

_BY_ID = f"{SELECT} WHERE id = $1"
# An empty key is that of everybody who does not sign in by email.
_BY_EMAIL = f"{SELECT} WHERE email_key = $1 AND email_key <> ''"
_BY_IDENTITY = f"{SELECT} WHERE issuer = $1 AND subject = $2 AND subject <> ''"
_ADMINS = """
SELECT id FROM account WHERE role = 'admin' AND NOT blocked AND deleted_at IS NULL ORDER BY id
"""
_STANDING = "SELECT a.id, a.role, a.blocked, a.deleted_at"


@frozen
class StoredAccounts:
    """``Accounts`` in one transaction."""

    session: Session

    async def find(self, account_id: str) -> Account | None:
        """Return an account, locked."""
        return await self._one(f"{_BY_ID}{self.session.locking}", account_id)

    async def find_by_email(self, email_key: str) -> Account | None:
        """Return the account that signs in with an email, locked."""
        return await self._one(f"{_BY_EMAIL}{self.session.locking}", email_key)

    async def find_by_identity(self, issuer: str, subject: str) -> Account | None:
        """Return the account that an issuer vouches for, locked."""
        return await self._one(f"{_BY_IDENTITY}{self.session.locking}", issuer, subject)

    async def look(self, account_id: str) -> Account | None:
        """Return an account."""
        return await self._one(_BY_ID, account_id)

    async def look_by_email(self, email_key: str) -> Account | None:
        """Return the account that signs in with an email."""
        return await self._one(_BY_EMAIL, email_key)

    async def add(self, account: Account) -> None:
        """Insert an account; a twin is an ``EmailTakenError``."""
        if not await self.session.fetch(INSERT, *to_row(account)):
            raise EmailTakenError

    async def save(self, account: Account) -> None:
        """Replace an account."""
        await self.session.fetch(UPDATE, *to_row(account))

    async def active_admins(self) -> Sequence[str]:
        """Return the ids of the admins in force, locked in the order of their ids."""
        rows = await self.session.fetch(f"{_ADMINS}{self.session.locking}")
        return [str(row[0]) for row in rows]

    async def _one(self, statement: str, *values: str) -> Account | None:
        rows = await self.session.fetch(statement, *values)
        return to_account(self.session, rows[0]) if rows else None


@frozen
class StoredAccountReads:
    """``AccountReads``."""

    session: Session

    async def find(self, account_id: str) -> Account | None:
        """Return one account."""
        rows = await self.session.fetch(_BY_ID, account_id)
        return to_account(self.session, rows[0]) if rows else None

    async def sessions(self, account_id: str, *, now: datetime) -> Sequence[LoginSession]:
        """Return the sessions of an account that are good, the last used first."""
        rows = await self.session.fetch(
            f"{SELECT_SESSION} WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2"
            " ORDER BY refreshed_at DESC, id",
            account_id,
            now,
        )
        return [to_login_session(self.session, row) for row in rows]

    async def page(self, query: AccountQuery) -> AccountPage:
        """Return a page of accounts, the oldest first."""
        conditions, values = ["deleted_at IS NULL"], list[object]()

        def bound(value: object) -> str:
            values.append(value)
            return f"${len(values)}"

        if query.search:
            conditions.append(f"email_key LIKE {bound(_part(query.search))} ESCAPE '!'")
        if query.role is not None:
            conditions.append(f"role = {bound(query.role.value)}")
        backwards = query.cursor is not None and query.cursor.backwards
        if query.cursor is not None:
            place = query.cursor.place
            beyond = f"({bound(place.created_at)}, {bound(place.id)})"
            conditions.append(f"(created_at, id) {'<' if backwards else '>'} {beyond}")
        direction = "DESC" if backwards else "ASC"
        rows = await self.session.fetch(
            f"{SELECT} WHERE {' AND '.join(conditions)}"
            f" ORDER BY created_at {direction}, id {direction} LIMIT {bound(query.limit + 1)}",
            *values,
        )
        return page_of_accounts(query, tuple(to_account(self.session, row) for row in rows))

    async def standing_of_session(self, session_id: str) -> Standing | None:
        """Return how the account of a session stands."""
        rows = await self.session.fetch(
            f"{_STANDING}, s.revoked_at FROM login_session AS s"  # constant columns
            " JOIN account AS a ON a.id = s.account_id WHERE s.id = $1",
            session_id,
        )
        for row in rows:
            in_force = not row[2] and row[3] is None and row[4] is None
            return Standing(account_id=row[0], role=Role(row[1]), in_force=in_force)
        return None

    async def standing_of_identity(self, issuer: str, subject: str) -> Standing | None:
        """Return how an account stands for which another issuer vouches."""
        rows = await self.session.fetch(_BY_IDENTITY, issuer, subject)
        for row in rows:
            account = to_account(self.session, row)
            return Standing(account_id=account.id, role=account.role, in_force=account.in_force)
        return None


def _part(search: str) -> str:
    """Return the pattern that finds a part of an email."""
    key = email_key(search)
    for special in "!%_":
        key = key.replace(special, f"!{special}")
    return f"%{key}%"
