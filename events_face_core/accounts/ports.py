"""What accounts need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from events_face_core.accounts.listing import AccountPage, AccountQuery
from events_face_core.accounts.model import Account, LoginSession, PasswordReset
from events_face_core.kernel import IdempotencyKeys, Role, Transaction


@frozen(kw_only=True)
class PasswordVerdict:
    """Whether a password is the right one, and whether its hash should be made anew."""

    right: bool
    outdated: bool = False


class Passwords(Protocol):
    """Hashes passwords: slow by intent, never on the event loop, never in a transaction."""

    async def hash(self, password: str) -> str:
        """Return a hash with a salt of its own, which tells how it was made."""
        ...

    async def check(self, password: str, password_hash: str | None) -> PasswordVerdict:
        """Tell whether this is the password; without a hash it is not, after as long a time."""
        ...

    async def is_common(self, password: str, hints: Sequence[str]) -> bool:
        """Tell whether the password is among the first that anybody would try.

        Args:
            password: the password.
            hints: words that belong to its owner.
        """
        ...


class Secrets(Protocol):
    """Makes secrets."""

    def new(self) -> str:
        """Return 256 random bits as 43 characters that can stand in a URL."""
        ...


@frozen(kw_only=True)
class AccessGrant:
    """What an access token of ours says."""

    account_id: str
    session_id: str
    role: Role


@frozen(kw_only=True)
class ForeignIdentity:
    """What the access token of another issuer says, whom the operator trusts."""

    issuer: str
    subject: str = field(repr=False)
    email: str = field(repr=False)
    display_name: str | None = field(repr=False)
    role: Role


class AccessTokens(Protocol):
    """Access tokens: short-lived, and good without asking the database."""

    def issue(self, grant: AccessGrant, *, now: datetime, lifetime: timedelta) -> str:
        """Return a signed token."""
        ...

    async def read(self, token: str, *, now: datetime) -> AccessGrant | ForeignIdentity:
        """Return what a token says.

        Raises:
            SignInRequiredError: it is not signed by whom we trust, not meant for us, or expired.
            DependencyUnavailableError: the keys of its issuer cannot be had now.
        """
        ...


@frozen(kw_only=True)
class Standing:
    """What an access token is worth now.

    Attributes:
        in_force: neither blocked nor deleted, and the session was not ended.
    """

    account_id: str
    role: Role
    in_force: bool


class Standings(Protocol):
    """Tells how accounts stand; an answer may be a few seconds old."""

    async def of_session(self, session_id: str) -> Standing | None:
        """Return how the account of a session stands."""
        ...

    async def of_identity(self, issuer: str, subject: str) -> Standing | None:
        """Return how an account stands for which another issuer vouches, if it was seen here."""
        ...


class Accounts(Protocol):
    """The repository of accounts, inside one transaction."""

    async def find(self, account_id: str) -> Account | None:
        """Return an account, locked until the transaction ends."""
        ...

    async def find_by_email(self, email_key: str) -> Account | None:
        """Return the account that signs in with an email, locked until the transaction ends."""
        ...

    async def find_by_identity(self, issuer: str, subject: str) -> Account | None:
        """Return the account that an issuer vouches for, locked until the transaction ends."""
        ...

    async def look(self, account_id: str) -> Account | None:
        """Return an account as it is now, not locked."""
        ...

    async def look_by_email(self, email_key: str) -> Account | None:
        """Return the account that signs in with an email, not locked."""
        ...

    async def add(self, account: Account) -> None:
        """Insert an account.

        Raises:
            EmailTakenError: another has its email, or its name at its issuer; got in first.
        """
        ...

    async def save(self, account: Account) -> None:
        """Replace an account that was found in this transaction."""
        ...

    async def active_admins(self) -> Sequence[str]:
        """Return the ids of the admins in force, all locked until the transaction ends.

        Two transactions that each want one of two admins to go so take turns.
        """
        ...


class LoginSessions(Protocol):
    """The repository of sessions, inside one transaction."""

    async def add(self, session: LoginSession) -> None:
        """Insert a session."""
        ...

    async def look(self, session_id: str) -> LoginSession | None:
        """Return a session as it is now, not locked: every change of one is conditional."""
        ...

    async def rotate(self, rotated: LoginSession) -> bool:
        """Put the next token in the place of the one before it; tell whether that was done.

        It is not where another was first, or the session was ended: of many at once with one
        token exactly one is told that it was done.
        """
        ...

    async def revoke(self, session_id: str, *, now: datetime) -> bool:
        """End a session; tell whether it was not ended before."""
        ...

    async def revoke_oldest(self, account_id: str, *, keep: int, now: datetime) -> Sequence[str]:
        """End all good sessions of an account but so many, the last used; return which ended."""
        ...

    async def revoke_all(self, account_id: str, *, but: str = "", now: datetime) -> None:
        """End every session of an account, but one if it is named."""
        ...

    async def erase_all(self, account_id: str) -> None:
        """Forget every session of an account."""
        ...

    async def prune(self, *, ended_before: datetime) -> int:
        """Forget sessions that ended before an instant; return how many went."""
        ...


class PasswordResets(Protocol):
    """The repository of the links that set a password, inside one transaction."""

    async def add(self, reset: PasswordReset) -> None:
        """Insert a link."""
        ...

    async def look(self, token_hash: str) -> PasswordReset | None:
        """Return a link."""
        ...

    async def use(self, token_hash: str, *, now: datetime) -> bool:
        """Use a link up; tell whether it was still good. Of many at once, one is told so."""
        ...

    async def forget(self, account_id: str) -> None:
        """Make every link of an account worthless."""
        ...

    async def prune(self, *, expired_before: datetime) -> int:
        """Forget links that expired before an instant; return how many went."""
        ...


@frozen(kw_only=True)
class Excess:
    """An attempt too many.

    Attributes:
        until: when the span ends.
        first: whether it is the first in its span.
    """

    until: datetime
    first: bool


class Attempts(Protocol):
    """Counts what is tried, inside one transaction."""

    async def count(self, key: str, *, most: int, span: timedelta, now: datetime) -> Excess | None:
        """Count an attempt; tell if there are more than ``most`` in the span by now."""
        ...

    async def prune(self, *, ended_before: datetime) -> int:
        """Forget spans that ended before an instant; return how many went."""
        ...


class AccountTransaction(Transaction, Protocol):
    """What the use cases of accounts find in a transaction."""

    @property
    def accounts(self) -> Accounts:
        """The accounts."""
        ...

    @property
    def login_sessions(self) -> LoginSessions:
        """Their sessions."""
        ...

    @property
    def password_resets(self) -> PasswordResets:
        """The links that set a password."""
        ...

    @property
    def attempts(self) -> Attempts:
        """What was tried lately."""
        ...

    @property
    def idempotency_keys(self) -> IdempotencyKeys:
        """The idempotency keys that were used."""
        ...


class AccountReads(Protocol):
    """Answers the screens. Reads what is committed."""

    async def find(self, account_id: str) -> Account | None:
        """Return one account."""
        ...

    async def sessions(self, account_id: str, *, now: datetime) -> Sequence[LoginSession]:
        """Return the sessions of an account that are good, the last used first."""
        ...

    async def page(self, query: AccountQuery) -> AccountPage:
        """Return a page of accounts."""
        ...

    async def standing_of_session(self, session_id: str) -> Standing | None:
        """Return how the account of a session stands."""
        ...

    async def standing_of_identity(self, issuer: str, subject: str) -> Standing | None:
        """Return how an account stands for which another issuer vouches."""
        ...
