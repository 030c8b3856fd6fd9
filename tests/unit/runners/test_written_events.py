"""Own events as processes write them down for each other."""

from __future__ import annotations

from datetime import timedelta, timezone

from events_face_core.ticketing import Category, OwnEventStatus, ShownOwnEvent, Venue
from events_face_runners.web.ticketing import WrittenOwnEvents
from unit.ticketing.making import EVENT_TIME, HOUR, an_event, details

FORM = WrittenOwnEvents("database")
MOSCOW = timezone(timedelta(hours=3))
SHOWN = ShownOwnEvent(
    event=an_event(
        OwnEventStatus.PUBLISHED,
        details=details(
            event_time=EVENT_TIME.astimezone(MOSCOW),
            end_time=EVENT_TIME + HOUR,
            venue=Venue(name="Зал", latitude=55.75, longitude=37.6),
            description="раз\nдва",
        ),
    ),
    category=Category(id="music", name="Музыка"),
    taken=3,
)


def test_an_event_is_read_as_it_was_written() -> None:
    read = FORM.read(FORM.write(SHOWN))

    assert read == SHOWN


def test_the_offset_of_its_time_is_kept() -> None:
    read = FORM.read(FORM.write(SHOWN))

    assert read is not None
    assert read.event.event_time.utcoffset() == timedelta(hours=3)


def test_what_is_no_event_is_not_read() -> None:
    assert FORM.read(b"{}") is None
    assert FORM.read(b"\xff") is None


def test_names_differ_by_database_version_and_event() -> None:
    other = WrittenOwnEvents("other")

    names = {FORM.name(1, "a"), FORM.name(2, "a"), FORM.name(1, "b"), other.name(1, "a")}

    assert len(names) == 4
