"""Engagement sees the catalogue's events."""

from events_face_core.processes import CatalogueKnownEvents
from unit.fakes import FakeHouse
from unit.registration.making import put_event


async def test_an_event_of_the_catalogue_is_known() -> None:
    house = FakeHouse()
    put_event(house)

    assert await CatalogueKnownEvents(house.events).exists("event")


async def test_another_is_not() -> None:
    assert not await CatalogueKnownEvents(FakeHouse().events).exists("event")
