"""Make an event a favorite (requirement 004, "Работа с избранным и отзывами")."""

from __future__ import annotations

from attrs import frozen

from events_face_core.engagement.errors import EventUnknownError, FavoriteNotFoundError
from events_face_core.engagement.events import FavoriteAdded
from events_face_core.engagement.model import Favorite
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
class AddFavorite:
    """Somebody wants to find an event again."""

    actor: Actor
    event_id: str
    idempotency_key: IdempotencyKey | None = None


@frozen(kw_only=True)
class FavoriteOutcome:
    """A favorite, and whether this call made it."""

    favorite: Favorite
    added: bool


@frozen(kw_only=True)
class AddFavoriteHandler:
    """Adds once: what is a favorite already stays as it is."""

    unit_of_work: UnitOfWork[EngagementTransaction]
    clock: Clock
    ids: Ids

    async def __call__(self, command: AddFavorite) -> FavoriteOutcome:
        """Add the favorite; a repeated idempotent call is answered as the first one.

        Raises:
            SignInRequiredError: a guest asks.
            IdempotencyKeyReusedError: the key was sent with another request before.
            EventUnknownError: there is no such event.
            FavoriteNotFoundError: the key's own favorite was removed since.
        """
        require_signed_in(command.actor)
        actor_id, key = command.actor.id, command.idempotency_key
        async with self.unit_of_work() as tx:
            if key is not None and (first_use := await tx.idempotency_keys.first_use(key.value)):
                made_id = first_use.answer_to(key)
                made = await tx.favorites.find(actor_id, command.event_id)
                if made is None or made.id != made_id:
                    raise FavoriteNotFoundError
                return FavoriteOutcome(favorite=made, added=True)
            if not await tx.known_events.exists(command.event_id):
                raise EventUnknownError
            now = self.clock.now()
            wanted = Favorite(
                id=self.ids.new(), user_id=actor_id, event_id=command.event_id, created_at=now
            )
            favorite = await tx.favorites.add(wanted)
            added = favorite.id == wanted.id
            if added:
                if key is not None:
                    await tx.idempotency_keys.keep(key, favorite.id, now=now)
                await tx.publish(
                    FavoriteAdded(
                        actor_id=actor_id, favorite_id=favorite.id, event_id=favorite.event_id
                    )
                )
        return FavoriteOutcome(favorite=favorite, added=added)
