"""The contract of the ports ``Publisher`` and ``Outbox``: what is published, waits."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from contract.storage.making import (
    MESSAGES,
    MINUTE,
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
from contract.storage.outbox_acts import (
    DEAD,
    DELIVERED,
    PENDING,
    Stranger,
    complete,
    registration_ids,
    retry,
)
from events_face_adapters.storage.messages import MessageMap, UnmappedMessageError
from events_face_core.catalogue import CatalogueChanged
from events_face_core.kernel import Message, OutboxRow
from events_face_core.notifications import NotificationWritten
from events_face_core.registration import RegistrationAccepted, TakeBackRequested
from unit.fake_traces import TRACE
from unit.fakes import NOON


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
        await complete(storage, delivery.id)

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
        assert registration_ids(claimed) == ["r"]
        assert "cannot be read" in dead.error


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
    await retry(storage, first.id)

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

    told = dict(zip(registration_ids(deliveries), [one.trace for one in deliveries], strict=True))
    assert told == {str(number): trace for number, trace in enumerate(stories)}


async def test_a_trace_is_rolled_back_with_its_message(
    storage: Storage, open_storage: OpenStorage
) -> None:
    open_storage.traces.now = TRACE

    async def tell(tx: Transaction) -> None:
        await tx.publish(accepted())

    await rolled_back(storage, tell)

    assert await claim(storage) == []
