"""When an event is cancelled, its registrations are called off."""

import pytest

from events_face_core.catalogue import EventCancelled, EventStatus
from events_face_core.kernel import Delivery, Message, OutboxState
from events_face_core.processes import CallOffWithEvent
from events_face_core.registration import (
    CallOffRegistrationsHandler,
    Confirmed,
    RegistrationAccepted,
)
from unit.fakes import NOON, FakeHouse
from unit.registration.making import a_registration, claim, put_event, stands


async def _told_of(house: FakeHouse, message: Message) -> Delivery:
    async with house() as tx:
        await tx.publish(message)
    return await claim(house, type(message))


def _process(house: FakeHouse) -> CallOffWithEvent:
    call_off = CallOffRegistrationsHandler(unit_of_work=house, clock=house.clock)
    return CallOffWithEvent(unit_of_work=house, call_off=call_off, clock=house.clock)


def _house_with_a_registration() -> FakeHouse:
    house = FakeHouse()
    registration = a_registration(state=Confirmed(decided_at=NOON), ticket_id="t")
    house.registrations.all[registration.id] = registration
    return house


@pytest.mark.parametrize("known", [True, False])
async def test_the_registrations_of_a_cancelled_or_purged_event_are_called_off(
    *, known: bool
) -> None:
    house = _house_with_a_registration()
    if known:
        put_event(house, EventStatus.CANCELLED)
    delivery = await _told_of(house, EventCancelled(event_id="event"))

    await _process(house)(delivery)

    assert house.registrations.all["registration"].status == "cancelled"
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_those_of_an_event_that_was_taken_up_again_stay() -> None:
    house = _house_with_a_registration()
    put_event(house, EventStatus.OPEN)
    delivery = await _told_of(house, EventCancelled(event_id="event"))

    await _process(house)(delivery)

    assert house.registrations.all["registration"].status == "confirmed"
    assert stands(house, delivery) is OutboxState.DELIVERED


async def test_another_message_is_not_for_it() -> None:
    house = FakeHouse()
    delivery = await _told_of(house, RegistrationAccepted(registration_id="registration"))

    with pytest.raises(TypeError):
        await _process(house)(delivery)
