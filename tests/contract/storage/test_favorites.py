"""The contract of the ports ``Favorites`` and ``FavoriteReads``."""

from __future__ import annotations

import asyncio

from contract.storage.engaging import a_favorite, put_favorites
from contract.storage.making import INSTANT, MINUTE, Storage, rolled_back
from events_face_core.engagement import Favorite, Window
from unit.fakes import NOON


async def _find(
    storage: Storage, user_id: str = "anna", event_id: str = "event"
) -> Favorite | None:
    async with storage() as tx:
        return await tx.favorites.find(user_id, event_id)


async def _add(storage: Storage, favorite: Favorite) -> Favorite:
    async with storage() as tx:
        return await tx.favorites.add(favorite)


async def test_an_unknown_favorite_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


async def test_a_favorite_is_found_as_it_was_added(storage: Storage) -> None:
    favorite = a_favorite(created_at=NOON + INSTANT)

    assert await _add(storage, favorite) == favorite
    assert await _find(storage) == favorite


async def test_the_favorite_that_was_there_first_stands(storage: Storage) -> None:
    await _add(storage, a_favorite("first"))

    standing = await _add(storage, a_favorite("second", created_at=NOON + MINUTE))

    assert standing == a_favorite("first")
    assert await _find(storage) == a_favorite("first")


async def test_favorites_are_kept_apart_by_person_and_event(storage: Storage) -> None:
    others = [
        a_favorite("1"),
        a_favorite("2", user_id="boris"),
        a_favorite("3", event_id="other"),
    ]

    await put_favorites(storage, *others)

    assert [await _find(storage, one.user_id, one.event_id) for one in others] == others


async def test_a_favorite_is_removed_once(storage: Storage) -> None:
    await put_favorites(storage, a_favorite())

    async with storage() as tx:
        removed = await tx.favorites.remove("anna", "event")
        again = await tx.favorites.remove("anna", "event")

    assert (removed, again) == (a_favorite(), None)
    assert await _find(storage) is None


async def test_a_favorite_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.favorites.add(a_favorite()))

    assert await _find(storage) is None


async def test_a_removal_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await put_favorites(storage, a_favorite())

    await rolled_back(storage, lambda tx: tx.favorites.remove("anna", "event"))

    assert await _find(storage) == a_favorite()


async def test_of_those_added_at_once_one_stands(storage: Storage, other: Storage) -> None:
    standing = await asyncio.gather(
        *(_add(one, a_favorite(f"{number}")) for number, one in enumerate((storage, other) * 10))
    )

    assert len({favorite.id for favorite in standing}) == 1


async def test_all_favorites_of_one_person_are_forgotten(storage: Storage) -> None:
    await put_favorites(
        storage,
        a_favorite("1"),
        a_favorite("2", event_id="other"),
        a_favorite("3", user_id="boris"),
    )

    async with storage() as tx:
        forgotten = await tx.favorites.forget("anna")

    assert forgotten == 2
    assert (await storage.favorite_reads.page("anna", Window())).items == ()
    assert await _find(storage, "boris") is not None


async def test_people_see_their_own_favorites_the_newest_first(storage: Storage) -> None:
    await put_favorites(
        storage,
        a_favorite("old"),
        a_favorite("new", event_id="2", created_at=NOON + MINUTE),
        a_favorite("new-too", event_id="3", created_at=NOON + MINUTE),
        a_favorite("other", user_id="boris"),
    )

    page = await storage.favorite_reads.page("anna", Window())

    assert [favorite.id for favorite in page.items] == ["new-too", "new", "old"]
    assert (page.next, page.previous) == (None, None)


async def test_pages_of_favorites_lead_there_and_back(storage: Storage) -> None:
    await put_favorites(storage, *(a_favorite(f"{n}", event_id=f"{n}") for n in range(5)))
    reads = storage.favorite_reads

    first = await reads.page("anna", Window(limit=2))
    second = await reads.page("anna", Window(limit=2, cursor=first.next))
    third = await reads.page("anna", Window(limit=2, cursor=second.next))
    back = await reads.page("anna", Window(limit=2, cursor=third.previous))

    shown = [favorite.id for page in (first, second, third) for favorite in page.items]
    assert shown == ["4", "3", "2", "1", "0"]
    assert (third.next, first.previous) == (None, None)
    assert back.items == second.items
