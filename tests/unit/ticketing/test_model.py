"""What can be said of an event, a booking and a category."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve

from events_face_core.kernel import InvalidInputError
from events_face_core.ticketing import Category, OwnEventStatus, Phase, Venue
from unit.fakes import NOON
from unit.ticketing.making import DAY, DEADLINE, EVENT_TIME, HOUR, an_event, details


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "я" * 256}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"description": "\x1b"}, "description"),
        ({"description": "я" * 20_001}, "description"),
        ({"short_description": "я" * 501}, "short_description"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 1_000_001}, "capacity"),
        ({"booking_deadline_hours": -1}, "booking_deadline_hours"),
        ({"booking_deadline_hours": 8761}, "booking_deadline_hours"),
        ({"image_url": "javascript:alert(1)"}, "image_url"),
        ({"image_url": ""}, "image_url"),
        ({"image_url": "https://"}, "image_url"),
        ({"image_url": 'https://a/"><script>'}, "image_url"),
        ({"image_url": "https://a/" + "x" * 500}, "image_url"),
        ({"category_id": "a\x00"}, "category_id"),
        ({"end_time": EVENT_TIME}, "end_time"),
        ({"event_time": datetime(2030, 1, 1)}, "event_time"),  # noqa: DTZ001  # the point of it
    ],
)
def test_details_that_break_a_rule_name_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        details(**changes)

    assert raised.value.field == field


def test_details_with_several_mistakes_name_them_all() -> None:
    with pytest.raises(InvalidInputError) as raised:
        details(name="", capacity=0)

    assert [raised.value.field, *(other.field for other in raised.value.others)] == [
        "name",
        "capacity",
    ]


def test_texts_are_trimmed_and_empty_ones_are_none() -> None:
    trimmed = details(name=" Концерт ", description=" раз\nдва ", short_description=" ")

    assert (trimmed.name, trimmed.description) == ("Концерт", "раз\nдва")
    assert trimmed.short_description is None


@pytest.mark.parametrize(
    "place",
    [
        {"name": ""},
        {"name": "я" * 256},
        {"name": "Зал", "latitude": 1.0},
        {"name": "Зал", "latitude": 91.0, "longitude": 0.0},
        {"name": "Зал", "latitude": 0.0, "longitude": 181.0},
        {"name": "Зал", "city": "\n"},
    ],
)
def test_a_venue_that_is_none_is_refused(place: dict[str, Any]) -> None:
    if place.get("city") == "\n":
        assert Venue(**place).city is None
        return
    with pytest.raises(InvalidInputError):
        Venue(**place)


@pytest.mark.parametrize(
    ("status", "now", "phase"),
    [
        (OwnEventStatus.DRAFT, NOON, Phase.DRAFT),
        (OwnEventStatus.CANCELLED, NOON, Phase.CANCELLED),
        (OwnEventStatus.COMPLETED, NOON, Phase.FINISHED),
        (OwnEventStatus.PUBLISHED, DEADLINE - HOUR, Phase.OPEN),
        (OwnEventStatus.PUBLISHED, DEADLINE, Phase.REGISTRATION_CLOSED),
        (OwnEventStatus.PUBLISHED, EVENT_TIME, Phase.REGISTRATION_CLOSED),
        (OwnEventStatus.PUBLISHED, EVENT_TIME + DAY, Phase.FINISHED),
    ],
)
def test_visitors_see_an_event_by_the_clock(
    status: OwnEventStatus, now: datetime, phase: Phase
) -> None:
    event = an_event(status, details=details(end_time=EVENT_TIME + DAY))

    assert event.phase(now) is phase


def test_an_event_without_an_end_is_over_when_it_begins() -> None:
    assert an_event(OwnEventStatus.PUBLISHED).phase(EVENT_TIME) is Phase.FINISHED


def test_the_deadline_is_so_many_hours_before_the_event() -> None:
    event = an_event(details=details(booking_deadline_hours=2))

    assert event.registration_deadline == EVENT_TIME - 2 * HOUR


def test_seats_are_taken_of_published_events_only() -> None:
    event = an_event(OwnEventStatus.PUBLISHED)

    assert event.closes_at == DEADLINE
    assert evolve(event, status=OwnEventStatus.CANCELLED).closes_at is None


@pytest.mark.parametrize("name", ["", "я" * 101])
def test_a_category_needs_a_name(name: str) -> None:
    with pytest.raises(InvalidInputError):
        Category(id="c", name=name)
