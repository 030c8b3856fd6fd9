"""Forget a person whose account is deleted; what others read and count stays."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.events import PersonForgotten
from events_face_core.engagement.ports import EngagementTransaction


@frozen(kw_only=True)
class ForgetPerson:
    """An account is deleted.

    Attributes:
        actor_id: who deletes it: the person, an admin, or the system.
    """

    user_id: str
    actor_id: str


@frozen(kw_only=True)
class ForgetPersonHandler:
    """Works in the transaction that deletes the account: both happen, or neither.

    Favorites go. Reviews, replies, comments and counts of helpful marks stay, and nothing leads
    from them to the person. Our own processes may: whoever deletes the account was asked already.
    """

    async def within(self, tx: EngagementTransaction, command: ForgetPerson) -> None:
        """Forget the person; where nothing is kept, or a second time, nothing changes."""
        touched = (
            await tx.favorites.forget(command.user_id),
            await tx.reviews.forget(command.user_id),
            await tx.comments.forget(command.user_id),
        )
        if any(touched):
            await tx.publish(PersonForgotten(actor_id=command.actor_id, user_id=command.user_id))
