"""A place that nobody wants is given back at the aggregator."""

import pytest
from attrs import evolve

from events_face_core.kernel import (
    Delivery,
    DependencyUnavailableError,
    OutboxState,
    StorageUnavailableError,
    UndeliverableError,
)
from events_face_core.registration import (
    AlreadyRegisteredThere,
    Cancelled,
    NotTakenBack,
    Reason,
    Refused,
    Registered,
    Registration,
    RegistrationAccepted,
    TakeBackAnswer,
    TakeBackHandler,
    TakeBackRequested,
)
from unit.fakes import NOON, FakeHouse
from unit.registration.making import FakeGateway, a_registration, claim, stands

LOST = DependencyUnavailableError("timeout", reached=True)


async def _wanted(
    house: FakeHouse, *, ticket_id: str = "", known: str | None = None, unanswered: int = 0
) -> Delivery:
    """Claim the message that asks for a cancelled registration's place."""
    house.registrations.all["registration"] = a_registration(
        state=Cancelled(decided_at=NOON), ticket_id=known, unanswered=unanswered
    )
    async with house() as tx:
        await tx.publish(TakeBackRequested(registration_id="registration", ticket_id=ticket_id))
    return await claim(house, TakeBackRequested)


async def _take_back(house: FakeHouse, delivery: Delivery, gateway: FakeGateway) -> Registration:
    handler = TakeBackHandler(unit_of_work=house, gateway=gateway, clock=house.clock)
    await handler(delivery)
    return house.registrations.all["registration"]


async def test_a_ticket_is_taken_back() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t")
    gateway = FakeGateway(house)

    await _take_back(house, delivery, gateway)

    assert gateway.taken_back == [("event", "t")]
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_ticket_is_taken_back_again_after_a_crash() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t")
    gateway = FakeGateway(house)
    house.fail_at = house.transactions + 2  # load, call, complete
    with pytest.raises(StorageUnavailableError):
        await _take_back(house, delivery, gateway)

    await _take_back(house, delivery, gateway)

    assert gateway.taken_back == [("event", "t"), ("event", "t")]
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_ticket_that_the_aggregator_keeps_is_for_an_operator() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t")
    gateway = FakeGateway(house, take_backs=[NotTakenBack(detail="too late")])

    with pytest.raises(UndeliverableError, match="too late"):
        await _take_back(house, delivery, gateway)

    assert stands(house, delivery) is OutboxState.DEAD


async def test_an_unavailable_aggregator_is_asked_again_later() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t")

    with pytest.raises(DependencyUnavailableError):
        await _take_back(house, delivery, FakeGateway(house, take_backs=[LOST]))

    assert stands(house, delivery) is OutboxState.PENDING


async def test_where_the_late_reply_came_nothing_is_left_to_take_back() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=0)
    gateway = FakeGateway(house)

    await _take_back(house, delivery, gateway)

    assert (gateway.asked, gateway.taken_back) == ([], [])
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_ticket_that_became_known_is_taken_back() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, known="t", unanswered=1)
    gateway = FakeGateway(house)

    registration = await _take_back(house, delivery, gateway)

    assert gateway.taken_back == [("event", "t")]
    assert (registration.ticket_id, registration.unanswered) == (None, 0)


async def test_a_place_without_a_ticket_is_for_an_operator() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=1)
    gateway = FakeGateway(house)

    with pytest.raises(UndeliverableError, match="by hand"):
        await _take_back(house, delivery, gateway)

    assert (gateway.asked, gateway.taken_back) == ([], [])
    assert stands(house, delivery) is OutboxState.DEAD


async def test_a_doubt_is_forgotten_only_together_with_the_letter_to_the_operator() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=1)
    house.fail_at = house.transactions + 2  # load, forget and bury
    with pytest.raises(StorageUnavailableError):
        await _take_back(house, delivery, FakeGateway(house))

    assert house.registrations.all["registration"].unanswered == 1
    assert stands(house, delivery) is OutboxState.PENDING


async def test_where_retries_are_exact_the_ticket_is_asked_for_and_taken_back() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=2)
    gateway = FakeGateway(house, [Registered(ticket_id="t")], idempotent=True)

    learned = await _take_back(house, delivery, gateway)
    ended = await _take_back(house, await claim(house, TakeBackRequested), gateway)

    assert (learned.ticket_id, learned.unanswered) == ("t", 0)
    assert (ended.ticket_id, ended.unanswered) == (None, 0)
    assert gateway.taken_back == [("event", "t")]
    assert stands(house, delivery) is OutboxState.DELIVERED
    assert len(gateway.asked) == 1


async def test_after_a_crash_the_ticket_is_asked_for_again() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=1)
    gateway = FakeGateway(house, [Registered(ticket_id="t")] * 2, idempotent=True)
    house.fail_at = house.transactions + 2  # load, call, note the ticket
    with pytest.raises(StorageUnavailableError):
        await _take_back(house, delivery, gateway)
    doubted = house.registrations.all["registration"]

    learned = await _take_back(house, delivery, gateway)

    assert (doubted.ticket_id, doubted.unanswered) == (None, 1)
    assert (learned.ticket_id, learned.unanswered) == ("t", 0)
    assert stands(house, delivery) is OutboxState.DELIVERED


@pytest.mark.parametrize("answer", [Refused(reason=Reason.SOLD_OUT), AlreadyRegisteredThere()])
async def test_where_retries_are_exact_no_ticket_means_no_place(
    answer: Refused | AlreadyRegisteredThere,
) -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=2)
    gateway = FakeGateway(house, [answer], idempotent=True)

    registration = await _take_back(house, delivery, gateway)

    assert (registration.unanswered, gateway.taken_back) == (0, [])
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_ticket_that_cannot_be_asked_for_now_is_asked_for_later() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=1)

    with pytest.raises(DependencyUnavailableError):
        await _take_back(house, delivery, FakeGateway(house, [LOST], idempotent=True))

    assert house.registrations.all["registration"].unanswered == 1
    assert stands(house, delivery) is OutboxState.PENDING


async def test_another_message_is_not_for_this_handler() -> None:
    house = FakeHouse()
    delivery = await _wanted(house)
    other = evolve(delivery, message=RegistrationAccepted(registration_id="registration"))

    with pytest.raises(TypeError, match="accepted"):
        await _take_back(house, other, FakeGateway(house))


async def test_a_place_that_is_given_back_is_forgotten() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t", known="t")

    registration = await _take_back(house, delivery, FakeGateway(house))

    assert registration.ticket_id is None


async def test_a_place_that_the_aggregator_keeps_does_not_hold_up_a_new_registration() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t", known="t")
    gateway = FakeGateway(house, take_backs=[NotTakenBack(detail="no")])

    with pytest.raises(UndeliverableError):
        await _take_back(house, delivery, gateway)

    assert house.registrations.all["registration"].ticket_id is None


async def test_a_place_that_an_operator_is_told_of_does_not_hold_up_a_new_registration() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, unanswered=1)

    with pytest.raises(UndeliverableError):
        await _take_back(house, delivery, FakeGateway(house))

    assert house.registrations.all["registration"].unanswered == 0


async def test_giving_a_late_ticket_back_leaves_the_doubt_to_the_message_that_waits() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="late", known="late", unanswered=1)

    registration = await _take_back(house, delivery, FakeGateway(house))

    assert (registration.ticket_id, registration.unanswered) == (None, 1)


class LateGateway(FakeGateway):
    """While it gives one place back, the reply to an older attempt brings another ticket."""

    async def take_back(self, event_id: str, ticket_id: str) -> TakeBackAnswer:
        current = self.house.registrations.all["registration"]
        self.house.registrations.all["registration"] = evolve(current, ticket_id="late")
        return await super().take_back(event_id, ticket_id)


async def test_a_ticket_that_comes_meanwhile_still_holds_up_a_new_registration() -> None:
    house = FakeHouse()
    delivery = await _wanted(house, ticket_id="t", known="t")

    registration = await _take_back(house, delivery, LateGateway(house))

    assert registration.ticket_id == "late"
