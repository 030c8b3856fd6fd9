"""Decide whether a review is shown."""

from __future__ import annotations

from attrs import evolve, frozen

from events_face_core.engagement.errors import ReviewNotFoundError
from events_face_core.engagement.events import ReviewModerated
from events_face_core.engagement.model import Review, ReviewStatus
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import Actor, InvalidInputError, Role, UnitOfWork, require


@frozen(kw_only=True)
class ModerateReview:
    """An admin lets a review pass, or rejects it.

    Attributes:
        status: active or rejected.
    """

    actor: Actor
    review_id: str
    status: ReviewStatus


@frozen(kw_only=True)
class ModerateReviewHandler:
    """Shows or hides a review; one that is hidden does not count in the rating."""

    unit_of_work: UnitOfWork[EngagementTransaction]

    async def __call__(self, command: ModerateReview) -> Review:
        """Moderate; where the review stands so already nothing changes.

        Raises:
            SignInRequiredError, ForbiddenError: somebody else than an admin asks.
            InvalidInputError: the status is none that moderation ends in.
            ReviewNotFoundError: there is none.
        """
        require(command.actor, Role.ADMIN)
        if command.status is ReviewStatus.PENDING:
            raise InvalidInputError("status", "must be active or rejected")
        async with self.unit_of_work() as tx:
            review = await tx.reviews.find(command.review_id)
            if review is None:
                raise ReviewNotFoundError
            moderated = evolve(review, status=command.status)
            if moderated != review:
                await tx.reviews.save(moderated)
                await tx.publish(
                    ReviewModerated(
                        actor_id=command.actor.id,
                        review_id=review.id,
                        event_id=review.event_id,
                        status=moderated.status.value,
                    )
                )
        return moderated
