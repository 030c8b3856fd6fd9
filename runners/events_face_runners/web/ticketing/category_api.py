"""Categories: list, make, change."""

from aiohttp import web

from events_face_core.ticketing import ChangeCategory, CreateCategory
from events_face_runners.web.actors import read_actor
from events_face_runners.web.reading import read_body, read_id, read_idempotency_key
from events_face_runners.web.ticketing.category_schemas import (
    CategoryListView,
    CategoryRequest,
    category_trees,
    category_view,
)
from events_face_runners.web.ticketing.responses import json_response
from events_face_runners.wiring.ticketing import Ticketing


class CategoryApi:
    """Answers ``/api/categories``."""

    def __init__(self, ticketing: Ticketing) -> None:
        self._ticketing = ticketing

    async def list_categories(self, _: web.Request) -> web.Response:
        """Answer ``GET /api/categories``."""
        trees = category_trees(await self._ticketing.queries.categories())
        return json_response(200, CategoryListView(next=None, previous=None, results=trees))

    async def create(self, request: web.Request) -> web.Response:
        """Answer ``POST /api/categories``."""
        actor = await read_actor(request)
        wish = await read_body(request, CategoryRequest)
        key = read_idempotency_key(request, wish)
        category = await self._ticketing.create_category(
            CreateCategory(
                actor=actor,
                name=wish.name,
                description=wish.description,
                parent_id=wish.parent_id,
                idempotency_key=None if key is None else key.of(actor.id),
            )
        )
        return json_response(201, category_view(category))

    async def change(self, request: web.Request) -> web.Response:
        """Answer ``PUT /api/categories/{category_id}``."""
        actor = await read_actor(request)
        category_id = read_id(request, "category_id")
        wish = await read_body(request, CategoryRequest)
        category = await self._ticketing.change_category(
            ChangeCategory(
                actor=actor,
                category_id=category_id,
                name=wish.name,
                description=wish.description,
                parent_id=wish.parent_id,
            )
        )
        return json_response(200, category_view(category))
