"""Reads of the catalogue."""

from __future__ import annotations

from attrs import frozen

from events_face_core.catalogue.errors import EventNotFoundError
from events_face_core.catalogue.listing import EventPage, EventQuery
from events_face_core.catalogue.model import Event
from events_face_core.catalogue.ports import EventReads


@frozen(kw_only=True)
class CatalogueQueries:
    """Lists, searches and shows events. Anybody may ask."""

    reads: EventReads

    async def page(self, query: EventQuery) -> EventPage:
        """Return a page of events."""
        return await self.reads.page(query)

    async def event(self, event_id: str) -> Event:
        """Return one event.

        Raises:
            EventNotFoundError: there is none.
        """
        event = await self.reads.find(event_id)
        if event is None:
            raise EventNotFoundError
        return event
