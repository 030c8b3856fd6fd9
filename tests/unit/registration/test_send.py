"""An accepted registration goes to the aggregator, and its answer is drawn the consequence of."""

import pytest
from attrs import evolve

from events_face_core.catalogue import EventStatus
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
    Confirmed,
    FormerPlaceHeldError,
    Reason,
    Refused,
    Registered,
    Registration,
    RegistrationDecided,
    RegistrationNotFoundError,
    Rejected,
    SendRegistrationHandler,
    State,
    TakeBackRequested,
)
from events_face_core.registration.deciding import cancel
from unit.fakes import NOON, FakeHouse
from unit.registration.making import (
    DUE,
    MINUTE,
    FakeGateway,
    a_registration,
    put_event,
    sent,
    stands,
)

LOST = DependencyUnavailableError("the reply was lost", reached=True)
NOT_REACHED = DependencyUnavailableError("the circuit is open", reached=False)
SOLD_OUT = Refused(reason=Reason.SOLD_OUT)


async def _send(house: FakeHouse, delivery: Delivery, gateway: FakeGateway) -> Registration:
    handler = SendRegistrationHandler(unit_of_work=house, gateway=gateway, clock=house.clock)
    await handler(delivery)
    return house.registrations.all["registration"]


async def test_a_ticket_confirms_the_registration() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house, [Registered(ticket_id="t")])

    registration = await _send(house, delivery, gateway)

    assert registration.state == Confirmed(decided_at=NOON)
    assert (registration.ticket_id, registration.unanswered) == ("t", 0)
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_refusal_rejects_the_registration() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(seat="A1"))

    registration = await _send(house, delivery, FakeGateway(house, [SOLD_OUT]))

    assert registration.state == Rejected(decided_at=NOON, reason=Reason.SOLD_OUT)
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_registration_that_is_there_already_rejects() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())

    registration = await _send(house, delivery, FakeGateway(house, [AlreadyRegisteredThere()]))

    assert registration.reason is Reason.REJECTED_BY_PROVIDER


async def test_a_decision_is_told_once() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())

    await _send(house, delivery, FakeGateway(house))

    (decided,) = house.messages(RegistrationDecided)
    assert decided.status == "confirmed"


async def test_the_attempt_is_on_record_when_the_aggregator_hears_of_it() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house, [LOST])

    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, gateway)

    (asked,) = gateway.asked
    assert asked == house.registrations.all["registration"]
    assert (asked.attempts, asked.unanswered) == (1, 1)


async def test_a_lost_reply_leaves_a_doubt_and_the_message() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())

    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, FakeGateway(house, [LOST]))

    assert house.registrations.all["registration"].unanswered == 1
    assert stands(house, delivery) is OutboxState.PENDING


async def test_a_call_that_was_never_sent_leaves_no_doubt() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())

    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, FakeGateway(house, [NOT_REACHED]))

    registration = house.registrations.all["registration"]
    assert (registration.attempts, registration.unanswered) == (1, 0)
    assert stands(house, delivery) is OutboxState.PENDING


async def test_a_refusal_after_calls_that_were_never_sent_is_in_no_doubt() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(seat="A1"))
    gateway = FakeGateway(house, [NOT_REACHED, SOLD_OUT])
    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, gateway)

    registration = await _send(house, delivery, gateway)

    assert registration.reason is Reason.SOLD_OUT


async def test_a_registration_there_after_a_lost_reply_confirms() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house, [LOST, AlreadyRegisteredThere()])
    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, gateway)

    registration = await _send(house, delivery, gateway)

    assert registration.status == "confirmed"


async def test_a_seat_sold_after_a_lost_reply_is_for_an_operator_and_stays_pending() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(seat="A1"))
    gateway = FakeGateway(house, [LOST, SOLD_OUT])
    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, gateway)

    with pytest.raises(UndeliverableError, match="A1"):
        await _send(house, delivery, gateway)

    registration = house.registrations.all["registration"]
    assert (registration.status, registration.unanswered) == ("pending", 1)
    assert house.messages(RegistrationDecided) == []
    assert stands(house, delivery) is OutboxState.PENDING


async def test_a_seat_sold_after_a_lost_reply_rejects_where_retries_are_exact() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(seat="A1"))
    gateway = FakeGateway(house, [LOST, SOLD_OUT], idempotent=True)
    with pytest.raises(DependencyUnavailableError):
        await _send(house, delivery, gateway)

    registration = await _send(house, delivery, gateway)

    assert registration.reason is Reason.SOLD_OUT


# Crashes: transaction 1 queued the message and 2 claimed it.


async def test_a_crash_before_the_attempt_is_on_record_calls_nobody() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    house.fail_at = 3
    gateway = FakeGateway(house)

    with pytest.raises(StorageUnavailableError):
        await _send(house, delivery, gateway)

    assert gateway.asked == []
    assert house.registrations.all["registration"] == a_registration()


async def test_a_crash_after_the_answer_asks_again_and_knows_of_the_first_attempt() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(seat="A1"))
    house.fail_at = 4
    gateway = FakeGateway(house, [Registered(ticket_id="t"), AlreadyRegisteredThere()])
    with pytest.raises(StorageUnavailableError):
        await _send(house, delivery, gateway)

    registration = await _send(house, delivery, gateway)

    assert [asked.unanswered for asked in gateway.asked] == [1, 2]
    assert registration.status == "confirmed"
    assert len(house.messages(RegistrationDecided)) == 1


async def test_a_crash_after_the_answer_gives_the_same_ticket_where_retries_are_exact() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    house.fail_at = 4
    gateway = FakeGateway(house, [Registered(ticket_id="t")] * 2, idempotent=True)
    with pytest.raises(StorageUnavailableError):
        await _send(house, delivery, gateway)

    registration = await _send(house, delivery, gateway)

    assert (registration.status, registration.ticket_id) == ("confirmed", "t")
    assert house.messages(TakeBackRequested) == []


async def test_a_message_that_comes_twice_calls_once() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house)
    first = await _send(house, delivery, gateway)

    second = await _send(house, delivery, gateway)

    assert (len(gateway.asked), second) == (1, first)
    assert len(house.messages(RegistrationDecided)) == 1


# What happens meanwhile.


class MeddlingGateway(FakeGateway):
    """While it answers, the visitor cancels."""

    async def register(self, registration: Registration) -> Registered:
        async with self.house() as tx:
            current = tx.registrations.all[registration.id]
            await tx.registrations.save(cancel(current, NOON).registration)
        return Registered(ticket_id="late")


async def test_a_ticket_for_a_registration_cancelled_meanwhile_is_taken_back() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())

    registration = await _send(house, delivery, MeddlingGateway(house))

    assert registration.status == "cancelled"
    (wanted,) = house.messages(TakeBackRequested)
    assert wanted.ticket_id == "late"


@pytest.mark.parametrize(
    "state",
    [Rejected(decided_at=NOON, reason=Reason.PROVIDER_UNAVAILABLE), Cancelled(decided_at=NOON)],
)
async def test_a_registration_that_was_decided_meanwhile_is_not_sent(state: State) -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration(state=state))
    gateway = FakeGateway(house)

    await _send(house, delivery, gateway)

    assert gateway.asked == []
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_registration_that_is_overdue_is_rejected_and_not_sent() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    house.clock.time = DUE
    gateway = FakeGateway(house)

    registration = await _send(house, delivery, gateway)

    assert (registration.reason, gateway.asked) == (Reason.PROVIDER_UNAVAILABLE, [])
    assert stands(house, delivery) is OutboxState.DELIVERED


class SlowGateway(FakeGateway):
    """It answers after the decision was due."""

    async def register(self, registration: Registration) -> Registered:
        self.house.clock.time = DUE
        return Registered(ticket_id="late")


async def test_a_ticket_that_comes_after_the_decision_was_due_is_taken_back() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    house.clock.time = DUE - MINUTE

    registration = await _send(house, delivery, SlowGateway(house))

    assert registration.reason is Reason.PROVIDER_UNAVAILABLE
    assert "late" in {message.ticket_id for message in house.messages(TakeBackRequested)}


async def test_a_cancelled_event_rejects_without_a_call() -> None:
    house = FakeHouse()
    put_event(house, EventStatus.CANCELLED)
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house)

    registration = await _send(house, delivery, gateway)

    assert (registration.reason, gateway.asked) == (Reason.EVENT_CANCELLED, [])
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_cancelled_event_is_asked_about_where_a_place_may_be_held() -> None:
    house = FakeHouse()
    put_event(house, EventStatus.CANCELLED)
    delivery = await sent(house, a_registration(unanswered=1))
    gateway = FakeGateway(house)

    await _send(house, delivery, gateway)

    assert len(gateway.asked) == 1


@pytest.mark.parametrize("status", [EventStatus.OPEN, EventStatus.REGISTRATION_CLOSED])
async def test_whether_an_event_still_takes_visitors_is_for_the_aggregator_to_say(
    status: EventStatus,
) -> None:
    house = FakeHouse()
    put_event(house, status)
    delivery = await sent(house, a_registration())

    registration = await _send(house, delivery, FakeGateway(house))

    assert registration.status == "confirmed"


# Messages that are not for it.


async def test_a_registration_that_does_not_exist_is_an_error() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    house.registrations.all.clear()

    with pytest.raises(RegistrationNotFoundError):
        await _send(house, delivery, FakeGateway(house))


async def test_another_message_is_not_for_this_handler() -> None:
    house = FakeHouse()
    delivery = await sent(house, a_registration())
    other = evolve(delivery, message=TakeBackRequested(registration_id="registration"))

    with pytest.raises(TypeError, match="take-back"):
        await _send(house, other, FakeGateway(house))


CANCELLED = Cancelled(decided_at=NOON)
REJECTED = Rejected(decided_at=NOON, reason=Reason.PROVIDER_UNAVAILABLE)


@pytest.mark.parametrize(
    "former",
    [
        pytest.param(a_registration("former", state=CANCELLED, ticket_id="old"), id="it does"),
        pytest.param(a_registration("former", state=CANCELLED, unanswered=1), id="it may"),
        pytest.param(a_registration("former", state=REJECTED, unanswered=1), id="it may, rejected"),
    ],
)
async def test_a_new_registration_waits_while_a_former_one_may_hold_a_place(
    former: Registration,
) -> None:
    house = FakeHouse()
    house.registrations.all["former"] = former
    delivery = await sent(house, a_registration())
    gateway = FakeGateway(house)

    with pytest.raises(FormerPlaceHeldError):
        await _send(house, delivery, gateway)

    assert gateway.asked == []
    assert house.registrations.all["registration"].attempts == 0


async def test_a_new_registration_that_waits_for_a_former_place_is_rejected_when_it_is_due() -> (
    None
):
    house = FakeHouse()
    former = a_registration("former", state=Cancelled(decided_at=NOON), unanswered=1)
    house.registrations.all["former"] = former
    delivery = await sent(house, a_registration())
    house.clock.time = DUE

    registration = await _send(house, delivery, FakeGateway(house))

    assert registration.reason is Reason.PROVIDER_UNAVAILABLE
    assert house.messages(TakeBackRequested) == []
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_a_new_registration_goes_out_once_the_former_place_is_free() -> None:
    house = FakeHouse()
    house.registrations.all["former"] = a_registration("former", state=Cancelled(decided_at=NOON))
    delivery = await sent(house, a_registration())

    registration = await _send(house, delivery, FakeGateway(house))

    assert registration.status == "confirmed"
