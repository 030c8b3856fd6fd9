"""A person is forgotten; what others read and count stays."""

import pytest

from events_face_core.engagement import (
    AddFavorite,
    ForgetPerson,
    ForgetPersonHandler,
    PersonForgotten,
)
from events_face_core.kernel import StorageUnavailableError
from unit.engagement.making import ANNA, BORIS, EngagementHouse


async def _forget(house: EngagementHouse, user_id: str = ANNA.id) -> None:
    async with house() as tx:
        await ForgetPersonHandler().within(tx, ForgetPerson(user_id=user_id, actor_id="admin"))


async def _house_with_traces() -> EngagementHouse:
    house = EngagementHouse()
    house.put_review()
    house.put_comment()
    await house.add_favorite(AddFavorite(actor=ANNA, event_id="event"))
    return house


async def test_favorites_go_and_texts_stay_without_their_author() -> None:
    house = await _house_with_traces()

    await _forget(house)

    assert house.favorites.all == {}
    assert house.reviews.all["review"].user_id is None
    assert house.reviews.all["review"].rating == 4
    assert house.comments.all["comment"].user_id is None


async def test_it_is_told_once_with_who_did_it() -> None:
    house = await _house_with_traces()

    await _forget(house)
    await _forget(house)

    (act,) = house.messages(PersonForgotten)
    assert (act.actor_id, act.entity_id, act.entity) == ("admin", "anna", "person")


async def test_others_are_not_touched() -> None:
    house = await _house_with_traces()

    await _forget(house, BORIS.id)

    assert house.reviews.all["review"].user_id == "anna"
    assert house.messages(PersonForgotten) == []


async def test_all_of_it_is_forgotten_or_nothing() -> None:
    house = await _house_with_traces()
    house.fail_at = house.transactions + 1

    with pytest.raises(StorageUnavailableError):
        await _forget(house)

    assert len(house.favorites.all) == 1
    assert house.reviews.all["review"].user_id == "anna"
    assert house.comments.all["comment"].user_id == "anna"
