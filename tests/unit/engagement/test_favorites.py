"""People remember events."""

import pytest

from events_face_core.engagement import (
    AddFavorite,
    EventUnknownError,
    FavoriteAdded,
    FavoriteNotFoundError,
    FavoriteRemoved,
    RemoveFavorite,
    RemoveFavoriteHandler,
)
from events_face_core.kernel import (
    GUEST,
    IdempotencyKeyReusedError,
    SignInRequiredError,
    StorageUnavailableError,
)
from unit.engagement.making import ANNA, BORIS, KEY, OTHER_KEY, EngagementHouse

ADD = AddFavorite(actor=ANNA, event_id="event")
ADD_WITH_KEY = AddFavorite(actor=ANNA, event_id="event", idempotency_key=KEY)
REMOVE = RemoveFavorite(actor=ANNA, event_id="event")


async def _remove(house: EngagementHouse, command: RemoveFavorite = REMOVE) -> None:
    await RemoveFavoriteHandler(unit_of_work=house)(command)


async def test_an_event_becomes_a_favorite() -> None:
    house = EngagementHouse()

    outcome = await house.add_favorite(ADD)

    assert outcome.added
    assert (outcome.favorite.user_id, outcome.favorite.event_id) == ("anna", "event")
    (act,) = house.messages(FavoriteAdded)
    assert (act.actor_id, act.entity_id, act.entity) == ("anna", outcome.favorite.id, "favorite")


async def test_a_second_time_changes_nothing_and_tells_nobody() -> None:
    house = EngagementHouse()
    first = await house.add_favorite(ADD)
    house.clock.forward(minutes=1)

    second = await house.add_favorite(ADD)

    assert (second.favorite, second.added) == (first.favorite, False)
    assert len(house.messages(FavoriteAdded)) == 1


async def test_favorites_of_two_people_are_kept_apart() -> None:
    house = EngagementHouse()
    await house.add_favorite(ADD)

    outcome = await house.add_favorite(AddFavorite(actor=BORIS, event_id="event"))

    assert outcome.added


async def test_a_repeated_call_under_one_key_is_answered_as_the_first() -> None:
    house = EngagementHouse()
    first = await house.add_favorite(ADD_WITH_KEY)

    assert await house.add_favorite(ADD_WITH_KEY) == first
    assert len(house.messages(FavoriteAdded)) == 1


async def test_a_repeated_call_does_not_bring_back_what_was_removed_since() -> None:
    house = EngagementHouse()
    await house.add_favorite(ADD_WITH_KEY)
    await _remove(house)

    with pytest.raises(FavoriteNotFoundError):
        await house.add_favorite(ADD_WITH_KEY)
    assert house.favorites.all == {}


async def test_a_key_is_for_one_request() -> None:
    house = EngagementHouse()
    await house.add_favorite(ADD_WITH_KEY)

    with pytest.raises(IdempotencyKeyReusedError):
        await house.add_favorite(
            AddFavorite(actor=ANNA, event_id="unknown", idempotency_key=OTHER_KEY)
        )


async def test_an_unknown_event_is_no_favorite() -> None:
    house = EngagementHouse()

    with pytest.raises(EventUnknownError):
        await house.add_favorite(AddFavorite(actor=ANNA, event_id="unknown"))
    assert house.outbox.all == {}


async def test_a_favorite_is_removed() -> None:
    house = EngagementHouse()
    outcome = await house.add_favorite(ADD)

    await _remove(house)

    assert house.favorites.all == {}
    (act,) = house.messages(FavoriteRemoved)
    assert (act.actor_id, act.entity_id) == ("anna", outcome.favorite.id)


async def test_removing_what_is_no_favorite_changes_nothing() -> None:
    house = EngagementHouse()

    await _remove(house)

    assert house.outbox.all == {}


async def test_nobody_removes_somebody_elses_favorite() -> None:
    house = EngagementHouse()
    await house.add_favorite(ADD)

    await _remove(house, RemoveFavorite(actor=BORIS, event_id="event"))

    assert len(house.favorites.all) == 1


async def test_guests_have_no_favorites() -> None:
    house = EngagementHouse()

    with pytest.raises(SignInRequiredError):
        await house.add_favorite(AddFavorite(actor=GUEST, event_id="event"))
    with pytest.raises(SignInRequiredError):
        await _remove(house, RemoveFavorite(actor=GUEST, event_id="event"))


async def test_a_favorite_and_its_message_commit_together() -> None:
    house = EngagementHouse()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await house.add_favorite(ADD)

    assert (house.favorites.all, house.outbox.all) == ({}, {})
