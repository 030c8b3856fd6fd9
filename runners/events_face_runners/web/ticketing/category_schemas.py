"""The shapes of categories on the wire."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from events_face_core.ticketing import LONGEST_CATEGORY_NAME, Category
from events_face_runners.web.ticketing.schemas import Id, Line


class CategoryRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category, and the one that it is to stand below, if any."""

    name: Annotated[str, Meta(min_length=1, max_length=LONGEST_CATEGORY_NAME)]
    description: Line | None = None
    parent_id: Id | None = None


class CategoryView(msgspec.Struct, frozen=True):
    """A category."""

    id: str
    name: str
    description: str | None
    parent_id: str | None


class CategoryTree(msgspec.Struct, frozen=True):
    """A category with those below it."""

    id: str
    name: str
    description: str | None
    parent_id: str | None
    children: list["CategoryTree"]


class CategoryListView(msgspec.Struct, frozen=True):
    """All categories, from the topmost down; they are one page."""

    next: str | None
    previous: str | None
    results: list[CategoryTree]


def category_view(category: Category) -> CategoryView:
    """Lay out one category."""
    return CategoryView(
        id=category.id,
        name=category.name,
        description=category.description,
        parent_id=category.parent_id,
    )


def category_trees(categories: Sequence[Category]) -> list[CategoryTree]:
    """Lay out the categories, from the topmost on."""
    below: dict[str | None, list[Category]] = {}
    for category in categories:
        below.setdefault(category.parent_id, []).append(category)
    return _trees(None, below)


def _trees(
    parent_id: str | None, below: Mapping[str | None, Sequence[Category]]
) -> list[CategoryTree]:
    # Categories stand in few levels, so it calls itself no deeper than that.
    return [
        CategoryTree(
            id=category.id,
            name=category.name,
            description=category.description,
            parent_id=category.parent_id,
            children=_trees(category.id, below),
        )
        for category in below.get(parent_id, ())
    ]
