"""The tables of reviews, of replies, and of who found which review helpful."""

from attrs import frozen

from events_face_adapters.storage.review_rows import (
    INSERT_REPLY,
    INSERT_REVIEW,
    SELECT_REPLY,
    SELECT_REVIEW,
    reply_row,
    review_row,
    to_reply,
    to_review,
)
from events_face_adapters.storage.session import Session
from events_face_core.engagement import AlreadyReviewedError, Reply, Review

_SAVE = "UPDATE review SET rating = $2, content = $3, status = $4, updated_at = $5 WHERE id = $1"

_MARK = """
INSERT INTO review_helpful (review_id, user_id) VALUES ($1, $2)
ON CONFLICT (review_id, user_id) DO NOTHING RETURNING review_id
"""

_COUNT = "UPDATE review SET helpful_count = helpful_count + 1 WHERE id = $1"

# In this order: reviews are locked before what hangs on them, as everywhere.
_FORGET = (
    "UPDATE review SET user_id = NULL WHERE user_id = $1 RETURNING id",
    "UPDATE review_reply SET user_id = NULL WHERE user_id = $1 RETURNING id",
    "DELETE FROM review_helpful WHERE user_id = $1 RETURNING review_id",
)


@frozen
class StoredReviews:
    """``Reviews`` in one transaction."""

    session: Session

    async def find(self, review_id: str) -> Review | None:
        """Return a review."""
        rows = await self.session.fetch(
            f"{SELECT_REVIEW} WHERE id = $1{self.session.locking}", review_id
        )
        return to_review(self.session, rows[0]) if rows else None

    async def add(self, review: Review) -> None:
        """Insert a review; another of the same person is an ``AlreadyReviewedError``."""
        if not await self.session.fetch(INSERT_REVIEW, *review_row(review)):
            raise AlreadyReviewedError

    async def save(self, review: Review) -> None:
        """Replace what its author and admins change; marks are counted elsewhere."""
        await self.session.fetch(
            _SAVE,
            review.id,
            review.rating,
            review.content,
            review.status.value,
            review.updated_at,
        )

    async def mark_helpful(self, review_id: str, user_id: str) -> bool:
        """Count a review as helpful to a person; tell whether it is the first time."""
        if not await self.session.fetch(_MARK, review_id, user_id):
            return False
        await self.session.fetch(_COUNT, review_id)
        return True

    async def add_reply(self, reply: Reply) -> None:
        """Insert a reply."""
        await self.session.fetch(INSERT_REPLY, *reply_row(reply))

    async def count_replies(self, review_id: str) -> int:
        """Return how many replies a review has."""
        rows = await self.session.fetch(
            "SELECT count(*) FROM review_reply WHERE review_id = $1", review_id
        )
        return int(rows[0][0])

    async def find_reply(self, reply_id: str) -> Reply | None:
        """Return a reply."""
        rows = await self.session.fetch(f"{SELECT_REPLY} WHERE id = $1", reply_id)
        return to_reply(self.session, rows[0]) if rows else None

    async def forget(self, user_id: str) -> int:
        """Take a person out of reviews, replies and marks."""
        return sum([len(await self.session.fetch(statement, user_id)) for statement in _FORGET])
