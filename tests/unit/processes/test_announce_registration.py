"""What becomes of a registration is announced, in order, and without a word of the person."""

import json
from datetime import timedelta

import pytest
from attrs import evolve

from events_face_core.announcements import AnnouncementWritten
from events_face_core.kernel import Message
from events_face_core.processes import AnnounceRegistration
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    Cancelled,
    CancelRegistration,
    CancelRegistrationHandler,
    Confirmed,
    Reason,
    Registered,
    RegistrationAccepted,
    RegistrationDecided,
    RegistrationNotFoundError,
    Rejected,
    SendRegistrationHandler,
    State,
    TakeBackRequested,
)
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.registration.making import FakeGateway, a_registration, claim, put_event

LATER = NOON + timedelta(minutes=5)


def _announcing_house() -> FakeHouse:
    announce = AnnounceRegistration()
    names = (RegistrationAccepted.name, RegistrationDecided.name)
    return FakeHouse(reactions=dict.fromkeys(names, announce))


async def _announced(message: Message, state: State | None = None) -> AnnouncementWritten:
    """Publish a message of a registration; return what is announced of it."""
    house = _announcing_house()
    registration = a_registration(seat="A1")
    house.registrations.all["registration"] = evolve(
        registration, state=state or registration.state
    )
    async with house() as tx:
        await tx.publish(message)
    (announced,) = house.messages(AnnouncementWritten)
    assert isinstance(announced, AnnouncementWritten)
    return announced


async def test_an_accepted_registration_is_announced() -> None:
    announced = await _announced(RegistrationAccepted(registration_id="registration"))

    assert (announced.type, announced.subject) == ("registration.accepted", "registration")
    assert announced.occurred_at == a_registration().created_at.isoformat()
    assert json.loads(announced.data) == {
        "registration_id": "registration",
        "event_id": "event",
        "status": "pending",
        "reason": None,
        "created_at": a_registration().created_at.isoformat(),
        "decided_at": None,
    }


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (Confirmed(decided_at=LATER), None),
        (Rejected(decided_at=LATER, reason=Reason.SOLD_OUT), "sold-out"),
        (Cancelled(decided_at=LATER), None),
        (Cancelled(decided_at=LATER, reason=Reason.EVENT_CANCELLED), "event-cancelled"),
    ],
)
async def test_a_decision_is_announced_with_its_reason_and_time(
    state: State, reason: str | None
) -> None:
    decided = RegistrationDecided(
        registration_id="registration", status=state.status, reason=reason or ""
    )

    announced = await _announced(decided, state)

    data = json.loads(announced.data)
    assert announced.type == f"registration.{state.status}"
    assert (data["status"], data["reason"]) == (state.status, reason)
    assert announced.occurred_at == data["decided_at"] == LATER.isoformat()


async def test_nothing_of_the_person_is_announced() -> None:
    announced = await _announced(RegistrationAccepted(registration_id="registration"))

    visitor = a_registration().visitor
    told = json.dumps(json.loads(announced.data), ensure_ascii=False).lower()
    for secret in (visitor.first_name, visitor.last_name, visitor.email, "A1"):
        assert secret.lower() not in told


async def test_a_story_is_announced_from_wish_to_cancellation_in_order() -> None:
    house = _announcing_house()
    put_event(house)
    accept = AcceptRegistrationHandler(
        unit_of_work=house, clock=house.clock, ids=FakeIds(), decision_window=timedelta(hours=1)
    )
    send = SendRegistrationHandler(
        unit_of_work=house,
        gateway=FakeGateway(house, [Registered(ticket_id="t")]),
        clock=house.clock,
    )
    cancel = CancelRegistrationHandler(unit_of_work=house, clock=house.clock)

    registration = await accept(
        AcceptRegistration(
            event_id="event", first_name="Иван", last_name="Петров", email="i@example.com"
        )
    )
    await send(await claim(house, RegistrationAccepted))
    await cancel(CancelRegistration(registration_id=registration.id))

    announced = house.messages(AnnouncementWritten)
    assert [one.type for one in announced] == [
        "registration.accepted",
        "registration.confirmed",
        "registration.cancelled",
    ]
    assert {one.key for one in announced} == {registration.id}


async def test_a_registration_that_does_not_exist_is_an_error() -> None:
    house = _announcing_house()

    with pytest.raises(RegistrationNotFoundError):
        async with house() as tx:
            await tx.publish(RegistrationDecided(registration_id="none", status="confirmed"))


async def test_another_message_is_not_for_this_process() -> None:
    with pytest.raises(TypeError, match="take-back"):
        await AnnounceRegistration()(FakeHouse(), TakeBackRequested(registration_id="r"))
