"""The shapes of accounts on the wire."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from events_face_core.accounts import Account, LoginSession, TokenPair
from events_face_core.kernel import Role, in_utc
from events_face_runners.web.schemas import Moment

LanguageName = Literal["ru", "en"]
RoleName = Literal["user", "organizer", "admin"]

_ROLES: dict[Role, RoleName] = {
    Role.USER: "user",
    Role.ORGANIZER: "organizer",
    Role.ADMIN: "admin",
}

Email = Annotated[str, Meta(min_length=3, max_length=300, examples=["anna@example.com"])]
Password = Annotated[
    str, Meta(min_length=1, max_length=1000, examples=["correct horse battery staple"])
]
Name = Annotated[str, Meta(min_length=1, max_length=200, examples=["Анна"])]
Token = Annotated[str, Meta(min_length=1, max_length=500)]


class RegisterRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants an account; the password has 12 to 128 characters."""

    email: Email
    password: Password
    display_name: Name | None = None
    language: LanguageName | None = None


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to sign in."""

    email: Email
    password: Password


class RefreshTokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token that the client keeps."""

    refresh_token: Token


class PasswordResetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is forgotten."""

    email: Email


class PasswordResetConfirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret out of the link, and the new password."""

    token: Token
    password: Password


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password as it is, and as it is to be."""

    current_password: Password
    new_password: Password


class ProfileChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change of one's profile; what is left out stays."""

    display_name: Name | UnsetType | None = UNSET
    language: LanguageName | UnsetType = UNSET


class AccessChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to change of somebody's rights; what is left out stays."""

    role: RoleName | UnsetType = UNSET
    blocked: bool | UnsetType = UNSET


class TokenPairView(msgspec.Struct, frozen=True):
    """What a client signs in with (RFC 6749, 5.1); ``expires_in`` is in seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str


class AccountView(msgspec.Struct, frozen=True):
    """An account, as its owner sees it."""

    id: str
    email: str
    display_name: str | None
    language: LanguageName
    role: RoleName
    created_at: Moment


class UserView(msgspec.Struct, frozen=True):
    """An account, as an admin sees it."""

    id: str
    email: str
    display_name: str | None
    language: LanguageName
    role: RoleName
    blocked: bool
    created_at: Moment


class UserListView(msgspec.Struct, frozen=True):
    """A page of accounts; ``next`` and ``previous`` are relative references (RFC 3986)."""

    next: str | None
    previous: str | None
    results: list[UserView]


class SessionView(msgspec.Struct, frozen=True):
    """A sign-in on one device."""

    id: str
    client: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    current: bool


class SessionListView(msgspec.Struct, frozen=True):
    """Where one is signed in; all on one page."""

    next: None
    previous: None
    results: list[SessionView]


class KeyView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A public key (RFC 7517)."""

    kty: Literal["OKP", "RSA"]
    kid: str
    use: Literal["sig"]
    alg: Literal["EdDSA", "RS256"]
    crv: str | UnsetType = UNSET
    x: str | UnsetType = UNSET
    n: str | UnsetType = UNSET
    e: str | UnsetType = UNSET


class KeysView(msgspec.Struct, frozen=True):
    """The keys that access tokens are verified with."""

    keys: list[KeyView]


def token_pair_view(pair: TokenPair) -> TokenPairView:
    """Lay out a pair of tokens."""
    return TokenPairView(
        access_token=pair.access_token,
        token_type="Bearer",  # noqa: S106  # the kind of token, not one
        expires_in=int(pair.expires_in.total_seconds()),
        refresh_token=pair.refresh_token,
    )


def account_view(account: Account) -> AccountView:
    """Lay out an account for its owner."""
    return AccountView(
        id=account.id,
        email=account.email,
        display_name=account.display_name,
        language=account.language.value,
        role=_role(account),
        created_at=in_utc(account.created_at),
    )


def user_view(account: Account) -> UserView:
    """Lay out an account for an admin."""
    return UserView(
        id=account.id,
        email=account.email,
        display_name=account.display_name,
        language=account.language.value,
        role=_role(account),
        blocked=account.blocked,
        created_at=in_utc(account.created_at),
    )


def session_view(session: LoginSession, current: str) -> SessionView:
    """Lay out a session; tell whether it is the one that asks."""
    return SessionView(
        id=session.id,
        client=session.client,
        created_at=in_utc(session.created_at),
        last_used_at=in_utc(session.refreshed_at),
        expires_at=in_utc(session.expires_at),
        current=session.id == current,
    )


def _role(account: Account) -> RoleName:
    return _ROLES[account.role]
