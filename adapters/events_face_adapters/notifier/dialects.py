"""The generations of the notification service's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import msgspec
from attrs import field, frozen

from events_face_adapters.http import header_value
from events_face_core.notifications import Notification


class NotifierDialect(Protocol):
    """What one generation does in its own way."""

    @property
    def name(self) -> str:
        """The name that the setting ``notifier.dialect`` knows it by."""
        ...

    def headers(self) -> Mapping[str, str]:
        """Return the headers that prove who calls."""
        ...

    def body(self, notification: Notification) -> bytes:
        """Return what is sent, with the notification's id as idempotency key."""
        ...


class NotificationWireV1(msgspec.Struct, frozen=True, kw_only=True):
    """A notification as ``v1`` wants it."""

    id: str
    owner_id: str
    email: str
    message: str


class NotificationWireV2(msgspec.Struct, frozen=True, kw_only=True):
    """A notification as ``v2`` wants it."""

    message: str
    reference_id: str
    idempotency_key: str
    email: str


@frozen(kw_only=True)
class NotifierV1:
    """``v1``: bearer tokens; notifications belong to an owner."""

    token: str = field(repr=False)
    owner_id: str
    name: str = "v1"

    def headers(self) -> Mapping[str, str]:
        """Return the bearer token."""
        return {"Authorization": f"Bearer {self.token}"}

    def body(self, notification: Notification) -> bytes:
        """Return the notification; its ``id`` is the idempotency key."""
        return msgspec.json.encode(
            NotificationWireV1(
                id=notification.id,
                owner_id=self.owner_id,
                email=notification.email,
                message=notification.message,
            )
        )


@frozen(kw_only=True)
class NotifierV2:
    """``v2``: API keys; notifications refer to what they are about."""

    token: str = field(repr=False)
    name: str = "v2"

    def headers(self) -> Mapping[str, str]:
        """Return the API key."""
        return {"X-API-Key": self.token}

    def body(self, notification: Notification) -> bytes:
        """Return the notification with its ``idempotency_key``."""
        return msgspec.json.encode(
            NotificationWireV2(
                message=notification.message,
                reference_id=notification.reference_id,
                idempotency_key=notification.id,
                email=notification.email,
            )
        )


def notifier_dialect(name: str, token: str, owner_id: str = "") -> NotifierDialect:
    """Return the dialect ``v1``, which wants an owner's UUID, or ``v2``.

    Raises:
        ValueError: there is no such dialect, the owner is not a UUID where one is wanted, or
            the token cannot be sent in a header.
    """
    token = header_value("the notifier's token", token)
    if name == "v1":
        return NotifierV1(token=token, owner_id=_owner(owner_id))
    if name == "v2":
        return NotifierV2(token=token)
    raise ValueError(f"the notifier has no dialect {name!r}; it has v1, v2")


def _owner(owner_id: str) -> str:
    try:
        return str(UUID(owner_id))
    except ValueError:
        raise ValueError(
            "dialect v1 of the notifier wants a UUID as owner of the notifications"
        ) from None
