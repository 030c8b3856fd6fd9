"""Engagement asks which events everybody can see; the catalogue knows."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.catalogue import Event


class FindsEvents(Protocol):
    """The catalogue's repository in a transaction, or its reads outside of one."""

    async def find(self, event_id: str) -> Event | None:
        """Return one event."""
        ...


@frozen
class CatalogueKnownEvents:
    """``KnownEvents`` over the catalogue."""

    events: FindsEvents

    async def exists(self, event_id: str) -> bool:
        """Tell whether there is such an event."""
        return await self.events.find(event_id) is not None
