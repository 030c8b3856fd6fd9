"""Reads of engagement."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import EventUnknownError, ReviewNotFoundError
from events_face_core.engagement.listing import (
    CommentPage,
    FavoritePage,
    ReviewPage,
    ReviewQuestion,
    Window,
)
from events_face_core.engagement.model import ReviewThread
from events_face_core.engagement.ports import (
    CommentReads,
    FavoriteReads,
    KnownEvents,
    ReviewReads,
)
from events_face_core.kernel import Actor, require_signed_in


@frozen(kw_only=True)
class EngagementQueries:
    """Shows favorites to their owners, and reviews and comments to everybody."""

    favorite_reads: FavoriteReads
    review_reads: ReviewReads
    comment_reads: CommentReads
    known_events: KnownEvents

    async def favorites(self, actor: Actor, window: Window) -> FavoritePage:
        """Return a page of the actor's own favorites.

        Raises:
            SignInRequiredError: a guest has none.
        """
        require_signed_in(actor)
        return await self.favorite_reads.page(actor.id, window)

    async def reviews(self, question: ReviewQuestion) -> ReviewPage:
        """Return a page of the reviews that the viewer may see."""
        return await self.review_reads.page(question)

    async def review(self, review_id: str, viewer: Actor) -> ReviewThread:
        """Return one review.

        Raises:
            ReviewNotFoundError: there is none, or the viewer may not see it.
        """
        thread = await self.review_reads.find(review_id)
        if thread is None or not thread.review.visible_to(viewer):
            raise ReviewNotFoundError
        return thread

    async def comments(self, event_id: str, window: Window) -> CommentPage:
        """Return a page of the discussion under an event.

        Raises:
            EventUnknownError: there is no such event.
        """
        if not await self.known_events.exists(event_id):
            raise EventUnknownError
        return await self.comment_reads.page(event_id, window)
