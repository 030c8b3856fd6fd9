"""The contract of the port ``UnitOfWork``, and of opening a storage."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.storage.making import (
    OpenStorage,
    PlannedError,
    Storage,
    a_registration,
    accepted,
    an_event,
    publish,
    put_events,
    rolled_back,
    rows,
    written,
)
from events_face_core.catalogue import CatalogueChanged, CatalogueState
from events_face_core.kernel import Message, StorageUnavailableError


async def _is_empty(storage: Storage) -> bool:
    return (
        await storage.event_reads.find("event") is None
        and await storage.registration_reads.find("registration") is None
        and not await rows(storage)
    )


async def _write_everything_and_wait(storage: Storage, entered: asyncio.Event) -> None:
    async with storage() as tx:
        await tx.events.upsert([an_event()])
        await tx.registrations.add(a_registration())
        await tx.publish(accepted())
        entered.set()
        await asyncio.sleep(60)


async def _cancelled_in_the_middle(storage: Storage) -> asyncio.Task[None]:
    """Return the task of a transaction that wrote something, waits, and was told to stop."""
    entered = asyncio.Event()
    task = asyncio.create_task(_write_everything_and_wait(storage, entered))
    await entered.wait()
    task.cancel()
    return task


async def test_leaving_the_block_commits_everything(storage: Storage, other: Storage) -> None:
    async with storage() as tx:
        await tx.events.upsert([an_event()])
        await tx.registrations.add(a_registration())
        await tx.publish(accepted())

    assert await other.event_reads.find("event") is not None
    assert await other.registration_reads.find("registration") is not None
    assert len(await rows(other)) == 1


async def test_an_error_rolls_everything_back_and_comes_through(storage: Storage) -> None:
    error = PlannedError()

    async def fail() -> None:
        async with storage() as tx:
            await tx.events.upsert([an_event()])
            await tx.registrations.add(a_registration())
            await tx.publish(accepted())
            raise error

    with pytest.raises(PlannedError) as raised:
        await fail()

    assert raised.value is error
    assert await _is_empty(storage)


async def test_after_an_error_the_storage_goes_on(storage: Storage) -> None:
    for _ in range(10):
        await rolled_back(storage, lambda tx: tx.events.upsert([an_event()]))

    assert await put_events(storage, an_event()) == 1


async def test_a_transaction_sees_what_it_wrote(storage: Storage) -> None:
    async with storage() as tx:
        await tx.events.upsert([an_event()])
        await tx.registrations.add(a_registration())

        assert await tx.events.find("event") == an_event()
        assert await tx.registrable_events.find("event") is not None
        assert await tx.registrations.find("registration") == a_registration()


async def test_a_transaction_that_does_nothing_is_harmless(storage: Storage) -> None:
    async with storage():
        pass

    assert await _is_empty(storage)


async def test_many_transactions_at_once_all_commit(storage: Storage, other: Storage) -> None:
    await asyncio.gather(
        *(put_events(one, an_event(f"e{n}")) for n, one in enumerate([storage, other] * 30))
    )

    async with storage() as tx:
        assert len(await tx.events.find_many([f"e{n}" for n in range(60)])) == 60


async def test_a_failing_transaction_takes_no_other_with_it(
    storage: Storage, other: Storage
) -> None:
    async def fail(failing: Storage, number: int) -> None:
        await rolled_back(failing, lambda tx: tx.events.upsert([an_event(f"bad{number}")]))

    async def succeed(succeeding: Storage, number: int) -> None:
        await put_events(succeeding, an_event(f"good{number}"))

    await asyncio.gather(
        *(work(one, n) for n, one in enumerate([storage, other] * 10) for work in (fail, succeed))
    )

    names = [f"{kind}{n}" for n in range(20) for kind in ("good", "bad")]
    async with storage() as tx:
        found = await tx.events.find_many(names)
    assert set(found) == {f"good{n}" for n in range(20)}


async def test_a_transaction_that_is_cut_off_writes_nothing_and_leaves_the_storage_usable(
    storage: Storage, other: Storage
) -> None:
    task = await _cancelled_in_the_middle(storage)

    with pytest.raises(asyncio.CancelledError):
        await task

    assert await _is_empty(other)
    assert await put_events(storage, an_event()) == 1
    assert await put_events(other, an_event("second")) == 1


async def test_the_transaction_after_one_that_is_cut_off_begins_after_its_end(
    storage: Storage,
) -> None:
    for number in range(20):
        task = await _cancelled_in_the_middle(storage)

        assert await put_events(storage, an_event(f"e{number}")) == 1

        await asyncio.gather(task, return_exceptions=True)
    assert await _is_empty(storage)


@pytest.mark.parametrize("steps", range(8))
async def test_a_transaction_that_is_cut_off_twice_disturbs_nobody(
    storage: Storage, other: Storage, steps: int
) -> None:
    for number in range(10):
        task = await _cancelled_in_the_middle(storage)
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()

        assert await put_events(storage, an_event(f"a{number}")) == 1
        assert await put_events(other, an_event(f"b{number}")) == 1

        with pytest.raises(asyncio.CancelledError):
            await task
    assert await _is_empty(storage)


@pytest.mark.parametrize("milliseconds", [0, 0.1, 0.3, 1, 3])
async def test_a_transaction_that_is_cut_off_anywhere_is_whole_or_not_there(
    storage: Storage, milliseconds: float
) -> None:
    async def write(number: int) -> None:
        async with storage() as tx:
            await tx.events.upsert([an_event(f"a{number}")])
            await tx.events.upsert([an_event(f"b{number}")])

    for number in range(30):
        task = asyncio.create_task(write(number))
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async with storage() as tx:
        found = await tx.events.find_many([f"{half}{n}" for n in range(30) for half in "ab"])
    assert {id_[1:] for id_ in found if id_[0] == "a"} == {
        id_[1:] for id_ in found if id_[0] == "b"
    }
    assert await put_events(storage, an_event()) == 1


async def test_whoever_is_cut_off_while_waiting_for_a_turn_disturbs_nobody(
    storage: Storage, other: Storage
) -> None:
    async with storage() as tx:
        await tx.events.upsert([an_event("first")])
        waiting = [
            asyncio.create_task(put_events(one, an_event(f"w{n}")))
            for n, one in enumerate([storage, other] * 5)
        ]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    assert await storage.event_reads.find("first") is not None
    assert await put_events(storage, an_event("second")) == 1
    assert await put_events(other, an_event("third")) == 1


async def test_a_time_limit_in_the_middle_of_a_transaction_writes_nothing(
    storage: Storage,
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await _write_everything_and_wait(storage, asyncio.Event())

    assert await _is_empty(storage)


def _read_at_once(open_storage: OpenStorage) -> int:
    """Read the version by another thread, while whatever this one is about stands still."""

    async def read() -> int:
        async with open_storage() as storage:
            return await storage.event_reads.version()

    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: asyncio.run(read())).result()


async def test_listeners_are_told_the_messages_in_order_after_the_commit(
    storage: Storage,
) -> None:
    told: list[list[Message]] = []
    storage.listen(lambda messages: told.append(list(messages)))

    async with storage() as tx:
        await tx.publish(CatalogueChanged(catalogue_version=1))
        await tx.publish(written())
        before = list(told)

    assert before == []
    assert told == [[CatalogueChanged(catalogue_version=1), written()]]


async def test_when_a_listener_is_told_everybody_can_read_what_was_committed(
    storage: Storage, open_storage: OpenStorage
) -> None:
    read: list[int] = []
    storage.listen(lambda _: read.append(_read_at_once(open_storage)))

    async with storage() as tx:
        await tx.catalogue_states.save(CatalogueState(version=5))
        await tx.publish(CatalogueChanged(catalogue_version=5))

    assert read == [5]


async def test_every_listener_is_told(storage: Storage) -> None:
    told: list[str] = []
    storage.listen(lambda _: told.append("first"))
    storage.listen(lambda _: told.append("second"))

    await publish(storage, accepted())

    assert told == ["first", "second"]


async def test_listeners_are_told_nothing_of_what_is_rolled_back(storage: Storage) -> None:
    told: list[Message] = []
    storage.listen(told.extend)

    await rolled_back(storage, lambda tx: tx.publish(accepted()))
    task = await _cancelled_in_the_middle(storage)
    await asyncio.gather(task, return_exceptions=True)

    assert told == []


async def test_a_storage_that_is_open_answers_its_check(storage: Storage) -> None:
    await storage.check()


async def test_what_was_committed_is_there_when_the_storage_is_opened_again(
    open_storage: OpenStorage,
) -> None:
    async with open_storage() as storage:
        await put_events(storage, an_event())
        await publish(storage, accepted())

    async with open_storage() as storage:
        assert await storage.event_reads.find("event") == an_event()
        assert len(await rows(storage)) == 1


async def test_a_storage_that_is_not_open_is_unavailable(open_storage: OpenStorage) -> None:
    async with open_storage() as storage:
        pass

    with pytest.raises(StorageUnavailableError):
        await put_events(storage, an_event())


async def test_every_opening_of_a_database_finds_the_same_identity(
    storage: Storage, other: Storage
) -> None:
    assert storage.identity == other.identity
    assert len(storage.identity) == 32
