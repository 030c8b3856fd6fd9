"""What accounts tell the rest of the house. Ids only: whom they stand for can be erased."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Act


@frozen(kw_only=True)
class AccountAct(Act):
    """Something was done to an account, or tried.

    Attributes:
        account_id: empty where somebody tried an email that has no account.
    """

    entity: ClassVar[str] = "account"

    account_id: str

    @property
    def entity_id(self) -> str:
        """The account."""
        return self.account_id


@frozen(kw_only=True)
class SessionAct(AccountAct):
    """Something became of one session of an account."""

    session_id: str


@frozen(kw_only=True)
class AccountRegistered(AccountAct):
    """An account was made: by its owner, by an operator, or for who signs in elsewhere."""

    name: ClassVar[str] = "account.registered"

    role: str


@frozen(kw_only=True)
class LoggedIn(SessionAct):
    """Somebody signed in."""

    name: ClassVar[str] = "account.logged-in"


@frozen(kw_only=True)
class LoginFailed(AccountAct):
    """Somebody tried to sign in, and may not."""

    name: ClassVar[str] = "account.login-failed"


@frozen(kw_only=True)
class AttemptsThrottled(AccountAct):
    """Something was tried too often, and is refused until the span ends; told once in a span.

    Attributes:
        limit: the name of the limit.
    """

    name: ClassVar[str] = "account.throttled"

    limit: str


@frozen(kw_only=True)
class SessionRefreshed(SessionAct):
    """A refresh token was exchanged for the next one."""

    name: ClassVar[str] = "account.session-refreshed"


@frozen(kw_only=True)
class TokenReused(SessionAct):
    """A refresh token came that was exchanged before, and its session was ended."""

    name: ClassVar[str] = "account.token-reused"


@frozen(kw_only=True)
class LoggedOut(SessionAct):
    """One session was ended."""

    name: ClassVar[str] = "account.logged-out"


@frozen(kw_only=True)
class LoggedOutEverywhere(AccountAct):
    """Every session was ended."""

    name: ClassVar[str] = "account.logged-out-everywhere"


@frozen(kw_only=True)
class PasswordChanged(AccountAct):
    """The owner set another password, and every other session was ended."""

    name: ClassVar[str] = "account.password-changed"


@frozen(kw_only=True)
class PasswordResetRequested(AccountAct):
    """The owner, or somebody who knows the email, asked for a link to set a password."""

    name: ClassVar[str] = "account.password-reset-requested"


@frozen(kw_only=True)
class PasswordWasReset(AccountAct):
    """A password was set by a link, and every session was ended."""

    name: ClassVar[str] = "account.password-reset"


@frozen(kw_only=True)
class ProfileChanged(AccountAct):
    """The owner changed how the account is called, or spoken to."""

    name: ClassVar[str] = "account.profile-changed"


@frozen(kw_only=True)
class AccessChanged(AccountAct):
    """An admin, or who vouches for the account, changed what it may do."""

    name: ClassVar[str] = "account.access-changed"

    role: str
    blocked: bool


@frozen(kw_only=True)
class AccountDeleted(AccountAct):
    """The owner left: everything personal is erased."""

    name: ClassVar[str] = "account.deleted"


STANDING_CHANGES = (
    AccessChanged,
    AccountDeleted,
    LoggedOut,
    LoggedOutEverywhere,
    PasswordChanged,
    PasswordWasReset,
    TokenReused,
)
"""After these, somebody's access token may be worth another thing than before."""

ACCOUNT_ACTS: tuple[type[AccountAct], ...] = (
    AccessChanged,
    AccountDeleted,
    AccountRegistered,
    AttemptsThrottled,
    LoggedIn,
    LoggedOut,
    LoggedOutEverywhere,
    LoginFailed,
    PasswordChanged,
    PasswordResetRequested,
    PasswordWasReset,
    ProfileChanged,
    SessionRefreshed,
    TokenReused,
)
"""Every message of accounts."""
