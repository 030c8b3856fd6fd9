"""When a registration is decided, its visitor is told, once for each decision."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import pytest
from attrs import evolve

from events_face_core.kernel import StorageUnavailableError
from events_face_core.notifications import Fact, NotificationWriter, NotificationWritten
from events_face_core.processes import TEMPLATES, TellVisitor
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    CancelRegistration,
    CancelRegistrationHandler,
    Language,
    Reason,
    Refused,
    Registered,
    RegistrationAccepted,
    RegistrationDecided,
    RegistrationNotFoundError,
    RejectOverdueHandler,
    SendRegistrationHandler,
    TakeBackRequested,
)
from unit.fakes import FakeHouse, FakeIds
from unit.registration.making import (
    DUE,
    FakeGateway,
    a_registration,
    claim,
    put_event,
    sent,
)


class FakeTexts:
    """Knows every text that the process may ask for, and no other."""

    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        if template not in TEMPLATES:
            raise LookupError(template)
        return f"{template} {facts['first_name']} {facts['event_name']}"


def _telling_house() -> FakeHouse:
    house = FakeHouse()
    writer = NotificationWriter(texts=FakeTexts(), ids=FakeIds(), clock=house.clock)
    house.reactions = {RegistrationDecided.name: TellVisitor(writer=writer)}
    return house


def _told(house: FakeHouse) -> list[str]:
    return [notification.template for notification in house.notifications.all.values()]


async def _decide(house: FakeHouse, message: RegistrationDecided) -> None:
    async with house() as tx:
        await tx.publish(message)


async def test_a_confirmation_is_told() -> None:
    house = _telling_house()
    house.registrations.all["registration"] = a_registration(seat="A1")

    await _decide(house, RegistrationDecided(registration_id="registration", status="confirmed"))

    (notification,) = house.notifications.all.values()
    assert notification.message == "registration-confirmed Иван Концерт"
    assert (notification.reference_id, notification.email, notification.language) == (
        "registration",
        "ivan@example.com",
        "ru",
    )


async def test_the_visitor_is_told_in_the_language_of_the_registration() -> None:
    house = _telling_house()
    english = evolve(a_registration(), language=Language.ENGLISH)
    house.registrations.all["registration"] = english

    await _decide(house, RegistrationDecided(registration_id="registration", status="confirmed"))

    (notification,) = house.notifications.all.values()
    assert notification.language == "en"


@pytest.mark.parametrize("reason", Reason)
async def test_a_rejection_is_told_with_its_reason(reason: Reason) -> None:
    house = _telling_house()
    gateway = FakeGateway(house, [Refused(reason=reason)])
    delivery = await sent(house, a_registration())

    await SendRegistrationHandler(unit_of_work=house, gateway=gateway, clock=house.clock)(delivery)

    assert _told(house) == [f"registration-rejected-{reason.value}"]


@pytest.mark.parametrize(
    ("reason", "template"),
    [
        (None, "registration-cancelled"),
        (Reason.EVENT_CANCELLED, "registration-cancelled-event-cancelled"),
    ],
)
async def test_a_cancellation_is_told_with_its_reason(reason: Reason | None, template: str) -> None:
    house = _telling_house()
    house.registrations.all["registration"] = a_registration()
    decided = RegistrationDecided(
        registration_id="registration", status="cancelled", reason=reason.value if reason else ""
    )

    await _decide(house, decided)

    assert _told(house) == [template]


async def test_the_decision_and_what_is_told_of_it_commit_together() -> None:
    house = _telling_house()
    pending = a_registration()
    house.registrations.all["registration"] = pending
    house.clock.time = DUE
    house.fail_at = 2  # the list of the overdue, then the decision

    with suppress(StorageUnavailableError):
        await RejectOverdueHandler(unit_of_work=house, clock=house.clock)()

    assert house.registrations.all == {"registration": pending}
    assert (_told(house), house.outbox.all) == ([], {})


async def test_a_story_from_wish_to_cancellation_tells_each_decision_once() -> None:
    house = _telling_house()
    put_event(house)
    gateway = FakeGateway(house, [Registered(ticket_id="t")])
    accept = AcceptRegistrationHandler(
        unit_of_work=house, clock=house.clock, ids=FakeIds(), decision_window=timedelta(hours=1)
    )
    send = SendRegistrationHandler(unit_of_work=house, gateway=gateway, clock=house.clock)
    cancel = CancelRegistrationHandler(unit_of_work=house, clock=house.clock)

    registration = await accept(
        AcceptRegistration(
            event_id="event", first_name="Иван", last_name="Петров", email="i@example.com"
        )
    )
    await send(await claim(house, RegistrationAccepted))
    await cancel(CancelRegistration(registration_id=registration.id))
    await cancel(CancelRegistration(registration_id=registration.id))

    assert _told(house) == ["registration-confirmed", "registration-cancelled"]
    assert len(house.messages(NotificationWritten)) == 2


async def test_a_decision_of_nothing_is_an_error() -> None:
    with pytest.raises(RegistrationNotFoundError):
        await _decide(
            _telling_house(), RegistrationDecided(registration_id="none", status="confirmed")
        )


async def test_another_message_is_not_for_this_process() -> None:
    house = _telling_house()
    tell = house.reactions[RegistrationDecided.name]

    with pytest.raises(TypeError, match="take-back"):
        await tell(house, TakeBackRequested(registration_id="registration"))


def test_there_is_a_text_for_each_decision_and_each_reason() -> None:
    decisions = {
        "registration-confirmed",
        "registration-cancelled",
        "registration-cancelled-event-cancelled",
    }

    assert set(TEMPLATES) == decisions | {f"registration-rejected-{r.value}" for r in Reason}
