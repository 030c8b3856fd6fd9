"""Take part in the discussion under an event (requirement 001)."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import CommentNotFoundError, EventUnknownError
from events_face_core.engagement.events import CommentWritten
from events_face_core.engagement.model import Comment, plain_text
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import (
    Actor,
    Clock,
    IdempotencyKey,
    Ids,
    UnitOfWork,
    require_signed_in,
)


@frozen(kw_only=True)
class WriteComment:
    """Somebody has something to say about an event."""

    actor: Actor
    event_id: str
    content: str
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class WriteCommentHandler:
    """Takes comments of everybody who is signed in."""

    unit_of_work: UnitOfWork[EngagementTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: WriteComment) -> Comment:
        """Write the comment; a repeated idempotent call returns the first one.

        Raises:
            SignInRequiredError: a guest asks.
            InvalidInputError: the text breaks its rule.
            IdempotencyKeyReusedError: the key was sent with another request before.
            EventUnknownError: there is no such event.
            CommentNotFoundError: the key's own comment was deleted since.
        """
        require_signed_in(command.actor)
        plain_text(command.content)
        key = command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                return await _first(tx, first_use.answer_to(key))
            if not await tx.known_events.exists(command.event_id):
                raise EventUnknownError
            now = self.clock.now()
            comment = Comment(
                id=self.ids.new(),
                event_id=command.event_id,
                user_id=command.actor.id,
                content=command.content,
                created_at=now,
            )
            await tx.comments.add(comment)
            if key is not None:
                await tx.idempotency_keys.keep(key, comment.id, now=now)
            await tx.publish(
                CommentWritten(
                    actor_id=command.actor.id, comment_id=comment.id, event_id=comment.event_id
                )
            )
        return comment


async def _first(tx: EngagementTransaction, comment_id: str) -> Comment:
    comment = await tx.comments.find(comment_id)
    if comment is None:
        raise CommentNotFoundError
    return comment
