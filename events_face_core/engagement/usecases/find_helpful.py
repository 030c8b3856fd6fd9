"""Find a review helpful."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import OwnReviewError, ReviewNotFoundError
from events_face_core.engagement.events import ReviewFoundHelpful
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import Actor, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class FindHelpful:
    """Somebody else's review helped a person."""

    actor: Actor
    review_id: str


@frozen(kw_only=True)
class FindHelpfulHandler:
    """Counts each person once, and nobody for their own review."""

    unit_of_work: UnitOfWork[EngagementTransaction]

    async def __call__(self, command: FindHelpful) -> None:
        """Count the person; a second time changes nothing.

        Raises:
            SignInRequiredError: a guest asks.
            ReviewNotFoundError: there is none, or the person may not see it.
            OwnReviewError: it is the person's own.
        """
        require_signed_in(command.actor)
        async with self.unit_of_work() as tx:
            review = await tx.reviews.find(command.review_id)
            if review is None or not review.visible_to(command.actor):
                raise ReviewNotFoundError
            if review.written_by(command.actor):
                raise OwnReviewError
            if await tx.reviews.mark_helpful(review.id, command.actor.id):
                await tx.publish(
                    ReviewFoundHelpful(
                        actor_id=command.actor.id,
                        review_id=review.id,
                        event_id=review.event_id,
                    )
                )
