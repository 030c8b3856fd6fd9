"""Idempotency keys: a client's promise that two calls are one."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Protocol

from attrs import frozen

from events_face_core.kernel.errors import ErrorKind, EventsFaceError, InvalidInputError
from events_face_core.kernel.text import has_control_characters

LONGEST_KEY = 255


class IdempotencyKeyReusedError(EventsFaceError):
    """The key was used before, for something else (http-api, "Conventions")."""

    kind = ErrorKind.INVALID
    slug = "idempotency-key-reused"
    title = "The idempotency key was used for another request"

    def __init__(self) -> None:
        super().__init__("Use a new Idempotency-Key for a new request.")


@frozen(kw_only=True)
class IdempotencyKey:
    """A key, and the fingerprint of what it was sent with.

    Attributes:
        value: 1 to 255 characters, chosen by the client.
        fingerprint: a digest of the request; equal requests have equal fingerprints.
    """

    value: str
    fingerprint: str

    def __attrs_post_init__(self) -> None:
        """Check the key.

        Raises:
            InvalidInputError: it is empty, too long or not printable.
        """
        if not self.value or len(self.value) > LONGEST_KEY or has_control_characters(self.value):
            raise InvalidInputError(
                "Idempotency-Key", f"must be 1 to {LONGEST_KEY} printable characters"
            )

    def of(self, owner_id: str) -> IdempotencyKey:
        """Return the key as one of this owner alone: others may use the same value."""
        owned = sha256(f"{owner_id}\n{self.value}".encode()).hexdigest()
        return IdempotencyKey(value=owned, fingerprint=self.fingerprint)


@frozen(kw_only=True)
class FirstUse:
    """What a key was first used for: the request's fingerprint and the id of what it made."""

    fingerprint: str
    resource_id: str

    def answer_to(self, key: IdempotencyKey) -> str:
        """Return the id of what the first request made, for a repetition of it.

        Raises:
            IdempotencyKeyReusedError: this is another request.
        """
        if self.fingerprint != key.fingerprint:
            raise IdempotencyKeyReusedError
        return self.resource_id


class IdempotencyKeys(Protocol):
    """The keys that were used, inside one transaction. Kept for at least 24 hours."""

    async def first_use(self, value: str) -> FirstUse | None:
        """Return what the key was used for, if it was.

        Locks the key until the transaction ends: of two calls with one new key, the second
        waits and sees what the first did.
        """
        ...

    async def keep(self, key: IdempotencyKey, resource_id: str, *, now: datetime) -> None:
        """Remember the first use of a key."""
        ...

    async def prune(self, *, used_before: datetime) -> int:
        """Forget the keys first used before an instant; return how many went."""
        ...
