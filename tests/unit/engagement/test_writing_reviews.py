"""Those who attended an event review it, once."""

from datetime import timedelta

import pytest
from attrs import evolve

from events_face_core.engagement import (
    AlreadyReviewedError,
    ChangeReview,
    ChangeReviewHandler,
    EventUnknownError,
    Review,
    ReviewChanged,
    ReviewNotAllowedError,
    ReviewNotFoundError,
    ReviewStatus,
    ReviewWritten,
    WriteReview,
)
from events_face_core.kernel import (
    GUEST,
    Actor,
    IdempotencyKeyReusedError,
    InvalidInputError,
    SignInRequiredError,
    StorageUnavailableError,
)
from unit.engagement.making import ADMIN, ANNA, BORIS, KEY, OTHER_KEY, OWNER, EngagementHouse
from unit.fakes import NOON

WRITE = WriteReview(actor=ANNA, event_id="event", rating=5, content="<b>Да!</b>\n")
CHANGE = ChangeReview(actor=ANNA, review_id="review", rating=1, content="Нет.")


async def _change(house: EngagementHouse, command: ChangeReview = CHANGE) -> Review:
    return await ChangeReviewHandler(unit_of_work=house, clock=house.clock)(command)


async def test_who_attended_writes_a_review() -> None:
    house = EngagementHouse()

    review = await house.write_review(WRITE)

    assert house.reviews.all == {review.id: review}
    assert (review.user_id, review.rating, review.content) == ("anna", 5, "<b>Да!</b>\n")
    assert (review.status, review.helpful_count) == (ReviewStatus.ACTIVE, 0)
    (act,) = house.messages(ReviewWritten)
    assert (act.actor_id, act.entity_id, act.event_id) == ("anna", review.id, "event")


async def test_who_did_not_attend_writes_none() -> None:
    house = EngagementHouse()

    with pytest.raises(ReviewNotAllowedError):
        await house.write_review(evolve(WRITE, actor=BORIS))
    assert (house.reviews.all, house.outbox.all) == ({}, {})


async def test_an_unknown_event_is_not_reviewed() -> None:
    with pytest.raises(EventUnknownError):
        await EngagementHouse().write_review(evolve(WRITE, event_id="unknown"))


async def test_who_attended_reviews_an_event_that_was_purged_since() -> None:
    house = EngagementHouse()
    house.events.all.clear()

    await house.write_review(WRITE)

    assert len(house.reviews.all) == 1


async def test_there_is_one_review_for_each_person_and_event() -> None:
    house = EngagementHouse()
    await house.write_review(WRITE)

    with pytest.raises(AlreadyReviewedError):
        await house.write_review(evolve(WRITE, rating=1))
    assert len(house.messages(ReviewWritten)) == 1


async def test_every_mistake_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        await EngagementHouse().write_review(evolve(WRITE, rating=6, content="\0"))

    assert [caught.value.field, *(one.field for one in caught.value.others)] == [
        "rating",
        "content",
    ]


async def test_guests_write_no_reviews() -> None:
    house = EngagementHouse()

    with pytest.raises(SignInRequiredError):
        await house.write_review(evolve(WRITE, actor=GUEST))
    with pytest.raises(SignInRequiredError):
        await _change(house, evolve(CHANGE, actor=GUEST))


async def test_a_repeated_call_is_answered_as_the_first_whatever_became_of_the_review() -> None:
    house = EngagementHouse()
    write = evolve(WRITE, idempotency_key=KEY)
    first = await house.write_review(write)
    house.clock.forward(minutes=1)
    await _change(house, evolve(CHANGE, review_id=first.id))
    await house.reviews.mark_helpful(first.id, "boris")

    assert await house.write_review(write) == first
    assert house.reviews.all[first.id].rating == 1


async def test_a_key_is_for_one_request() -> None:
    house = EngagementHouse()
    await house.write_review(evolve(WRITE, idempotency_key=KEY))

    with pytest.raises(IdempotencyKeyReusedError):
        await house.write_review(evolve(WRITE, idempotency_key=OTHER_KEY))


async def test_a_review_and_its_message_commit_together() -> None:
    house = EngagementHouse()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await house.write_review(WRITE)

    assert (house.reviews.all, house.outbox.all) == ({}, {})


async def test_the_author_changes_a_review() -> None:
    house = EngagementHouse()
    before = house.put_review()
    house.clock.forward(minutes=1)

    changed = await _change(house)

    later = NOON + timedelta(minutes=1)
    assert changed == evolve(before, rating=1, content="Нет.", updated_at=later)
    assert house.reviews.all["review"] == changed
    (act,) = house.messages(ReviewChanged)
    assert (act.actor_id, act.entity_id, act.rating) == ("anna", "review", 1)


async def test_what_says_the_same_changes_nothing() -> None:
    house = EngagementHouse()
    before = house.put_review()
    house.clock.forward(minutes=1)

    same = ChangeReview(
        actor=ANNA, review_id="review", rating=before.rating, content=before.content
    )

    assert await _change(house, same) == before
    assert house.outbox.all == {}


async def test_a_rejected_review_stays_rejected_when_it_is_changed() -> None:
    house = EngagementHouse()
    house.put_review(ReviewStatus.REJECTED)

    assert (await _change(house)).status is ReviewStatus.REJECTED


@pytest.mark.parametrize("actor", [BORIS, OWNER, ADMIN], ids=lambda actor: actor.id)
async def test_nobody_else_changes_a_review(actor: Actor) -> None:
    house = EngagementHouse()
    before = house.put_review()

    with pytest.raises(ReviewNotFoundError):
        await _change(house, evolve(CHANGE, actor=actor))
    assert house.reviews.all["review"] == before


async def test_an_unknown_review_is_not_changed() -> None:
    with pytest.raises(ReviewNotFoundError):
        await _change(EngagementHouse())


async def test_a_change_keeps_the_rules_of_reviews() -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(InvalidInputError):
        await _change(house, evolve(CHANGE, rating=0))
