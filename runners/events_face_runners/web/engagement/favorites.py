"""``/api/favorites``."""

from aiohttp import web

from events_face_core.engagement import AddFavorite, RemoveFavorite
from events_face_runners.web.engagement.paging import read_page
from events_face_runners.web.engagement.reading import (
    SIGNED_IN,
    admitted,
    answer,
    known_id,
    no_content,
    read_own_key,
)
from events_face_runners.web.engagement.schemas import (
    FavoriteListView,
    FavoriteRequest,
    favorite_view,
)
from events_face_runners.web.reading import read_body, read_id
from events_face_runners.wiring.engagement import Engagement


class FavoritesApi:
    """Everybody's own favorites."""

    def __init__(self, engagement: Engagement) -> None:
        self._engagement = engagement

    async def add(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/favorites``: 201, or 200 where it was one already."""
        actor = await admitted(request, *SIGNED_IN)
        wish = await read_body(request, FavoriteRequest)
        outcome = await self._engagement.add_favorite(
            AddFavorite(
                actor=actor,
                event_id=known_id(wish.event_id),
                idempotency_key=read_own_key(request, actor, wish),
            )
        )
        return answer(201 if outcome.added else 200, favorite_view(outcome.favorite))

    async def remove(self, request: web.Request) -> web.Response:
        """Answer ``DELETE /api/favorites/{event_id}``."""
        actor = await admitted(request, *SIGNED_IN)
        event_id = read_id(request, "event_id")
        await self._engagement.remove_favorite(RemoveFavorite(actor=actor, event_id=event_id))
        return no_content()

    async def list_own(self, request: web.Request) -> web.Response:
        """Answer ``GET /api/favorites``."""
        actor = await admitted(request, *SIGNED_IN)
        asked = read_page(request, "/api/favorites", "favorites")
        page = await self._engagement.queries.favorites(actor, asked.window)
        return answer(
            200,
            FavoriteListView(
                next=asked.reference(page.next),
                previous=asked.reference(page.previous),
                results=[favorite_view(favorite) for favorite in page.items],
            ),
        )
