"""The contract of the port ``Outbox``: who claims what, and until when."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    MESSAGES,
    MINUTE,
    SECOND,
    OpenStorage,
    Storage,
    accepted,
    claim,
    claim_one,
    only_row,
    publish,
    rolled_back,
    written,
)
from contract.storage.outbox_acts import PENDING, registration_ids
from events_face_core.notifications import NotificationWritten
from events_face_core.registration import RegistrationAccepted, TakeBackRequested
from unit.fakes import NOON


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

    assert registration_ids([*first, *second]) == ["r5", "r4", "r3", "r2", "r1"]


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
