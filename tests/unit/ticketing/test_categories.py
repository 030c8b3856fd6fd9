"""The tree of categories."""

from __future__ import annotations

import pytest

from events_face_core.kernel import (
    GUEST,
    Actor,
    EventsFaceError,
    ForbiddenError,
    IdempotencyKey,
    InvalidInputError,
    SignInRequiredError,
)
from events_face_core.ticketing import (
    Category,
    CategoryChanged,
    CategoryCreated,
    CategoryCycleError,
    CategoryNameTakenError,
    CategoryNotFoundError,
    ChangeCategory,
    ChangeCategoryHandler,
    CreateCategory,
    CreateCategoryHandler,
)
from events_face_core.ticketing.deciding import DEEPEST_CATEGORY
from unit.fakes import FakeHouse, FakeIds
from unit.ticketing.making import ADMIN, ORGANIZER, USER


async def _create(
    house: FakeHouse, name: str, parent_id: str | None = None, key: IdempotencyKey | None = None
) -> Category:
    ids = FakeIds(made=len(house.categories.all))
    handler = CreateCategoryHandler(unit_of_work=house, clock=house.clock, ids=ids)
    return await handler(
        CreateCategory(actor=ADMIN, name=name, parent_id=parent_id, idempotency_key=key)
    )


async def _change(
    house: FakeHouse, category_id: str, name: str, parent_id: str | None = None
) -> Category:
    return await ChangeCategoryHandler(unit_of_work=house)(
        ChangeCategory(actor=ADMIN, category_id=category_id, name=name, parent_id=parent_id)
    )


async def test_categories_form_a_tree() -> None:
    house = FakeHouse()

    music = await _create(house, " Музыка ")
    jazz = await _create(house, "Джаз", music.id)

    assert house.categories.all == {music.id: music, jazz.id: jazz}
    assert (music.name, jazz.parent_id) == ("Музыка", music.id)
    assert [m.entity_id for m in house.messages(CategoryCreated)] == [music.id, jazz.id]


@pytest.mark.parametrize(
    ("actor", "error"),
    [(GUEST, SignInRequiredError), (USER, ForbiddenError), (ORGANIZER, ForbiddenError)],
)
async def test_only_administrators_write_categories(
    actor: Actor, error: type[EventsFaceError]
) -> None:
    house = FakeHouse()
    create = CreateCategoryHandler(unit_of_work=house, clock=house.clock, ids=FakeIds())

    with pytest.raises(error):
        await create(CreateCategory(actor=actor, name="x"))
    with pytest.raises(error):
        await ChangeCategoryHandler(unit_of_work=house)(
            ChangeCategory(actor=actor, category_id="c", name="x")
        )


async def test_a_parent_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        await _create(FakeHouse(), "Джаз", "none")


async def test_a_name_is_taken_once() -> None:
    house = FakeHouse()
    await _create(house, "Музыка")

    with pytest.raises(CategoryNameTakenError):
        await _create(house, "музыка")


async def test_a_repeated_call_makes_one_category() -> None:
    house = FakeHouse()
    key = IdempotencyKey(value="k", fingerprint="body")
    first = await _create(house, "Музыка", key=key)

    assert await _create(house, "Музыка", key=key) == first
    assert len(house.categories.all) == 1


async def test_a_category_never_stands_below_itself() -> None:
    house = FakeHouse()
    top = await _create(house, "верх")
    middle = await _create(house, "середина", top.id)
    bottom = await _create(house, "низ", middle.id)

    with pytest.raises(CategoryCycleError):
        await _change(house, top.id, "верх", bottom.id)
    with pytest.raises(CategoryCycleError):
        await _change(house, top.id, "верх", top.id)


async def test_a_category_is_changed_once() -> None:
    house = FakeHouse()
    category = await _create(house, "Музыка")

    await _change(house, category.id, "Звук")
    await _change(house, category.id, "Звук")

    assert house.categories.all[category.id].name == "Звук"
    assert len(house.messages(CategoryChanged)) == 1


async def test_an_unknown_category_is_not_changed() -> None:
    with pytest.raises(CategoryNotFoundError):
        await _change(FakeHouse(), "none", "x")


# How deep they stand


async def _chain(house: FakeHouse, name: str, length: int) -> list[str]:
    """Create categories, each below the one before; return their ids."""
    ids: list[str] = []
    for number in range(length):
        made = await _create(house, f"{name} {number}", ids[-1] if ids else None)
        ids.append(made.id)
    return ids


async def test_categories_stand_in_so_many_levels_at_most() -> None:
    house = FakeHouse()
    deepest = (await _chain(house, "Музыка", DEEPEST_CATEGORY))[-1]

    with pytest.raises(InvalidInputError) as raised:
        await _create(house, "Ещё глубже", deepest)

    assert raised.value.field == "parent_id"


@pytest.mark.parametrize(("length", "fits"), [(4, True), (5, False)])
async def test_a_category_moves_with_those_below_it_no_deeper(length: int, *, fits: bool) -> None:
    house = FakeHouse()
    six = (await _chain(house, "Музыка", 6))[-1]
    moved = (await _chain(house, "Театр", length))[0]

    if fits:
        await _change(house, moved, "Театр", six)
    else:
        with pytest.raises(InvalidInputError):
            await _change(house, moved, "Театр", six)

    assert (house.categories.all[moved].parent_id == six) is fits
