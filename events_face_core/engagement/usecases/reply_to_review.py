"""Reply to a review."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import ReviewNotFoundError, TooManyRepliesError
from events_face_core.engagement.events import ReviewReplied
from events_face_core.engagement.model import Reply, Review, plain_text
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import (
    Actor,
    Clock,
    IdempotencyKey,
    Ids,
    Role,
    UnitOfWork,
    require,
)

MOST_REPLIES = 50
"""To one review: a page shows the replies to all of its reviews."""


@frozen(kw_only=True)
class ReplyToReview:
    """The event's organiser, or an admin, answers whoever reviewed it."""

    actor: Actor
    review_id: str
    content: str
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class ReplyToReviewHandler:
    """Lets organisers reply to the reviews of their own events, and admins to all."""

    unit_of_work: UnitOfWork[EngagementTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: ReplyToReview) -> Reply:
        """Write the reply; a repeated idempotent call returns the first one.

        Raises:
            SignInRequiredError, ForbiddenError: neither an organiser nor an admin asks.
            InvalidInputError: the text breaks its rule.
            IdempotencyKeyReusedError: the key was sent with another request before.
            ReviewNotFoundError: there is none, or the event is somebody else's.
            TooManyRepliesError: there are as many as may be.
        """
        require(command.actor, Role.ORGANIZER)
        plain_text(command.content)
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _first(tx, first_use.answer_to(key))
            review = await _answerable(tx, command)
            # The review is locked: two replies at once are counted one after the other.
            if await tx.reviews.count_replies(review.id) >= MOST_REPLIES:
                raise TooManyRepliesError(MOST_REPLIES)
            now = self.clock.now()
            reply = Reply(
                id=self.ids.new(),
                review_id=review.id,
                user_id=command.actor.id,
                content=command.content,
                created_at=now,
            )
            await tx.reviews.add_reply(reply)
            if key is not None:
                await tx.idempotency_keys.keep(key, reply.id, now=now)
            await tx.publish(
                ReviewReplied(
                    actor_id=command.actor.id,
                    review_id=review.id,
                    event_id=review.event_id,
                    reply_id=reply.id,
                )
            )
        return reply


async def _answerable(tx: EngagementTransaction, command: ReplyToReview) -> Review:
    """Return the review, if the actor may reply to it."""
    review = await tx.reviews.find(command.review_id)
    if review is None or not review.visible_to(command.actor):
        raise ReviewNotFoundError
    if not command.actor.is_admin:
        organizer_id = await tx.event_owners.organizer_of(review.event_id)
        if organizer_id != command.actor.id:
            raise ReviewNotFoundError
    return review


async def _first(tx: EngagementTransaction, reply_id: str) -> Reply:
    reply = await tx.reviews.find_reply(reply_id)
    if reply is None:  # pragma: no cover  # replies are never deleted
        raise ReviewNotFoundError
    return reply
