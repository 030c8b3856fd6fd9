"""Accounts, the sessions in which they are used, and the links that set a password."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from attrs import evolve, field, frozen

from events_face_core.kernel import (
    InvalidInputError,
    Language,
    Role,
    has_control_characters,
    one_line,
)

LONGEST_DISPLAY_NAME = 100
_LONGEST_CLIENT = 200


def email_key(email: str) -> str:
    """Return the address as addresses are compared: two spellings of one have one key.

    Empty, the key of nobody, for what can be no address.
    """
    if has_control_characters(email):
        return ""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def display_name(value: str | None) -> str | None:
    """Return the name, trimmed, or nothing where none is wanted.

    Raises:
        InvalidInputError: it is empty, too long or not one line of text.
    """
    return None if value is None else one_line("display_name", value, longest=LONGEST_DISPLAY_NAME)


def client_name(value: str) -> str:
    """Return what a client calls itself as one line of at most 200 characters."""
    printable = "".join(c if c.isprintable() else " " for c in value[: 2 * _LONGEST_CLIENT])
    return " ".join(printable.split())[:_LONGEST_CLIENT]


def account_role(role: Role) -> Role:
    """Return the role if an account can have it.

    Raises:
        InvalidInputError: a guest is who has no account.
    """
    if role is Role.GUEST:
        raise InvalidInputError("role", "must be user, organizer or admin")
    return role


@frozen(kw_only=True)
class Account:
    """Somebody who can sign in.

    Attributes:
        email: empty once the account is deleted, or where who vouches for it told none.
        password_hash: none where the account signs in elsewhere, or is deleted.
        issuer, subject: who vouches for the account, and its name there; else empty.
    """

    id: str
    email: str = field(repr=False)
    display_name: str | None = field(repr=False)
    language: Language
    role: Role
    created_at: datetime
    password_hash: str | None = field(default=None, repr=False)
    blocked: bool = False
    issuer: str = ""
    subject: str = field(default="", repr=False)
    deleted_at: datetime | None = None

    @property
    def email_key(self) -> str:
        """The key that no other account has; empty for one that does not sign in by email.

        An address that somebody else vouches for does not stand in the way of its owner.
        """
        return "" if self.subject else email_key(self.email)

    @property
    def in_force(self) -> bool:
        """Whether it can be used."""
        return not self.blocked and self.deleted_at is None

    def erased(self, now: datetime) -> Account:
        """Return what is left when the owner leaves: an id, so that what it did still counts."""
        return evolve(
            self,
            email="",
            display_name=None,
            password_hash=None,
            issuer="",
            subject="",
            deleted_at=now,
        )


@frozen(kw_only=True)
class LoginSession:
    """One sign-in on one device: a family of refresh tokens, of which the last is good.

    Attributes:
        client: what the client calls itself.
        family_key: proves that a token is one of the family's, spent or not.
        token_hash: of the token that is good.
        previous_hash: of the one before it; empty at first.
        seed: makes the good token out of the one before it; empty at first.
        refreshed_at: when the good token was made.
        expires_at: when it ceases to be good.
    """

    id: str
    account_id: str
    client: str = field(repr=False)
    family_key: str = field(repr=False)
    token_hash: str = field(repr=False)
    created_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    previous_hash: str = field(default="", repr=False)
    seed: str = field(default="", repr=False)
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether its last token can still be exchanged."""
        return self.revoked_at is None and now < self.expires_at


@frozen(kw_only=True)
class PasswordReset:
    """A link that sets a password, once; only the digest of its secret is kept."""

    token_hash: str = field(repr=False)
    account_id: str
    expires_at: datetime
