"""Favorites, reviews and comments for the contract of storage."""

from datetime import datetime

from contract.storage.making import Storage
from events_face_core.engagement import (
    Comment,
    Favorite,
    Reply,
    Review,
    ReviewOrdering,
    ReviewQuestion,
    ReviewStatus,
    Window,
)
from events_face_core.kernel import GUEST, Actor, Cursor
from unit.fakes import NOON

TEXT = "  <script>alert('1')</script>\n\t'; DROP TABLE review; -- 👩‍👩‍👧 $1 %s\n"


def a_favorite(
    favorite_id: str = "favorite",
    *,
    user_id: str = "anna",
    event_id: str = "event",
    created_at: datetime = NOON,
) -> Favorite:
    return Favorite(id=favorite_id, user_id=user_id, event_id=event_id, created_at=created_at)


def a_review(
    review_id: str = "review",
    *,
    event_id: str = "event",
    user_id: str | None = "anna",
    rating: int = 4,
    content: str | None = TEXT,
    created_at: datetime = NOON,
    status: ReviewStatus = ReviewStatus.ACTIVE,
    helpful_count: int = 0,
) -> Review:
    return Review(
        id=review_id,
        event_id=event_id,
        user_id=user_id,
        rating=rating,
        content=content,
        created_at=created_at,
        updated_at=created_at,
        status=status,
        helpful_count=helpful_count,
    )


def a_reply(
    reply_id: str = "reply", *, review_id: str = "review", created_at: datetime = NOON
) -> Reply:
    return Reply(
        id=reply_id, review_id=review_id, user_id="owner", content=TEXT, created_at=created_at
    )


def a_comment(
    comment_id: str = "comment",
    *,
    event_id: str = "event",
    user_id: str | None = "anna",
    created_at: datetime = NOON,
) -> Comment:
    return Comment(
        id=comment_id, event_id=event_id, user_id=user_id, content=TEXT, created_at=created_at
    )


async def put_favorites(storage: Storage, *favorites: Favorite) -> None:
    async with storage() as tx:
        for favorite in favorites:
            await tx.favorites.add(favorite)


async def put_reviews(storage: Storage, *reviews: Review) -> None:
    async with storage() as tx:
        for review in reviews:
            await tx.reviews.add(review)


async def put_replies(storage: Storage, *replies: Reply) -> None:
    async with storage() as tx:
        for reply in replies:
            await tx.reviews.add_reply(reply)


async def put_comments(storage: Storage, *comments: Comment) -> None:
    async with storage() as tx:
        for comment in comments:
            await tx.comments.add(comment)


async def stored_review(storage: Storage, review_id: str = "review") -> Review:
    thread = await storage.review_reads.find(review_id)
    assert thread is not None
    return thread.review


async def review_ids(
    storage: Storage,
    event_id: str | None = None,
    *,
    viewer: Actor = GUEST,
    ordering: ReviewOrdering = ReviewOrdering.NEWEST,
) -> list[str]:
    """Return the ids of all reviews that are shown, page by page, two on each."""
    ids: list[str] = []
    window = Window(limit=2)
    while True:
        page = await storage.review_reads.page(
            ReviewQuestion(event_id=event_id, viewer=viewer, ordering=ordering, window=window)
        )
        ids += [thread.review.id for thread in page.items]
        if page.next is None:
            return ids
        window = Window(limit=2, cursor=Cursor(place=page.next.place))
