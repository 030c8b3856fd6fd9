"""Which version of an event is shown, and where the next sync begins."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.catalogue import CatalogueState, EventStatus, Watermark, is_newer
from events_face_core.kernel import InvalidInputError
from unit.catalogue.making import DAY, an_event, told
from unit.fakes import NOON

MOSCOW = timezone(timedelta(hours=3))
NEW_YORK = timezone(timedelta(hours=-5))
SECOND = timedelta(seconds=1)
moments = st.datetimes(
    min_value=datetime(2000, 1, 2),  # noqa: DTZ001  # hypothesis adds the offset
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.integers(min_value=-14 * 60, max_value=14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
)


def test_an_unknown_event_is_new() -> None:
    assert is_newer(an_event(), None)


@pytest.mark.parametrize(("by", "newer"), [(SECOND, True), (0 * SECOND, False), (-SECOND, False)])
def test_only_a_later_change_replaces_what_is_shown(by: timedelta, *, newer: bool) -> None:
    current = an_event(changed_at=NOON)

    assert is_newer(an_event(changed_at=NOON + by), current) is newer


def test_the_same_instant_in_another_offset_is_no_later_change() -> None:
    current = an_event(changed_at=NOON)

    assert not is_newer(an_event(changed_at=NOON.astimezone(MOSCOW)), current)


def test_content_is_compared_without_the_time_of_the_change() -> None:
    event = an_event(changed_at=NOON)

    assert event.same_content(evolve(event, changed_at=NOON + DAY))
    assert not event.same_content(evolve(event, status=EventStatus.CANCELLED))
    assert not event.same_content(evolve(event, place=None))


@pytest.mark.parametrize(
    ("changed_at", "day"),
    [
        (datetime(2026, 1, 4, 12, tzinfo=UTC), date(2026, 1, 4)),
        (datetime(2026, 1, 4, 22, 28, tzinfo=MOSCOW), date(2026, 1, 4)),
        # In Moscow it is the 5th already, in UTC still the 4th.
        (datetime(2026, 1, 5, 1, tzinfo=MOSCOW), date(2026, 1, 4)),
        # In New York it is still the 4th, in UTC the 5th already.
        (datetime(2026, 1, 4, 22, tzinfo=NEW_YORK), date(2026, 1, 4)),
        (datetime(2026, 1, 1, tzinfo=MOSCOW), date(2025, 12, 31)),
    ],
)
def test_changes_are_asked_from_the_earlier_of_two_days(changed_at: datetime, day: date) -> None:
    assert Watermark(changed_at=changed_at).day() == day


@given(moments)
def test_the_day_is_never_after_the_change_in_either_way_to_count(changed_at: datetime) -> None:
    day = Watermark(changed_at=changed_at).day()

    assert day <= changed_at.date()
    assert day <= changed_at.astimezone(UTC).date()
    assert day >= changed_at.date() - DAY


def test_a_source_event_is_stamped_unless_told_otherwise() -> None:
    (event,) = told(an_event())

    assert event.stamped


def test_a_new_catalogue_knows_nothing() -> None:
    assert CatalogueState() == CatalogueState(version=0, watermark=None, purged_before=None)


@pytest.mark.parametrize("moment", ["event_time", "registration_deadline", "changed_at"])
def test_an_event_with_a_naive_time_is_refused_by_name(moment: str) -> None:
    naive: dict[str, Any] = {moment: datetime(2026, 1, 1)}  # noqa: DTZ001  # that is the point

    with pytest.raises(InvalidInputError, match=moment):
        evolve(an_event(), **naive)
