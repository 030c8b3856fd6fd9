"""Let an event be a favorite no more."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.events import FavoriteRemoved
from events_face_core.engagement.ports import EngagementTransaction
from events_face_core.kernel import Actor, UnitOfWork, require_signed_in


@frozen(kw_only=True)
class RemoveFavorite:
    """Somebody lost interest in an event."""

    actor: Actor
    event_id: str


@frozen(kw_only=True)
class RemoveFavoriteHandler:
    """Removes; of what is no favorite nothing changes."""

    unit_of_work: UnitOfWork[EngagementTransaction]

    async def __call__(self, command: RemoveFavorite) -> None:
        """Remove the favorite, if there is one.

        Raises:
            SignInRequiredError: a guest asks.
        """
        require_signed_in(command.actor)
        actor_id = command.actor.id
        async with self.unit_of_work() as tx:
            removed = await tx.favorites.remove(actor_id, command.event_id)
            if removed is not None:
                await tx.publish(
                    FavoriteRemoved(
                        actor_id=actor_id, favorite_id=removed.id, event_id=removed.event_id
                    )
                )
