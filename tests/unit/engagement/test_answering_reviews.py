"""What others make of a review: moderation, replies, help."""

import pytest
from attrs import evolve

from events_face_core.engagement import (
    FindHelpful,
    FindHelpfulHandler,
    ModerateReview,
    ModerateReviewHandler,
    OwnReviewError,
    Reply,
    ReplyToReview,
    ReplyToReviewHandler,
    Review,
    ReviewFoundHelpful,
    ReviewModerated,
    ReviewNotFoundError,
    ReviewReplied,
    ReviewStatus,
    TooManyRepliesError,
)
from events_face_core.engagement.usecases.reply_to_review import MOST_REPLIES
from events_face_core.kernel import (
    GUEST,
    Actor,
    ForbiddenError,
    IdempotencyKeyReusedError,
    InvalidInputError,
    SignInRequiredError,
    StorageUnavailableError,
)
from unit.engagement.making import (
    ADMIN,
    ANNA,
    BORIS,
    KEY,
    OTHER_KEY,
    OTHER_ORGANIZER,
    OWNER,
    EngagementHouse,
    a_review,
)
from unit.fakes import NOON

REJECT = ModerateReview(actor=ADMIN, review_id="review", status=ReviewStatus.REJECTED)
REPLY = ReplyToReview(actor=OWNER, review_id="review", content="Спасибо!")
HELPFUL = FindHelpful(actor=BORIS, review_id="review")


async def _moderate(house: EngagementHouse, command: ModerateReview = REJECT) -> Review:
    return await ModerateReviewHandler(unit_of_work=house)(command)


async def _reply(house: EngagementHouse, command: ReplyToReview = REPLY) -> Reply:
    handler = ReplyToReviewHandler(unit_of_work=house, clock=house.clock, ids=house.ids)
    return await handler(command)


async def _find_helpful(house: EngagementHouse, command: FindHelpful = HELPFUL) -> int:
    await FindHelpfulHandler(unit_of_work=house)(command)
    return house.reviews.all["review"].helpful_count


# Moderation


async def test_an_admin_rejects_a_review_and_lets_it_pass_again() -> None:
    house = EngagementHouse()
    house.put_review()

    rejected = await _moderate(house)
    passed = await _moderate(house, evolve(REJECT, status=ReviewStatus.ACTIVE))

    assert (rejected.status, passed.status) == (ReviewStatus.REJECTED, ReviewStatus.ACTIVE)
    acts = house.messages(ReviewModerated)
    assert [(act.actor_id, act.entity_id, act.status) for act in acts] == [
        ("admin", "review", "rejected"),
        ("admin", "review", "active"),
    ]


async def test_a_review_that_stands_so_already_is_not_moderated_again() -> None:
    house = EngagementHouse()
    house.put_review(ReviewStatus.REJECTED)

    await _moderate(house)

    assert house.outbox.all == {}


async def test_moderation_ends_in_active_or_rejected() -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(InvalidInputError):
        await _moderate(house, evolve(REJECT, status=ReviewStatus.PENDING))


@pytest.mark.parametrize(
    ("actor", "error"),
    [(GUEST, SignInRequiredError), (ANNA, ForbiddenError), (OWNER, ForbiddenError)],
)
async def test_only_admins_moderate(actor: Actor, error: type[Exception]) -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(error):
        await _moderate(house, evolve(REJECT, actor=actor))


async def test_an_unknown_review_is_not_moderated() -> None:
    with pytest.raises(ReviewNotFoundError):
        await _moderate(EngagementHouse())


# Replies


@pytest.mark.parametrize("actor", [OWNER, ADMIN], ids=lambda actor: actor.id)
async def test_the_events_organiser_and_admins_reply(actor: Actor) -> None:
    house = EngagementHouse()
    house.put_review()

    reply = await _reply(house, evolve(REPLY, actor=actor))

    assert house.reviews.replies == {reply.id: reply}
    assert (reply.review_id, reply.user_id, reply.created_at) == ("review", actor.id, NOON)
    (act,) = house.messages(ReviewReplied)
    assert (act.actor_id, act.entity_id, act.reply_id) == (actor.id, "review", reply.id)


async def test_the_organiser_of_another_event_does_not_reply() -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(ReviewNotFoundError):
        await _reply(house, evolve(REPLY, actor=OTHER_ORGANIZER))


async def test_nobody_organises_an_event_that_is_not_our_own() -> None:
    house = EngagementHouse()
    house.put_review()
    house.event_owners.owners.clear()

    with pytest.raises(ReviewNotFoundError):
        await _reply(house)


@pytest.mark.parametrize(("actor", "error"), [(GUEST, SignInRequiredError), (ANNA, ForbiddenError)])
async def test_nobody_else_replies(actor: Actor, error: type[Exception]) -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(error):
        await _reply(house, evolve(REPLY, actor=actor))


async def test_the_organiser_does_not_see_a_rejected_review() -> None:
    house = EngagementHouse()
    house.put_review(ReviewStatus.REJECTED)

    with pytest.raises(ReviewNotFoundError):
        await _reply(house)


async def test_a_reply_has_a_text() -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(InvalidInputError):
        await _reply(house, evolve(REPLY, content=" "))


async def test_a_review_has_no_more_replies_than_are_shown_at_once() -> None:
    house = EngagementHouse()
    house.put_review()
    first = await _reply(house, evolve(REPLY, idempotency_key=KEY))
    for _ in range(MOST_REPLIES - 1):
        await _reply(house)

    with pytest.raises(TooManyRepliesError):
        await _reply(house)

    assert len(house.reviews.replies) == MOST_REPLIES
    assert await _reply(house, evolve(REPLY, idempotency_key=KEY)) == first


async def test_a_repeated_reply_under_one_key_is_one_reply() -> None:
    house = EngagementHouse()
    house.put_review()
    first = await _reply(house, evolve(REPLY, idempotency_key=KEY))

    assert await _reply(house, evolve(REPLY, idempotency_key=KEY)) == first
    with pytest.raises(IdempotencyKeyReusedError):
        await _reply(house, evolve(REPLY, idempotency_key=OTHER_KEY))


# Help


async def test_a_review_is_found_helpful_once_by_each_person() -> None:
    house = EngagementHouse()
    house.put_review()

    counts = [
        await _find_helpful(house),
        await _find_helpful(house),
        await _find_helpful(house, evolve(HELPFUL, actor=OWNER)),
    ]

    assert counts == [1, 1, 2]
    acts = house.messages(ReviewFoundHelpful)
    assert [act.actor_id for act in acts] == ["boris", "owner"]


async def test_nobody_finds_their_own_review_helpful() -> None:
    house = EngagementHouse()
    house.put_review()

    with pytest.raises(OwnReviewError):
        await _find_helpful(house, evolve(HELPFUL, actor=ANNA))


async def test_a_rejected_review_helps_nobody_who_does_not_see_it() -> None:
    house = EngagementHouse()
    house.put_review(ReviewStatus.REJECTED)

    with pytest.raises(ReviewNotFoundError):
        await _find_helpful(house)


async def test_guests_find_nothing_helpful() -> None:
    with pytest.raises(SignInRequiredError):
        await _find_helpful(EngagementHouse(), evolve(HELPFUL, actor=GUEST))


async def test_a_mark_and_its_message_commit_together() -> None:
    house = EngagementHouse()
    review = house.put_review()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await _find_helpful(house)

    assert house.reviews.all == {"review": review}
    assert house.outbox.all == {}


async def test_a_review_of_a_deleted_account_can_be_found_helpful() -> None:
    house = EngagementHouse()
    house.reviews.all["review"] = a_review(user_id=None)

    assert await _find_helpful(house, evolve(HELPFUL, actor=ANNA)) == 1
