"""The contract of the port ``ReviewReads``."""

from __future__ import annotations

from contract.storage.engaging import (
    a_reply,
    a_review,
    put_replies,
    put_reviews,
    review_ids,
)
from contract.storage.making import INSTANT, MINUTE, Storage
from events_face_core.engagement import (
    Rating,
    ReviewOrdering,
    ReviewQuestion,
    ReviewStatus,
    ReviewThread,
    Window,
)
from events_face_core.kernel import Actor, Role
from unit.fakes import NOON

ANNA = Actor(id="anna", role=Role.USER)
BORIS = Actor(id="boris", role=Role.USER)
ADMIN = Actor(id="admin", role=Role.ADMIN)
HIDDEN = ReviewStatus.REJECTED


async def test_an_unknown_review_is_not_found(storage: Storage) -> None:
    assert await storage.review_reads.find("review") is None


async def test_a_review_comes_with_its_replies_the_oldest_first(storage: Storage) -> None:
    await put_reviews(storage, a_review(), a_review("other", user_id="boris"))
    await put_replies(
        storage,
        a_reply("2", created_at=NOON + MINUTE),
        a_reply("1"),
        a_reply("3", review_id="other"),
    )

    assert await storage.review_reads.find("review") == ReviewThread(
        review=a_review(), replies=(a_reply("1"), a_reply("2", created_at=NOON + MINUTE))
    )


async def test_a_page_has_the_replies_to_each_review(storage: Storage) -> None:
    await put_reviews(storage, a_review(), a_review("other", user_id="boris"))
    await put_replies(storage, a_reply())

    page = await storage.review_reads.page(ReviewQuestion(event_id="event"))

    assert {thread.review.id: thread.replies for thread in page.items} == {
        "review": (a_reply(),),
        "other": (),
    }


async def test_reviews_of_an_event_are_shown_the_newest_first(storage: Storage) -> None:
    await put_reviews(
        storage,
        *(a_review(f"{n}", user_id=f"{n}", created_at=NOON + n // 2 * INSTANT) for n in range(7)),
        a_review("elsewhere", event_id="other"),
    )

    assert await review_ids(storage, "event") == ["6", "5", "4", "3", "2", "1", "0"]


async def test_or_the_most_helpful_first(storage: Storage) -> None:
    await put_reviews(
        storage,
        a_review("old", user_id="1", helpful_count=2),
        a_review("new", user_id="2", helpful_count=2, created_at=NOON + INSTANT),
        a_review("best", user_id="3", helpful_count=9),
        a_review("last", user_id="4", created_at=NOON + MINUTE),
        a_review("elsewhere", event_id="other", helpful_count=5),
    )

    shown = await review_ids(storage, "event", ordering=ReviewOrdering.HELPFUL)
    everywhere = await review_ids(storage, ordering=ReviewOrdering.HELPFUL)

    assert shown == ["best", "new", "old", "last"]
    assert everywhere == ["best", "elsewhere", "new", "old", "last"]


async def test_without_an_event_the_reviews_of_all_are_shown(storage: Storage) -> None:
    await put_reviews(
        storage, a_review("1"), a_review("2", event_id="other", created_at=NOON + INSTANT)
    )

    assert await review_ids(storage) == ["2", "1"]


async def test_pages_lead_back_as_well(storage: Storage) -> None:
    await put_reviews(
        storage, *(a_review(f"{n}", user_id=f"{n}", helpful_count=n) for n in range(4))
    )

    async def page(window: Window) -> tuple[list[str], Window, Window]:
        found = await storage.review_reads.page(
            ReviewQuestion(ordering=ReviewOrdering.HELPFUL, window=window)
        )
        ids = [thread.review.id for thread in found.items]
        return ids, Window(limit=2, cursor=found.next), Window(limit=2, cursor=found.previous)

    first, after, _ = await page(Window(limit=2))
    second, _, before = await page(after)
    back, _, _ = await page(before)

    assert (first, second, back) == (["3", "2"], ["1", "0"], ["3", "2"])


async def test_a_review_that_is_not_active_is_shown_to_its_author_and_to_admins(
    storage: Storage,
) -> None:
    await put_reviews(
        storage,
        a_review("hidden", status=HIDDEN),
        a_review("pending", user_id="vera", status=ReviewStatus.PENDING),
        a_review("shown", user_id="boris", created_at=NOON + INSTANT),
    )

    assert await review_ids(storage, "event") == ["shown"]
    assert await review_ids(storage, "event", viewer=BORIS) == ["shown"]
    assert await review_ids(storage, "event", viewer=ANNA) == ["shown", "hidden"]
    assert await review_ids(storage, "event", viewer=ADMIN) == ["shown", "pending", "hidden"]


async def test_reviews_of_deleted_accounts_are_no_guests_own(storage: Storage) -> None:
    await put_reviews(storage, a_review(user_id=None, status=HIDDEN))

    assert await review_ids(storage) == []


async def test_an_event_without_reviews_has_no_rating(storage: Storage) -> None:
    assert await storage.review_reads.rating("event") == Rating(average=None, count=0)


async def test_the_rating_is_what_the_active_reviews_come_to(storage: Storage) -> None:
    await put_reviews(
        storage,
        a_review("1", user_id="1", rating=5),
        a_review("2", user_id="2", rating=5),
        a_review("3", user_id="3", rating=4),
        a_review("4", user_id="4", rating=1, status=HIDDEN),
        a_review("5", user_id="5", rating=1, status=ReviewStatus.PENDING),
        a_review("6", event_id="other", rating=1),
    )

    assert await storage.review_reads.rating("event") == Rating(average=4.67, count=3)


async def test_the_rating_follows_moderation(storage: Storage) -> None:
    await put_reviews(storage, a_review(rating=5), a_review("bad", user_id="boris", rating=1))

    async with storage() as tx:
        await tx.reviews.save(a_review("bad", user_id="boris", rating=1, status=HIDDEN))

    assert await storage.review_reads.rating("event") == Rating(average=5.0, count=1)
