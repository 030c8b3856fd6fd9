"""What notifications need from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from events_face_core.kernel import Transaction
from events_face_core.notifications.model import Fact, Notification


class Notifier(Protocol):
    """Hands a notification to the service that delivers it to the person."""

    async def send(self, notification: Notification) -> None:
        """Send; the notification's id is sent as idempotency key, so a repetition is harmless.

        Raises:
            NotificationRefusedError: the service will never take it.
            DependencyUnavailableError: the service cannot take it now.
        """
        ...


class Texts(Protocol):
    """Knows the words."""

    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        """Return a text in a language.

        Raises:
            LookupError: there is no such template, or it speaks of a fact that is missing.
        """
        ...


class Notifications(Protocol):
    """The repository of notifications, inside one transaction."""

    async def add(self, notification: Notification) -> None:
        """Insert a notification."""
        ...

    async def add_once(self, notification: Notification) -> bool:
        """Insert a notification unless its id is there; tell whether it was inserted."""
        ...

    async def known(self, notification_ids: Collection[str]) -> Collection[str]:
        """Return which of these ids are there. Locks nothing."""
        ...

    async def find(self, notification_id: str) -> Notification | None:
        """Return a notification, locked until the transaction ends."""
        ...

    async def save(self, notification: Notification) -> None:
        """Take note of when a notification was sent; what was erased stays so."""
        ...

    async def erase(self, reference_ids: Collection[str]) -> None:
        """Erase to whom, and what, was told about these things, sent or not; the rows stay."""
        ...


class NotificationTransaction(Transaction, Protocol):
    """What the use cases of notifications find in a transaction."""

    @property
    def notifications(self) -> Notifications:
        """The notifications."""
        ...
