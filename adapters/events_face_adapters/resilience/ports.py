"""Guarded ports: each is the port that it wraps, and calls through a guard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from events_face_adapters.resilience.guard import Guard
from events_face_core.announcements import Announcement, Announcer
from events_face_core.auditing import AuditLog, AuditRecord
from events_face_core.catalogue import EventSource, SourcePage
from events_face_core.notifications import Notification, Notifier
from events_face_core.registration import (
    Answer,
    Registration,
    RegistrationGateway,
    TakeBackAnswer,
)


@frozen(kw_only=True)
class GuardedEventSource:
    """An ``EventSource`` behind a guard."""

    source: EventSource
    guard: Guard

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        """Return a page of changes; see the port."""
        return await self.guard.call(lambda: self.source.changes(since, after))


@frozen(kw_only=True)
class GuardedRegistrationGateway:
    """A ``RegistrationGateway`` behind a guard."""

    gateway: RegistrationGateway
    guard: Guard

    @property
    def idempotent(self) -> bool:
        """Whether a repeated ``register`` of one registration returns the first one's ticket."""
        return self.gateway.idempotent

    async def register(self, registration: Registration) -> Answer:
        """Ask for a place; see the port."""
        return await self.guard.call(lambda: self.gateway.register(registration))

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        """Give a place back; see the port."""
        return await self.guard.call(lambda: self.gateway.take_back(event_id, ticket_id))


@frozen(kw_only=True)
class GuardedNotifier:
    """A ``Notifier`` behind a guard."""

    notifier: Notifier
    guard: Guard

    async def send(self, notification: Notification) -> None:
        """Send a notification; see the port."""
        await self.guard.call(lambda: self.notifier.send(notification))


@frozen(kw_only=True)
class GuardedAnnouncer:
    """An ``Announcer`` behind a guard."""

    announcer: Announcer
    guard: Guard

    async def announce(self, announcement: Announcement) -> None:
        """Tell other systems; see the port."""
        await self.guard.call(lambda: self.announcer.announce(announcement))


@frozen(kw_only=True)
class GuardedAuditLog:
    """An ``AuditLog`` behind a guard."""

    audit_log: AuditLog
    guard: Guard

    async def log(self, records: Sequence[AuditRecord]) -> None:
        """Keep records; see the port."""
        await self.guard.call(lambda: self.audit_log.log(records))
