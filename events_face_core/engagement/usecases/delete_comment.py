"""Delete a comment."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import CommentNotFoundError
from events_face_core.engagement.events import CommentDeleted
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import Actor, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class DeleteComment:
    """Its author takes a comment back, or an admin removes it."""

    actor: Actor
    comment_id: str


@frozen(kw_only=True)
class DeleteCommentHandler:
    """Deletes for authors and admins."""

    unit_of_work: UnitOfWork[EngagementTransaction]

    async def __call__(self, command: DeleteComment) -> None:
        """Delete the comment.

        Raises:
            SignInRequiredError: a guest asks.
            CommentNotFoundError: there is none, or it is somebody else's.
        """
        require_signed_in(command.actor)
        async with self.unit_of_work() as tx:
            comment = await tx.comments.find(command.comment_id)
            if comment is None or not comment.may_be_deleted_by(command.actor):
                raise CommentNotFoundError
            await tx.comments.remove(comment.id)
            await tx.publish(
                CommentDeleted(
                    actor_id=command.actor.id, comment_id=comment.id, event_id=comment.event_id
                )
            )
