"""Every act is audited with who made it, in the transaction that makes it."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from attrs import frozen

from events_face_core.auditing import AuditRecordWritten
from events_face_core.kernel import Act, Message, StorageUnavailableError
from events_face_core.processes import AuditActs, is_audited
from events_face_core.registration import (
    RegistrationAccepted,
    RegistrationDecided,
    TakeBackRequested,
)
from unit.fakes import NOON, FakeClock, FakeHouse


@frozen(kw_only=True)
class BookingConfirmed(Act):
    name: ClassVar[str] = "booking.confirmed"
    entity: ClassVar[str] = "booking"

    booking_id: str
    event_id: str
    quantity: int
    featured: bool = False
    note: str | None = None

    @property
    def entity_id(self) -> str:
        return self.booking_id


@frozen
class TheRequest:
    """A request that is always under way."""

    id: str = "request-1"

    def current(self) -> str:
        return self.id


BOOKED = BookingConfirmed(actor_id="anna", booking_id="b-1", event_id="e-1", quantity=2)


def _auditing_house(request: str = "request-1") -> FakeHouse:
    audit = AuditActs(clock=FakeClock(), request_ids=TheRequest(request))
    names = (BookingConfirmed.name, RegistrationAccepted.name, RegistrationDecided.name)
    return FakeHouse(reactions=dict.fromkeys(names, audit))


async def _written(message: Message) -> AuditRecordWritten:
    """Publish a message; return what is written of it."""
    house = _auditing_house()
    async with house() as tx:
        await tx.publish(message)
    (written,) = house.messages(AuditRecordWritten)
    assert isinstance(written, AuditRecordWritten)
    return written


async def test_an_act_is_audited_with_its_actor_request_and_time() -> None:
    written = await _written(BOOKED)

    assert written == AuditRecordWritten(
        action="booking.confirmed",
        entity="booking",
        entity_id="b-1",
        actor_id="anna",
        request_id="request-1",
        occurred_at=NOON.isoformat(),
        details=written.details,
    )


async def test_the_details_are_the_other_fields_as_text() -> None:
    written = await _written(BOOKED)

    assert json.loads(written.details) == {"event_id": "e-1", "quantity": "2", "featured": "false"}


async def test_an_act_that_is_rolled_back_is_not_audited() -> None:
    house = _auditing_house()
    house.fail_at = 1

    with pytest.raises(StorageUnavailableError):
        async with house() as tx:
            await tx.publish(BOOKED)

    assert house.messages(AuditRecordWritten) == []


async def test_outside_of_a_request_there_is_none() -> None:
    house = _auditing_house(request="")

    async with house() as tx:
        await tx.publish(BOOKED)

    assert [written.request_id for written in house.messages(AuditRecordWritten)] == [""]


@pytest.mark.parametrize(
    ("message", "actor_id", "details"),
    [
        (RegistrationAccepted(registration_id="r"), "", {}),
        (
            RegistrationDecided(registration_id="r", status="confirmed"),
            "system",
            {"status": "confirmed", "reason": ""},
        ),
        (
            RegistrationDecided(registration_id="r", status="rejected", reason="sold-out"),
            "system",
            {"status": "rejected", "reason": "sold-out"},
        ),
        (
            RegistrationDecided(registration_id="r", status="cancelled"),
            "",
            {"status": "cancelled", "reason": ""},
        ),
        (
            RegistrationDecided(registration_id="r", status="cancelled", reason="event-cancelled"),
            "system",
            {"status": "cancelled", "reason": "event-cancelled"},
        ),
    ],
)
async def test_of_a_registration_the_visitor_is_a_guest_and_the_rest_the_system(
    message: Message, actor_id: str, details: dict[str, str]
) -> None:
    written = await _written(message)

    assert (written.action, written.entity, written.entity_id) == (
        message.name,
        "registration",
        "r",
    )
    assert written.actor_id == actor_id
    assert json.loads(written.details) == details


async def test_another_message_is_not_for_this_process() -> None:
    audit = AuditActs(clock=FakeClock(), request_ids=TheRequest())

    with pytest.raises(TypeError, match="take-back"):
        await audit(FakeHouse(), TakeBackRequested(registration_id="r"))


@pytest.mark.parametrize(
    ("message_type", "audited"),
    [
        (BookingConfirmed, True),
        (RegistrationAccepted, True),
        (RegistrationDecided, True),
        (TakeBackRequested, False),
        (AuditRecordWritten, False),
    ],
)
def test_acts_and_what_becomes_of_registrations_are_audited(
    message_type: type[Message],
    audited: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    assert is_audited(message_type) is audited
