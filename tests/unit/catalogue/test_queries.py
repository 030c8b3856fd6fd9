"""Reads of the catalogue."""

import pytest
from attrs import frozen

from events_face_core.catalogue import (
    CatalogueQueries,
    Event,
    EventNotFoundError,
    EventPage,
    EventQuery,
    page_of,
)
from unit.catalogue.making import an_event


@frozen
class FakeReads:
    event: Event

    async def page(self, query: EventQuery) -> EventPage:
        return page_of(query, (self.event,))

    async def find(self, event_id: str) -> Event | None:
        return self.event if event_id == self.event.id else None

    async def version(self) -> int:
        return 1


async def test_a_page_of_events_is_shown() -> None:
    page = await CatalogueQueries(reads=FakeReads(an_event())).page(EventQuery())

    assert page.items == (an_event(),)


async def test_one_event_is_shown() -> None:
    event = await CatalogueQueries(reads=FakeReads(an_event("e"))).event("e")

    assert event == an_event("e")


async def test_an_unknown_event_is_not_found() -> None:
    with pytest.raises(EventNotFoundError):
        await CatalogueQueries(reads=FakeReads(an_event("e"))).event("f")
