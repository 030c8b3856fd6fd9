"""When an account is deleted, engagement forgets the person in the same transaction."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement import EngagementTransaction, ForgetPerson, ForgetPersonHandler
from events_face_core.kernel import Act, Message

ACCOUNT_DELETED = "account.deleted"
"""The message that it is for; its entity is the account."""


@frozen(kw_only=True)
class ForgetWithAccount:
    """Reacts to ``account.deleted`` as it is published."""

    forget: ForgetPersonHandler

    async def __call__(self, tx: EngagementTransaction, message: Message) -> None:
        """Forget the person whose account it was."""
        if not isinstance(message, Act) or message.name != ACCOUNT_DELETED:
            raise TypeError(f"{message.name} is not for this process")
        await self.forget.within(
            tx, ForgetPerson(user_id=message.entity_id, actor_id=message.actor_id)
        )
