"""The contract of the ports ``Outbox``, ``OutboxReads`` and ``Publisher``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    MESSAGES,
    MINUTE,
    SECOND,
    OpenStorage,
    PlannedError,
    Storage,
    Transaction,
    accepted,
    an_event,
    announced,
    claim,
    claim_one,
    only_row,
    publish,
    rolled_back,
    rows,
    written,
)
from events_face_adapters.storage.messages import MessageMap, UnmappedMessageError
from events_face_core.announcements import AnnouncementWritten
from events_face_core.catalogue import CatalogueChanged
from events_face_core.kernel import Delivery, Message, OutboxRow, OutboxState
from events_face_core.notifications import NotificationWritten
from events_face_core.registration import RegistrationAccepted, TakeBackRequested
from unit.fake_traces import TRACE
from unit.fakes import NOON

PENDING, DELIVERED, DEAD = OutboxState.PENDING, OutboxState.DELIVERED, OutboxState.DEAD


@frozen(kw_only=True)
class Stranger(Message):
    """A message that the storage was not told of."""

    name: ClassVar[str] = "stranger.came"

    text: str = ""


@frozen(kw_only=True)
class Keyed(Stranger):
    """A message of another name that shares its keys with announcements."""

    name: ClassVar[str] = "keyed"

    @property
    def key(self) -> str:
        return self.text


@frozen(kw_only=True)
class AcceptedLater(Message):
    """A later version of a known message."""

    name: ClassVar[str] = RegistrationAccepted.name
    version: ClassVar[int] = 2

    registration_id: str
    priority: int = 0


LATER = MessageMap(
    types=(*MESSAGES.types, Stranger, AcceptedLater),
    delivered=MESSAGES.delivered | {Stranger.name},
)


def _registration_ids(deliveries: Sequence[Delivery]) -> list[str]:
    return [
        delivery.message.registration_id
        for delivery in deliveries
        if isinstance(delivery.message, RegistrationAccepted)
    ]


def _place(delivery: Delivery) -> tuple[str, int]:
    """Return the key of an announcement, and its number."""
    message = delivery.message
    assert isinstance(message, AnnouncementWritten)
    return message.subject, int(message.data)


async def _complete(storage: Storage, row_id: str, *, now: datetime = NOON) -> None:
    async with storage() as tx:
        await tx.outbox.complete(row_id, now=now)


async def _retry(
    storage: Storage, row_id: str, *, not_before: datetime = NOON, error: str = "again"
) -> None:
    async with storage() as tx:
        await tx.outbox.retry(row_id, not_before=not_before, error=error)


async def _bury(
    storage: Storage, row_id: str, *, now: datetime = NOON, error: str = "never"
) -> None:
    async with storage() as tx:
        await tx.outbox.bury(row_id, now=now, error=error)


async def _revive(storage: Storage, row_id: str, *, now: datetime = NOON) -> bool:
    async with storage() as tx:
        return await tx.outbox.revive(row_id, now=now)


async def _prune(storage: Storage, *, before: datetime, limit: int = 100) -> int:
    async with storage() as tx:
        return await tx.outbox.prune(delivered_before=before, limit=limit)


async def _claimed_row(storage: Storage) -> str:
    """Publish a message, claim it, and return the id of its row."""
    await publish(storage, accepted())
    return (await claim_one(storage)).id


async def test_a_published_message_waits_in_the_outbox(storage: Storage) -> None:
    await publish(storage, accepted("some"))

    row = await only_row(storage)

    assert row == OutboxRow(
        id=row.id,
        name="registration.accepted",
        version=1,
        state=PENDING,
        attempts=0,
        created_at=NOON,
        due_at=NOON,
        payload=row.payload,
        error="",
    )
    assert json.loads(row.payload) == {"registration_id": "some"}


@pytest.mark.parametrize(
    "message",
    [
        accepted("r" * 36),
        TakeBackRequested(registration_id="r", ticket_id="«билет» \"1\" '2' \\ \n"),
        TakeBackRequested(registration_id="r"),
        written("n"),
        announced("s", 7),
    ],
)
async def test_a_claimed_message_is_the_one_that_was_published(
    storage: Storage, message: Message
) -> None:
    await publish(storage, message)

    delivery = await claim_one(storage)

    assert (delivery.message, delivery.attempts) == (message, 1)


async def test_a_message_without_delivery_leaves_no_row(storage: Storage) -> None:
    await publish(storage, CatalogueChanged(catalogue_version=1))

    assert await rows(storage) == []


async def test_equal_messages_are_delivered_each(storage: Storage) -> None:
    await publish(storage, accepted(), accepted())

    assert len(await claim(storage)) == 2


async def test_a_publish_that_is_rolled_back_leaves_no_row(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.publish(accepted()))

    assert await rows(storage) == []
    assert list(await claim(storage)) == []


async def test_a_row_is_not_read_before_its_commit(storage: Storage, other: Storage) -> None:
    async with storage() as tx:
        await tx.publish(accepted())
        assert await rows(storage) == []
        assert await rows(other) == []

    assert len(await rows(other)) == 1


async def test_a_message_can_be_claimed_in_the_transaction_that_published_it(
    storage: Storage,
) -> None:
    async with storage() as tx:
        await tx.publish(accepted())
        claimed = await tx.outbox.claim(
            [RegistrationAccepted.name], limit=1, now=NOON, until=NOON + MINUTE
        )

    assert len(claimed) == 1


async def test_reactions_run_in_the_transaction_that_publishes(open_storage: OpenStorage) -> None:
    seen: list[Message] = []

    async def react(tx: Transaction, message: Message) -> None:
        seen.append(message)
        await tx.events.upsert([an_event("reaction")])
        await tx.publish(written("reaction"))

    messages = evolve(MESSAGES, reactions={CatalogueChanged.name: (react,)})
    async with open_storage(messages) as storage:
        async with storage() as tx:
            await tx.publish(CatalogueChanged(catalogue_version=3))
            assert await tx.events.find("reaction") is not None
            assert await storage.event_reads.find("reaction") is None

        assert seen == [CatalogueChanged(catalogue_version=3)]
        assert await storage.event_reads.find("reaction") is not None
        assert [row.name for row in await rows(storage)] == [NotificationWritten.name]


async def test_what_reactions_did_rolls_back_with_the_transaction(
    open_storage: OpenStorage,
) -> None:
    async def react(tx: Transaction, _: Message) -> None:
        await tx.events.upsert([an_event("reaction")])

    messages = evolve(MESSAGES, reactions={RegistrationAccepted.name: (react,)})
    async with open_storage(messages) as storage:
        await rolled_back(storage, lambda tx: tx.publish(accepted()))

        assert await storage.event_reads.find("reaction") is None
        assert await rows(storage) == []


async def test_a_reaction_that_fails_undoes_the_whole_transaction(
    open_storage: OpenStorage,
) -> None:
    async def react(_: Transaction, __: Message) -> None:
        raise PlannedError

    async def change(storage: Storage) -> None:
        async with storage() as tx:
            await tx.events.upsert([an_event()])
            await tx.publish(accepted())

    messages = evolve(MESSAGES, reactions={RegistrationAccepted.name: (react,)})
    async with open_storage(messages) as storage:
        with pytest.raises(PlannedError):
            await change(storage)

        assert await storage.event_reads.find("event") is None
        assert await rows(storage) == []


async def test_reactions_run_in_their_order(open_storage: OpenStorage) -> None:
    order: list[str] = []

    async def first(_: Transaction, __: Message) -> None:
        order.append("first")

    async def second(_: Transaction, __: Message) -> None:
        order.append("second")

    messages = evolve(MESSAGES, reactions={RegistrationAccepted.name: (first, second)})
    async with open_storage(messages) as storage:
        await publish(storage, accepted())

    assert order == ["first", "second"]


@pytest.mark.parametrize("message", [Stranger(), AcceptedLater(registration_id="r")])
async def test_a_message_that_is_not_mapped_is_refused(storage: Storage, message: Message) -> None:
    with pytest.raises(UnmappedMessageError, match=f"{message.name} v{message.version}"):
        await publish(storage, accepted(), message)

    assert await rows(storage) == []


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (Stranger(), "stranger.came v1"),
        (AcceptedLater(registration_id="r"), "registration.accepted v2"),
    ],
)
async def test_a_start_is_refused_while_a_message_waits_that_nobody_can_deliver(
    open_storage: OpenStorage, message: Message, named: str
) -> None:
    async with open_storage(LATER) as storage:
        await publish(storage, message, accepted())

    with pytest.raises(UnmappedMessageError, match=named):
        await open_storage().__aenter__()

    async with open_storage(LATER) as storage:
        assert len(await rows(storage)) == 2


async def test_a_strange_message_that_was_delivered_stops_no_start(
    open_storage: OpenStorage,
) -> None:
    async with open_storage(LATER) as storage:
        await publish(storage, Stranger())
        (delivery,) = await claim(storage, Stranger.name)
        await _complete(storage, delivery.id)

    async with open_storage() as storage:
        assert (await only_row(storage)).state is DELIVERED


async def test_a_version_that_only_a_newer_process_knows_waits_for_it(
    storage: Storage, open_storage: OpenStorage
) -> None:
    async with open_storage(LATER) as newer:
        await publish(newer, AcceptedLater(registration_id="new"))
        await publish(newer, accepted("old"))

        here = await claim(storage, RegistrationAccepted.name)
        there = await claim(newer, RegistrationAccepted.name)

    assert [delivery.message for delivery in here] == [accepted("old")]
    assert [delivery.message for delivery in there] == [AcceptedLater(registration_id="new")]


async def test_only_the_messages_that_are_asked_for_are_claimed(storage: Storage) -> None:
    await publish(storage, accepted(), written())

    claimed = await claim(storage, NotificationWritten.name)

    assert [delivery.message for delivery in claimed] == [written()]


async def test_asking_for_no_messages_or_unknown_ones_claims_none(storage: Storage) -> None:
    await publish(storage, accepted())

    async with storage() as tx:
        for names in ((), ("unknown",)):
            claimed = await tx.outbox.claim(names, limit=10, now=NOON, until=NOON + MINUTE)
            assert list(claimed) == []


@pytest.mark.parametrize("limit", [1, 3, 10])
async def test_no_more_rows_are_claimed_than_asked_for(storage: Storage, limit: int) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(5)), *(written() for _ in range(5)))

    assert len(await claim(storage, limit=limit)) == limit


async def test_what_was_due_first_is_claimed_first(storage: Storage) -> None:
    for minutes in (3, 1, 5, 2, 4):
        await publish(storage, accepted(f"r{minutes}"), not_before=NOON - minutes * MINUTE)

    first = await claim(storage, limit=3)
    second = await claim(storage, limit=3)

    assert _registration_ids([*first, *second]) == ["r5", "r4", "r3", "r2", "r1"]


async def test_what_was_due_first_is_claimed_first_whatever_its_name(storage: Storage) -> None:
    messages = [accepted(), written(), TakeBackRequested(registration_id="r"), written("second")]
    for age, message in enumerate(messages):
        await publish(storage, message, not_before=NOON - age * MINUTE)

    claimed = await claim(storage, limit=3)

    assert [delivery.message for delivery in claimed] == messages[:0:-1]


async def test_many_rows_of_one_name_do_not_starve_another(storage: Storage) -> None:
    await publish(storage, written(), not_before=NOON - 2 * MINUTE)
    await publish(storage, *(accepted() for _ in range(50)), not_before=NOON - MINUTE)
    names = sorted(MESSAGES.delivered, reverse=True)

    async with storage() as tx:
        claimed = await tx.outbox.claim(names, limit=5, now=NOON, until=NOON + MINUTE)

    assert claimed[0].message == written()


@pytest.mark.parametrize(("after", "due"), [(-INSTANT, 0), (0 * INSTANT, 1), (INSTANT, 1)])
async def test_a_row_is_due_from_its_instant(storage: Storage, after: timedelta, due: int) -> None:
    await publish(storage, accepted())

    assert len(await claim(storage, now=NOON + after)) == due


async def test_a_message_that_is_held_back_is_due_in_time(
    storage: Storage, open_storage: OpenStorage
) -> None:
    await publish(storage, accepted(), not_before=NOON + HOUR)

    row = await only_row(storage)
    early = await claim(storage, now=NOON + HOUR - INSTANT)
    in_time = await claim(storage, now=NOON + HOUR)

    assert (row.created_at, row.due_at) == (NOON, NOON + HOUR)
    assert (len(early), len(in_time)) == (0, 1)


async def test_a_claimed_row_is_claimed_by_nobody_else_before_the_lease_ends(
    storage: Storage, other: Storage
) -> None:
    await publish(storage, accepted())
    await claim(storage, lease=MINUTE)

    before = [await claim(one, now=NOON + MINUTE - INSTANT) for one in (storage, other)]

    assert before == [[], []]


async def test_when_the_lease_ends_the_row_is_due_again(storage: Storage, other: Storage) -> None:
    await publish(storage, accepted())
    first = await claim_one(storage)

    second = await claim_one(other, now=NOON + MINUTE)

    assert (second.id, second.message, second.attempts) == (first.id, first.message, 2)


async def test_a_claimed_row_shows_its_attempts_and_the_end_of_its_claim(storage: Storage) -> None:
    await publish(storage, accepted())
    await claim(storage)
    await claim(storage, now=NOON + HOUR, lease=SECOND)

    row = await only_row(storage)

    assert (row.state, row.attempts, row.due_at) == (PENDING, 2, NOON + HOUR + SECOND)


async def test_a_claim_that_is_rolled_back_gives_the_rows_back(storage: Storage) -> None:
    await publish(storage, accepted())

    await rolled_back(
        storage,
        lambda tx: tx.outbox.claim(
            [RegistrationAccepted.name], limit=1, now=NOON, until=NOON + DAY
        ),
    )

    assert (await claim_one(storage)).attempts == 1


async def test_claimers_at_once_never_share_a_row(storage: Storage, other: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(40)), *(written() for _ in range(20)))

    async def drain(draining: Storage) -> list[str]:
        mine: list[str] = []
        while claimed := await claim(draining, limit=3):
            mine += [delivery.id for delivery in claimed]
        return mine

    shares = await asyncio.gather(*(drain(one) for one in (storage, other) * 5))

    claimed = [row_id for share in shares for row_id in share]
    assert len(claimed) == len(set(claimed)) == 60


async def test_claimers_of_expired_leases_never_share_a_row_either(
    storage: Storage, other: Storage
) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(10)))
    await claim(storage, lease=SECOND)

    shares = await asyncio.gather(
        *(claim(one, limit=2, now=NOON + SECOND) for one in (storage, other) * 10)
    )

    claimed = [delivery.id for share in shares for delivery in share]
    assert len(claimed) == len(set(claimed)) == 10


async def test_of_one_key_only_the_oldest_is_claimed(storage: Storage) -> None:
    await publish(storage, *(announced("a", n) for n in range(3)), announced("b", 0))

    claimed = await claim(storage)

    assert {_place(delivery) for delivery in claimed} == {("a", 0), ("b", 0)}


async def test_a_claimed_row_holds_up_those_behind_it_until_it_is_done(
    storage: Storage, other: Storage
) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)

    meanwhile = await claim(other)
    await _complete(storage, first.id)
    afterwards = await claim(other)

    assert (list(meanwhile), [_place(one) for one in afterwards]) == ([], [("a", 1)])


async def test_a_row_that_waits_for_its_retry_holds_up_those_behind_it(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)
    await _retry(storage, first.id, not_before=NOON + HOUR)

    assert list(await claim(storage)) == []
    assert _place(await claim_one(storage, now=NOON + HOUR)) == ("a", 0)


async def test_a_row_that_is_held_back_holds_up_those_behind_it(storage: Storage) -> None:
    await publish(storage, announced("a", 0), not_before=NOON + HOUR)
    await publish(storage, announced("a", 1))

    assert list(await claim(storage)) == []


async def test_a_row_of_a_key_waits_for_an_older_one_of_another_name(
    open_storage: OpenStorage,
) -> None:
    messages = evolve(
        MESSAGES,
        types=(*MESSAGES.types, Keyed),
        delivered=MESSAGES.delivered | {Keyed.name},
    )
    async with open_storage(messages) as storage:
        await publish(storage, Keyed(text="a"), announced("a", 1))

        assert list(await claim(storage, AnnouncementWritten.name)) == []


async def test_a_row_in_the_dead_letters_holds_nobody_up(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    first = await claim_one(storage)
    await _bury(storage, first.id)

    assert _place(await claim_one(storage)) == ("a", 1)


async def test_a_lease_that_ends_brings_the_same_row_again(storage: Storage) -> None:
    await publish(storage, announced("a", 0), announced("a", 1))
    await claim(storage)

    assert _place(await claim_one(storage, now=NOON + HOUR)) == ("a", 0)


async def test_the_order_of_a_key_is_that_of_publishing_whatever_the_clock_says(
    storage: Storage, open_storage: OpenStorage
) -> None:
    for number in range(5):
        await publish(storage, announced("a", number))
        open_storage.clock.forward(hours=-1)

    order = []
    for _ in range(5):
        delivery = await claim_one(storage)
        order.append(_place(delivery))
        await _complete(storage, delivery.id)

    assert order == [("a", number) for number in range(5)]


async def test_what_has_no_key_waits_for_nobody(storage: Storage) -> None:
    await publish(storage, *(accepted() for _ in range(3)))

    assert len(await claim(storage)) == 3


async def test_a_publish_that_is_rolled_back_holds_nobody_up(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.publish(announced("a", 0)))
    await publish(storage, announced("a", 1))

    assert _place(await claim_one(storage)) == ("a", 1)


async def test_workers_at_once_keep_the_order_of_every_key(
    storage: Storage, other: Storage
) -> None:
    keys, numbers = [f"k{n}" for n in range(5)], range(6)
    for number in numbers:
        await publish(storage, *(announced(key, number) for key in keys))
    seen: dict[str, list[int]] = {key: [] for key in keys}

    async def work(one: Storage) -> None:
        while sum(map(len, seen.values())) < len(keys) * len(numbers):
            for delivery in await claim(one, limit=3):
                await asyncio.sleep(0)
                key, number = _place(delivery)
                seen[key].append(number)
                await _complete(one, delivery.id)

    await asyncio.gather(*(work(one) for one in (storage, other) * 3))

    assert seen == {key: list(numbers) for key in keys}


async def test_a_completed_row_is_delivered_and_never_claimed_again(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED
    assert list(await claim(storage, now=NOON + 365 * DAY)) == []


async def test_completing_twice_changes_nothing(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _complete(storage, row_id, now=NOON)
    before = await only_row(storage)
    await _complete(storage, row_id, now=NOON + DAY)

    assert await only_row(storage) == before
    assert await _prune(storage, before=NOON + INSTANT) == 1


async def test_completing_an_error_away_clears_it(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _retry(storage, row_id, error="no connection")
    await _complete(storage, row_id)

    assert (await only_row(storage)).error == ""


async def test_a_completion_that_is_rolled_back_leaves_the_row_claimed(storage: Storage) -> None:
    row_id = await _claimed_row(storage)

    await rolled_back(storage, lambda tx: tx.outbox.complete(row_id, now=NOON))

    assert (await only_row(storage)).state is PENDING
    assert len(await claim(storage, now=NOON + MINUTE)) == 1


async def test_a_row_that_is_given_back_is_due_when_it_says(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _retry(storage, row_id, not_before=NOON + 10 * SECOND, error="no connection")

    row = await only_row(storage)
    early = await claim(storage, now=NOON + 10 * SECOND - INSTANT)
    in_time = await claim_one(storage, now=NOON + 10 * SECOND)

    assert (row.state, row.error, row.due_at) == (PENDING, "no connection", NOON + 10 * SECOND)
    assert (list(early), in_time.attempts) == ([], 2)


async def test_a_row_can_be_given_back_for_later_than_its_lease(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _retry(storage, row_id, not_before=NOON + HOUR)

    assert list(await claim(storage, now=NOON + MINUTE)) == []


async def test_a_delivered_row_stays_delivered_when_it_is_given_back_late(
    storage: Storage,
) -> None:
    row_id = await _claimed_row(storage)
    await _complete(storage, row_id)
    await _retry(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED
    assert list(await claim(storage, now=NOON + DAY)) == []


async def test_a_dead_row_stays_dead_when_it_is_given_back_late(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id, error="refused")
    await _retry(storage, row_id)

    row = await only_row(storage)
    assert (row.state, row.error) == (DEAD, "refused")


async def test_a_buried_row_is_dead_with_its_reason_and_never_claimed(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id, error="ticket unknown: «х»")

    row = await only_row(storage)

    assert (row.id, row.state, row.error) == (row_id, DEAD, "ticket unknown: «х»")
    assert list(await claim(storage, now=NOON + 365 * DAY)) == []


async def test_a_delivered_row_stays_delivered_when_it_is_buried_late(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _complete(storage, row_id)
    await _bury(storage, row_id)

    row = await only_row(storage)
    assert (row.state, row.error) == (DELIVERED, "")


async def test_a_dead_row_whose_work_succeeded_after_all_is_delivered(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id)
    await _complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED


async def test_a_burial_that_is_rolled_back_leaves_the_row_claimed(storage: Storage) -> None:
    row_id = await _claimed_row(storage)

    await rolled_back(storage, lambda tx: tx.outbox.bury(row_id, now=NOON, error="never"))

    assert (await only_row(storage)).state is PENDING


async def test_a_revived_row_is_due_at_once(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id)

    revived = await _revive(storage, row_id, now=NOON + HOUR)

    assert revived
    assert (await claim_one(storage, now=NOON + HOUR)).id == row_id


async def test_a_revived_row_can_be_buried_and_delivered_again(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    for _ in range(2):
        await _bury(storage, row_id)
        assert await _revive(storage, row_id)
    await claim(storage)
    await _complete(storage, row_id)

    assert (await only_row(storage)).state is DELIVERED


async def test_a_row_that_is_not_dead_is_not_revived(storage: Storage) -> None:
    await publish(storage, accepted(), not_before=NOON + HOUR)
    before = await only_row(storage)

    assert not await _revive(storage, before.id)
    assert await only_row(storage) == before


async def test_a_delivered_row_is_not_revived(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _complete(storage, row_id)

    assert not await _revive(storage, row_id)
    assert (await only_row(storage)).state is DELIVERED


async def test_an_unknown_row_is_not_revived(storage: Storage) -> None:
    assert not await _revive(storage, "unknown")


async def test_of_two_who_revive_one_row_exactly_one_does(storage: Storage, other: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id)

    revived = await asyncio.gather(*(_revive(one, row_id) for one in (storage, other) * 5))

    assert revived.count(True) == 1


async def test_rows_delivered_before_an_instant_are_pruned(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(3)))
    times = [NOON - INSTANT, NOON, NOON + INSTANT]
    for delivery, at in zip(await claim(storage), times, strict=True):
        await _complete(storage, delivery.id, now=at)

    assert await _prune(storage, before=NOON) == 1
    assert len(await rows(storage, DELIVERED)) == 2


async def test_no_more_rows_are_pruned_than_asked_for(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(5)))
    for delivery in await claim(storage):
        await _complete(storage, delivery.id)

    assert [await _prune(storage, before=NOON + DAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_pending_and_dead_rows_are_never_pruned(storage: Storage) -> None:
    await publish(storage, accepted("dead"), accepted("pending"))
    first, _ = await claim(storage)
    await _bury(storage, first.id, now=NOON - 365 * DAY)

    assert await _prune(storage, before=NOON + 365 * DAY) == 0
    assert (len(await rows(storage, DEAD)), len(await rows(storage, PENDING))) == (1, 1)


async def test_a_revived_row_that_is_delivered_is_pruned_by_its_delivery(storage: Storage) -> None:
    row_id = await _claimed_row(storage)
    await _bury(storage, row_id, now=NOON - DAY)
    await _revive(storage, row_id)
    await _complete(storage, row_id, now=NOON + DAY)

    assert await _prune(storage, before=NOON + DAY) == 0
    assert await _prune(storage, before=NOON + DAY + INSTANT) == 1


async def test_rows_of_a_state_are_read_oldest_first(
    storage: Storage, open_storage: OpenStorage
) -> None:
    for number in range(5):
        await publish(storage, accepted(f"r{number}"), not_before=NOON - number * MINUTE)
        open_storage.clock.forward(seconds=1)

    read = await storage.outbox_reads.rows(PENDING, limit=3)

    assert [json.loads(row.payload)["registration_id"] for row in read] == ["r0", "r1", "r2"]


async def test_only_rows_of_the_state_are_read(storage: Storage) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(3)))
    deliveries = await claim(storage)
    await _bury(storage, deliveries[0].id)
    await _complete(storage, deliveries[1].id)

    by_state = {state: [row.id for row in await rows(storage, state)] for state in OutboxState}

    assert by_state == {
        DEAD: [deliveries[0].id],
        DELIVERED: [deliveries[1].id],
        PENDING: [deliveries[2].id],
    }


async def test_one_row_is_read_by_its_id(storage: Storage) -> None:
    await publish(storage, accepted("one"), accepted("two"))
    one, two = await rows(storage)

    assert await storage.outbox_reads.row(one.id) == one
    assert await storage.outbox_reads.row(two.id) == two


async def test_an_unknown_row_is_not_read(storage: Storage) -> None:
    assert await storage.outbox_reads.row("unknown") is None


async def test_what_is_not_delivered_is_counted_by_message_and_state(storage: Storage) -> None:
    await publish(storage, accepted(), accepted(), accepted(), written(), written())
    accepteds = await claim(storage, RegistrationAccepted.name)
    await _bury(storage, accepteds[0].id)
    for delivery in await claim(storage, NotificationWritten.name):
        await _complete(storage, delivery.id)

    undelivered = await storage.outbox_reads.undelivered()

    assert undelivered == {
        (RegistrationAccepted.name, PENDING): 2,
        (RegistrationAccepted.name, DEAD): 1,
    }


async def test_of_an_empty_outbox_nothing_is_counted(storage: Storage) -> None:
    assert await storage.outbox_reads.undelivered() == {}


@frozen(kw_only=True)
class AcceptedOtherwise(Message):
    """The same name and version with other fields: what no release may ever do."""

    name: ClassVar[str] = RegistrationAccepted.name

    number: int


OTHERWISE = MessageMap(
    types=(CatalogueChanged, AcceptedOtherwise), delivered=frozenset({AcceptedOtherwise.name})
)


async def test_a_row_that_cannot_be_read_goes_to_the_dead_letters_and_holds_up_nobody(
    open_storage: OpenStorage,
) -> None:
    async with open_storage(OTHERWISE) as broken:
        await publish(broken, AcceptedOtherwise(number=1))
    async with open_storage() as storage:
        await publish(storage, RegistrationAccepted(registration_id="r"))

        claimed = await claim(storage, RegistrationAccepted.name)

        (dead,) = await rows(storage, DEAD)
        assert _registration_ids(claimed) == ["r"]
        assert "cannot be read" in dead.error


# The story that a message belongs to


async def test_a_delivery_carries_the_trace_that_its_message_was_published_in(
    storage: Storage, open_storage: OpenStorage
) -> None:
    open_storage.traces.now = TRACE
    await publish(storage, accepted())
    open_storage.traces.now = ""

    delivery = await claim_one(storage)

    assert delivery.trace == TRACE


async def test_a_message_that_belongs_to_no_story_is_delivered_without_a_trace(
    storage: Storage,
) -> None:
    await publish(storage, accepted())

    delivery = await claim_one(storage)

    assert delivery.trace == ""


async def test_a_trace_is_still_there_when_the_delivery_is_tried_again(
    storage: Storage, open_storage: OpenStorage
) -> None:
    open_storage.traces.now = TRACE
    await publish(storage, accepted())
    first = await claim_one(storage)
    await _retry(storage, first.id)

    again = await claim_one(storage)

    assert (again.attempts, again.trace) == (2, TRACE)


async def test_messages_of_several_stories_keep_each_its_own(
    storage: Storage, open_storage: OpenStorage
) -> None:
    stories = [TRACE.replace("b7", f"{number:02x}") for number in range(5)]

    async def tell(number: int, trace: str) -> None:
        async with storage() as tx:
            open_storage.traces.now = trace
            await tx.publish(accepted(str(number)))

    for number, trace in enumerate(stories):
        await tell(number, trace)
    deliveries = await claim(storage)

    told = dict(zip(_registration_ids(deliveries), [one.trace for one in deliveries], strict=True))
    assert told == {str(number): trace for number, trace in enumerate(stories)}


async def test_a_trace_is_rolled_back_with_its_message(
    storage: Storage, open_storage: OpenStorage
) -> None:
    open_storage.traces.now = TRACE

    async def tell(tx: Transaction) -> None:
        await tx.publish(accepted())

    await rolled_back(storage, tell)

    assert await claim(storage) == []
