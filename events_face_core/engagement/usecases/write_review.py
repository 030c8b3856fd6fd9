"""Review an event that one attended."""

from __future__ import annotations

from attrs import evolve, frozen

from events_face_core.engagement.errors import (
    EventUnknownError,
    ReviewNotAllowedError,
    ReviewNotFoundError,
)
from events_face_core.engagement.events import ReviewWritten
from events_face_core.engagement.model import Review, ReviewStatus, optional_text, rating_of
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import (
    Actor,
    Clock,
    IdempotencyKey,
    Ids,
    UnitOfWork,
    check_each,
    require_signed_in,
)


@frozen(kw_only=True)
class WriteReview:
    """Somebody was at an event, and says how it was."""

    actor: Actor
    event_id: str
    rating: int
    content: str | None = None
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class WriteReviewHandler:
    """Takes one review of each person and event, and only from those who attended."""

    unit_of_work: UnitOfWork[EngagementTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: WriteReview) -> Review:
        """Write the review; a repeated idempotent call returns it as first written.

        Raises:
            SignInRequiredError: a guest asks.
            InvalidInputError: rating or text break their rules.
            IdempotencyKeyReusedError: the key was sent with another request before.
            EventUnknownError: there is no such event, and the person was not there.
            ReviewNotAllowedError: the person did not attend, or the event is not over.
            AlreadyReviewedError: there is a review of this person already.
        """
        require_signed_in(command.actor)
        check_each(lambda: rating_of(command.rating), lambda: optional_text(command.content))
        actor_id, key = command.actor.id, command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _as_written(tx, first_use.answer_to(key), command)
            await _check_attended(tx, actor_id, command.event_id)
            now = self.clock.now()
            review = Review(
                id=self.ids.new(),
                event_id=command.event_id,
                user_id=actor_id,
                rating=command.rating,
                content=command.content,
                created_at=now,
                updated_at=now,
            )
            await tx.reviews.add(review)
            if key is not None:
                await tx.idempotency_keys.keep(key, review.id, now=now)
            await tx.publish(
                ReviewWritten(
                    actor_id=actor_id,
                    review_id=review.id,
                    event_id=review.event_id,
                    rating=review.rating,
                )
            )
        return review


async def _check_attended(tx: EngagementTransaction, user_id: str, event_id: str) -> None:
    # Whoever was there may say so after the event went out of the catalogue, too.
    if await tx.attendance.attended(user_id, event_id):
        return
    if await tx.known_events.exists(event_id):
        raise ReviewNotAllowedError
    raise EventUnknownError


async def _as_written(tx: EngagementTransaction, review_id: str, command: WriteReview) -> Review:
    """Return a review as it was answered at first, whatever became of it since."""
    review = await tx.reviews.find(review_id)
    if review is None:  # pragma: no cover  # reviews are never deleted
        raise ReviewNotFoundError
    return evolve(
        review,
        rating=command.rating,
        content=command.content,
        updated_at=review.created_at,
        status=ReviewStatus.ACTIVE,
        helpful_count=0,
    )
