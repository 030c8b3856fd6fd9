"""People discuss an event."""

import pytest
from attrs import evolve

from events_face_core.engagement import (
    CommentDeleted,
    CommentNotFoundError,
    CommentWritten,
    DeleteComment,
    DeleteCommentHandler,
    EventUnknownError,
    WriteComment,
)
from events_face_core.kernel import (
    GUEST,
    Actor,
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
    OWNER,
    EngagementHouse,
)

WRITE = WriteComment(actor=BORIS, event_id="event", content="Кто идёт?")
DELETE = DeleteComment(actor=ANNA, comment_id="comment")


async def _delete(house: EngagementHouse, command: DeleteComment = DELETE) -> None:
    await DeleteCommentHandler(unit_of_work=house)(command)


async def test_whoever_is_signed_in_comments() -> None:
    house = EngagementHouse()

    comment = await house.write_comment(WRITE)

    assert house.comments.all == {comment.id: comment}
    assert (comment.event_id, comment.user_id, comment.content) == ("event", "boris", "Кто идёт?")
    (act,) = house.messages(CommentWritten)
    assert (act.actor_id, act.entity_id, act.event_id) == ("boris", comment.id, "event")


async def test_one_person_may_say_the_same_twice() -> None:
    house = EngagementHouse()

    await house.write_comment(WRITE)
    await house.write_comment(WRITE)

    assert len(house.comments.all) == 2


async def test_a_repeated_comment_under_one_key_is_one_comment() -> None:
    house = EngagementHouse()
    first = await house.write_comment(evolve(WRITE, idempotency_key=KEY))

    assert await house.write_comment(evolve(WRITE, idempotency_key=KEY)) == first
    with pytest.raises(IdempotencyKeyReusedError):
        await house.write_comment(evolve(WRITE, idempotency_key=OTHER_KEY))


async def test_a_repeated_call_does_not_bring_back_what_was_deleted_since() -> None:
    house = EngagementHouse()
    comment = await house.write_comment(evolve(WRITE, idempotency_key=KEY))
    await _delete(house, DeleteComment(actor=BORIS, comment_id=comment.id))

    with pytest.raises(CommentNotFoundError):
        await house.write_comment(evolve(WRITE, idempotency_key=KEY))


async def test_an_unknown_event_is_not_discussed() -> None:
    with pytest.raises(EventUnknownError):
        await EngagementHouse().write_comment(evolve(WRITE, event_id="unknown"))


async def test_a_comment_has_a_text() -> None:
    with pytest.raises(InvalidInputError):
        await EngagementHouse().write_comment(evolve(WRITE, content="\n"))


async def test_guests_only_read() -> None:
    house = EngagementHouse()

    with pytest.raises(SignInRequiredError):
        await house.write_comment(evolve(WRITE, actor=GUEST))
    with pytest.raises(SignInRequiredError):
        await _delete(house, evolve(DELETE, actor=GUEST))


@pytest.mark.parametrize("actor", [ANNA, ADMIN], ids=lambda actor: actor.id)
async def test_its_author_and_admins_delete_a_comment(actor: Actor) -> None:
    house = EngagementHouse()
    house.put_comment()

    await _delete(house, evolve(DELETE, actor=actor))

    assert house.comments.all == {}
    (act,) = house.messages(CommentDeleted)
    assert (act.actor_id, act.entity_id) == (actor.id, "comment")


@pytest.mark.parametrize("actor", [BORIS, OWNER], ids=lambda actor: actor.id)
async def test_nobody_else_deletes_a_comment(actor: Actor) -> None:
    house = EngagementHouse()
    house.put_comment()

    with pytest.raises(CommentNotFoundError):
        await _delete(house, evolve(DELETE, actor=actor))
    assert len(house.comments.all) == 1


async def test_a_comment_is_deleted_once() -> None:
    house = EngagementHouse()
    house.put_comment()
    await _delete(house)

    with pytest.raises(CommentNotFoundError):
        await _delete(house)


async def test_a_deletion_and_its_message_commit_together() -> None:
    house = EngagementHouse()
    comment = house.put_comment()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        await _delete(house)

    assert (house.comments.all, house.outbox.all) == ({"comment": comment}, {})
