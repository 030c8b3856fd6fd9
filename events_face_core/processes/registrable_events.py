"""Registration asks which events it may register for; the catalogue knows."""

from __future__ import annotations

from attrs import frozen

from events_face_core.catalogue import Event, Events, EventStatus, Origin
from events_face_core.registration import EventSnapshot, RegistrableEvent


@frozen
class CatalogueRegistrableEvents:
    """``RegistrableEvents`` over the catalogue's own repository, in one transaction."""

    events: Events

    async def find(self, event_id: str) -> RegistrableEvent | None:
        """Return an event as registration sees it."""
        event = await self.events.find(event_id)
        return None if event is None else _registrable(event)


def _registrable(event: Event) -> RegistrableEvent:
    return RegistrableEvent(
        snapshot=EventSnapshot(id=event.id, name=event.name, event_time=event.event_time),
        open=event.status is EventStatus.OPEN,
        cancelled=event.status is EventStatus.CANCELLED,
        registration_deadline=event.registration_deadline,
        decided_here=event.origin is Origin.OWN,
    )
