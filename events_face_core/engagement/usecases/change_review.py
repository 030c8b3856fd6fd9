"""Change one's own review."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import ReviewNotFoundError
from events_face_core.engagement.events import ReviewChanged
from events_face_core.engagement.model import Review, optional_text, rating_of
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import Actor, Clock, UnitOfWork, check_each, require_signed_in


@frozen(kw_only=True)
class ChangeReview:
    """The author thinks otherwise now; rating and text are replaced."""

    actor: Actor
    review_id: str
    rating: int
    content: str | None = None


@frozen(kw_only=True)
class ChangeReviewHandler:
    """Changes a review for its author, and for nobody else."""

    unit_of_work: UnitOfWork[EngagementTransaction]
    clock: Clock

    async def __call__(self, command: ChangeReview) -> Review:
        """Change the review; what says the same changes nothing.

        Raises:
            SignInRequiredError: a guest asks.
            InvalidInputError: rating or text break their rules.
            ReviewNotFoundError: there is none, or it is somebody else's.
        """
        require_signed_in(command.actor)
        check_each(lambda: rating_of(command.rating), lambda: optional_text(command.content))
        async with self.unit_of_work() as tx:
            review = await tx.reviews.find(command.review_id)
            if review is None or not review.written_by(command.actor):
                raise ReviewNotFoundError
            changed = review.changed(command.rating, command.content, self.clock.now())
            if changed != review:
                await tx.reviews.save(changed)
                await tx.publish(
                    ReviewChanged(
                        actor_id=command.actor.id,
                        review_id=review.id,
                        event_id=review.event_id,
                        rating=changed.rating,
                    )
                )
        return changed
