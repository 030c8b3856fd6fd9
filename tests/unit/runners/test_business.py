"""The figures of the business: facts that were committed, by their messages."""

from typing import ClassVar

from attrs import frozen
from prometheus_client import CollectorRegistry

from events_face_core.kernel import Act, Message
from events_face_core.registration import RegistrationAccepted, RegistrationDecided
from events_face_runners.observing.business import BusinessFigures


@frozen(kw_only=True)
class Confirmed(Act):
    name: ClassVar[str] = "booking.confirmed"
    entity: ClassVar[str] = "booking"

    quantity: int


@frozen(kw_only=True)
class Cancelled(Act):
    name: ClassVar[str] = "booking.cancelled"
    entity: ClassVar[str] = "booking"


@frozen(kw_only=True)
class SignedIn(Act):
    name: ClassVar[str] = "account.logged-in"
    entity: ClassVar[str] = "account"


@frozen(kw_only=True)
class Work(Message):
    name: ClassVar[str] = "work"


def _counted(*commits: list[Message]) -> dict[str, float]:
    """Return what is not zero after some commits, by name and label."""
    registry = CollectorRegistry()
    figures = BusinessFigures(registry)
    for messages in commits:
        figures.committed(messages)
    return {
        " ".join([sample.name.removeprefix("events_face_"), *sample.labels.values()]): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.value and sample.name.endswith("_total")
    }


def test_bookings_and_their_places_are_counted() -> None:
    counted = _counted(
        [Confirmed(actor_id="a", quantity=3)], [Work(), Confirmed(actor_id="b", quantity=1)]
    )

    assert counted == {
        "bookings_total": 2,
        "booked_places_total": 4,
        "acts_total booking.confirmed": 2,
    }


def test_a_cancelled_booking_that_does_not_say_how_many_is_one_place() -> None:
    counted = _counted([Cancelled(actor_id="a")])

    assert counted == {
        "booking_cancellations_total": 1,
        "cancelled_places_total": 1,
        "acts_total booking.cancelled": 1,
    }


def test_registrations_are_counted_as_they_are_accepted_and_decided() -> None:
    counted = _counted(
        [RegistrationAccepted(registration_id="r")],
        [RegistrationDecided(registration_id="r", status="confirmed")],
        [RegistrationDecided(registration_id="r", status="cancelled")],
    )

    assert counted == {
        "registrations_total": 1,
        "registration_decisions_total confirmed": 1,
        "registration_decisions_total cancelled": 1,
    }


def test_every_act_is_counted_by_its_name() -> None:
    counted = _counted([SignedIn(actor_id="a")], [SignedIn(actor_id="a")])

    assert counted == {"acts_total account.logged-in": 2}


def test_a_commit_that_tells_of_nothing_counts_for_nothing() -> None:
    assert _counted([], [Work()]) == {}
