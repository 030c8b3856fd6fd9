"""Reviews as they are shown, and what they come to."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from events_face_adapters.storage.newest_first import BY_HELPFULNESS, BY_TIME, page_statement
from events_face_adapters.storage.review_rows import (
    SELECT_REPLY,
    SELECT_REVIEW,
    to_reply,
    to_review,
)
from events_face_adapters.storage.session import Row, Session
from events_face_core.engagement import (
    Rating,
    Reply,
    ReviewOrdering,
    ReviewPage,
    ReviewQuestion,
    ReviewThread,
    page_of,
    position_of_review,
    rating_from,
)

_ORDERS = {ReviewOrdering.NEWEST: BY_TIME, ReviewOrdering.HELPFUL: BY_HELPFULNESS}

# Answered by the index of ratings alone.
_RATING = """
SELECT coalesce(sum(rating), 0), count(*) FROM review WHERE event_id = $1 AND status = 'active'
"""


@frozen
class StoredReviewReads:
    """``ReviewReads``."""

    session: Session

    async def page(self, question: ReviewQuestion) -> ReviewPage:
        """Return a page of the reviews that the viewer may see."""
        conditions: list[str] = []
        values: list[object] = []
        if question.event_id is not None:
            values.append(question.event_id)
            conditions.append(f"event_id = ${len(values)}")
        if not question.viewer.is_admin:
            values.append(question.viewer.id)
            conditions.append(f"(status = 'active' OR user_id = ${len(values)})")
        order = _ORDERS[question.ordering]
        asked = page_statement(SELECT_REVIEW, conditions, values, question.window, order)
        threads = await self._threads(await self.session.fetch(asked.text, *asked.values))
        return page_of(threads, question.window, position_of_review)

    async def find(self, review_id: str) -> ReviewThread | None:
        """Return one review with its replies."""
        rows = await self.session.fetch(f"{SELECT_REVIEW} WHERE id = $1", review_id)
        return next(iter(await self._threads(rows)), None)

    async def rating(self, event_id: str) -> Rating:
        """Return the rating of an event."""
        rows = await self.session.fetch(_RATING, event_id)
        total, count = rows[0][0], rows[0][1]
        return rating_from(int(total), int(count))

    async def _threads(self, rows: Sequence[Row]) -> tuple[ReviewThread, ...]:
        reviews = [to_review(self.session, row) for row in rows]
        replies = await self._replies([review.id for review in reviews])
        return tuple(
            ReviewThread(review=review, replies=tuple(replies.get(review.id, ())))
            for review in reviews
        )

    async def _replies(self, review_ids: Sequence[str]) -> Mapping[str, list[Reply]]:
        """Return the replies to all of the reviews at once, the oldest first."""
        if not review_ids:
            return {}
        ids = ", ".join(f"${number}" for number in range(1, len(review_ids) + 1))
        rows = await self.session.fetch(
            f"{SELECT_REPLY} WHERE review_id IN ({ids}) ORDER BY created_at, id", *review_ids
        )
        replies: dict[str, list[Reply]] = {}
        for reply in (to_reply(self.session, row) for row in rows):
            replies.setdefault(reply.review_id, []).append(reply)
        return replies
