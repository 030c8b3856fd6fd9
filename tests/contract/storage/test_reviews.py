"""The contract of the port ``Reviews``."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from attrs import evolve

from contract.storage.engaging import (
    TEXT,
    a_reply,
    a_review,
    put_replies,
    put_reviews,
    stored_review,
)
from contract.storage.making import INSTANT, MINUTE, Storage, Transaction, rolled_back
from events_face_core.engagement import AlreadyReviewedError, Rating, Review, ReviewStatus
from unit.fakes import NOON


async def _find(storage: Storage, review_id: str = "review") -> Review | None:
    async with storage() as tx:
        return await tx.reviews.find(review_id)


async def _mark(storage: Storage, user_id: str) -> bool:
    async with storage() as tx:
        await tx.reviews.find("review")
        return await tx.reviews.mark_helpful("review", user_id)


async def _forget(storage: Storage, user_id: str) -> int:
    async with storage() as tx:
        return await tx.reviews.forget(user_id)


async def test_an_unknown_review_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


@pytest.mark.parametrize("content", [None, TEXT, "я" * 5000])
@pytest.mark.parametrize("status", ReviewStatus)
async def test_a_review_is_found_as_it_was_added(
    storage: Storage, content: str | None, status: ReviewStatus
) -> None:
    review = a_review(content=content, status=status, created_at=NOON + INSTANT, helpful_count=7)

    await put_reviews(storage, review)

    assert await _find(storage) == review


async def test_a_person_reviews_an_event_once(storage: Storage) -> None:
    await put_reviews(storage, a_review())

    with pytest.raises(AlreadyReviewedError):
        await put_reviews(storage, a_review("second", rating=1))
    assert await _find(storage, "second") is None


async def test_a_rejected_review_stands_in_the_way_too(storage: Storage) -> None:
    await put_reviews(storage, a_review(status=ReviewStatus.REJECTED))

    with pytest.raises(AlreadyReviewedError):
        await put_reviews(storage, a_review("second"))


async def test_reviews_of_other_people_and_events_stand_in_nobodys_way(storage: Storage) -> None:
    await put_reviews(
        storage,
        a_review("1"),
        a_review("2", user_id="boris"),
        a_review("3", event_id="other"),
        a_review("4", user_id=None),
        a_review("5", user_id=None),
    )

    assert await _find(storage, "5") is not None


async def test_of_reviews_written_at_once_one_gets_in(storage: Storage, other: Storage) -> None:
    outcomes = await asyncio.gather(
        *(
            put_reviews(one, a_review(f"{number}"))
            for number, one in enumerate((storage, other) * 10)
        ),
        return_exceptions=True,
    )

    assert Counter(map(type, outcomes)) == {type(None): 1, AlreadyReviewedError: 19}
    assert (await storage.review_reads.rating("event")).count == 1


async def test_the_second_review_gets_in_when_the_first_one_fails(
    storage: Storage, other: Storage
) -> None:
    async def fail(tx: Transaction) -> None:
        await tx.reviews.add(a_review("lost"))
        await asyncio.sleep(0.05)

    failing = asyncio.create_task(rolled_back(storage, fail))
    await asyncio.sleep(0.01)
    await put_reviews(other, a_review())
    await failing

    assert await _find(storage, "lost") is None
    assert await _find(storage) == a_review()


async def test_a_review_is_found_as_it_was_saved(storage: Storage) -> None:
    await put_reviews(storage, a_review())
    changed = evolve(
        a_review(), rating=1, content=None, status=ReviewStatus.REJECTED, updated_at=NOON + MINUTE
    )

    async with storage() as tx:
        await tx.reviews.save(changed)

    assert await _find(storage) == changed


async def test_saving_a_review_does_not_touch_what_others_count(storage: Storage) -> None:
    await put_reviews(storage, a_review())
    await _mark(storage, "boris")

    async with storage() as tx:
        await tx.reviews.save(a_review(rating=1))

    assert (await stored_review(storage)).helpful_count == 1


async def test_a_change_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await put_reviews(storage, a_review())

    await rolled_back(storage, lambda tx: tx.reviews.save(a_review(rating=1)))

    assert await _find(storage) == a_review()


async def test_a_loaded_review_is_locked_against_other_writers(
    storage: Storage, other: Storage
) -> None:
    await put_reviews(storage, a_review(rating=1))

    async def one_more(raising: Storage) -> None:
        async with raising() as tx:
            review = await tx.reviews.find("review")
            assert review is not None
            await asyncio.sleep(0)
            await tx.reviews.save(evolve(review, rating=review.rating + 1))

    await asyncio.gather(*(one_more(one) for one in (storage, other) * 2))

    assert (await stored_review(storage)).rating == 5


async def test_each_person_counts_once(storage: Storage) -> None:
    await put_reviews(storage, a_review())

    first_times = [await _mark(storage, person) for person in ("boris", "boris", "vera")]

    assert first_times == [True, False, True]
    assert (await stored_review(storage)).helpful_count == 2


async def test_marks_of_one_person_at_once_count_once(storage: Storage, other: Storage) -> None:
    await put_reviews(storage, a_review())

    first_times = await asyncio.gather(*(_mark(one, "boris") for one in (storage, other) * 10))

    assert first_times.count(True) == 1
    assert (await stored_review(storage)).helpful_count == 1


async def test_marks_of_many_people_at_once_count_all(storage: Storage, other: Storage) -> None:
    await put_reviews(storage, a_review())

    await asyncio.gather(
        *(_mark(one, f"{number}") for number, one in enumerate((storage, other) * 10))
    )

    assert (await stored_review(storage)).helpful_count == 20


async def test_a_mark_of_a_transaction_that_fails_is_neither_counted_nor_remembered(
    storage: Storage,
) -> None:
    await put_reviews(storage, a_review())

    await rolled_back(storage, lambda tx: tx.reviews.mark_helpful("review", "boris"))

    assert (await stored_review(storage)).helpful_count == 0
    assert await _mark(storage, "boris")


async def test_a_reply_is_found_as_it_was_added(storage: Storage) -> None:
    await put_reviews(storage, a_review())
    await put_replies(storage, a_reply(created_at=NOON + INSTANT))

    async with storage() as tx:
        found = await tx.reviews.find_reply("reply")
        unknown = await tx.reviews.find_reply("unknown")

    assert (found, unknown) == (a_reply(created_at=NOON + INSTANT), None)


async def test_the_replies_to_one_review_are_counted(storage: Storage) -> None:
    await put_reviews(storage, a_review(), a_review("other", user_id="owner"))
    await put_replies(storage, a_reply("a"), a_reply("b"), a_reply("c", review_id="other"))

    async with storage() as tx:
        counted = [await tx.reviews.count_replies(id_) for id_ in ("review", "other", "unknown")]

    assert counted == [2, 1, 0]


async def test_a_reply_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await put_reviews(storage, a_review())

    await rolled_back(storage, lambda tx: tx.reviews.add_reply(a_reply()))

    thread = await storage.review_reads.find("review")
    assert thread is not None
    assert thread.replies == ()


async def test_a_person_is_taken_out_of_reviews_replies_and_marks(storage: Storage) -> None:
    await put_reviews(storage, a_review(), a_review("other", user_id="owner"))
    await put_replies(storage, a_reply())
    await _mark(storage, "owner")

    touched = await _forget(storage, "owner")

    thread = await storage.review_reads.find("review")
    assert thread is not None
    assert touched == 3
    assert [reply.user_id for reply in thread.replies] == [None]
    assert (await stored_review(storage, "other")).user_id is None
    assert thread.review == a_review(helpful_count=1)


async def test_what_a_forgotten_person_wrote_still_counts(storage: Storage) -> None:
    await put_reviews(storage, a_review(), a_review("other", user_id="boris", rating=5))

    touched = [await _forget(storage, "anna"), await _forget(storage, "anna")]

    assert touched == [1, 0]
    assert await storage.review_reads.rating("event") == Rating(average=4.5, count=2)
    assert (await stored_review(storage)).content == TEXT


async def test_forgetting_in_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await put_reviews(storage, a_review())

    await rolled_back(storage, lambda tx: tx.reviews.forget("anna"))

    assert await _find(storage) == a_review()
