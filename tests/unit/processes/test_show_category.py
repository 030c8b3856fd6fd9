"""What was remembered under a category's old name is forgotten with the change."""

from __future__ import annotations

import pytest

from events_face_core.catalogue import CatalogueChanged
from events_face_core.processes import ShowCategory
from events_face_core.ticketing import CategoryChanged, CategoryCreated
from unit.fakes import FakeHouse

CHANGED = CategoryChanged(actor_id="admin", category_id="music")


def _house() -> FakeHouse:
    house = FakeHouse()
    house.reactions[CategoryChanged.name] = ShowCategory()
    return house


async def test_a_category_that_changes_moves_the_catalogue_on() -> None:
    house = _house()

    for _ in range(2):
        async with house() as tx:
            await tx.publish(CHANGED)

    assert [message.catalogue_version for message in house.messages(CatalogueChanged)] == [1, 2]


async def test_another_message_is_not_for_it() -> None:
    house = FakeHouse()
    other = CategoryCreated(actor_id="admin", category_id="music")

    with pytest.raises(TypeError, match=other.name):
        async with house() as tx:
            await ShowCategory()(tx, other)
