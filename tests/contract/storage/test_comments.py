"""The contract of the ports ``Comments`` and ``CommentReads``."""

from __future__ import annotations

import asyncio

from attrs import evolve

from contract.storage.engaging import a_comment, put_comments
from contract.storage.making import INSTANT, Storage, rolled_back
from events_face_core.engagement import Comment, Window
from unit.fakes import NOON


async def _find(storage: Storage, comment_id: str = "comment") -> Comment | None:
    async with storage() as tx:
        return await tx.comments.find(comment_id)


async def test_an_unknown_comment_is_not_found(storage: Storage) -> None:
    assert await _find(storage) is None


async def test_a_comment_is_found_as_it_was_added(storage: Storage) -> None:
    comment = a_comment(created_at=NOON + INSTANT)

    await put_comments(storage, comment)

    assert await _find(storage) == comment


async def test_a_comment_is_removed(storage: Storage) -> None:
    await put_comments(storage, a_comment(), a_comment("other"))

    async with storage() as tx:
        await tx.comments.remove("comment")

    assert await _find(storage) is None
    assert await _find(storage, "other") is not None


async def test_a_comment_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.comments.add(a_comment()))

    assert await _find(storage) is None


async def test_a_removal_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await put_comments(storage, a_comment())

    await rolled_back(storage, lambda tx: tx.comments.remove("comment"))

    assert await _find(storage) == a_comment()


async def test_of_those_who_delete_at_once_one_finds_the_comment(
    storage: Storage, other: Storage
) -> None:
    await put_comments(storage, a_comment())

    async def delete(deleting: Storage) -> bool:
        async with deleting() as tx:
            found = await tx.comments.find("comment")
            await asyncio.sleep(0)
            if found is not None:
                await tx.comments.remove("comment")
        return found is not None

    deleted = await asyncio.gather(*(delete(one) for one in (storage, other) * 10))

    assert deleted.count(True) == 1


async def test_a_person_is_taken_out_of_the_comments(storage: Storage) -> None:
    await put_comments(storage, a_comment(), a_comment("other", user_id="boris"))

    async with storage() as tx:
        forgotten = await tx.comments.forget("anna")

    assert forgotten == 1
    assert await _find(storage) == evolve(a_comment(), user_id=None)
    assert await _find(storage, "other") == a_comment("other", user_id="boris")


async def test_the_discussion_of_an_event_is_shown_page_by_page(storage: Storage) -> None:
    comments = [a_comment(f"{n}", created_at=NOON + n * INSTANT) for n in range(5)]
    await put_comments(storage, *comments, a_comment("other", event_id="other"))
    reads = storage.comment_reads

    first = await reads.page("event", Window(limit=3))
    second = await reads.page("event", Window(limit=3, cursor=first.next))
    back = await reads.page("event", Window(limit=3, cursor=second.previous))

    assert [*first.items, *second.items] == comments[::-1]
    assert (first.previous, second.next) == (None, None)
    assert back.items == first.items
