"""The decisions of ticketing, as pure functions: an event as it is from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from events_face_core.kernel import InvalidInputError
from events_face_core.ticketing.errors import (
    CategoryCycleError,
    EventEndedError,
    NotADraftError,
    NotPublishedError,
)
from events_face_core.ticketing.model import Category, Details, OwnEvent, OwnEventStatus

DEEPEST_CATEGORY = 10
"""How many levels of categories there are at most."""

_FARTHEST = timedelta(days=36_525)
_INSTANT = timedelta(microseconds=1)
_OVER = frozenset({OwnEventStatus.CANCELLED, OwnEventStatus.COMPLETED})


def check_times(details: Details, now: datetime) -> None:
    """Check the times of an event that is created or moved.

    Raises:
        InvalidInputError: it is not to take place in the future, or in more than a century.
    """
    if details.event_time <= now:
        raise InvalidInputError("event_time", "must be in the future")
    for name, moment in (("event_time", details.event_time), ("end_time", details.end_time)):
        if moment is not None and moment - now > _FARTHEST:
            raise InvalidInputError(name, "must be within a century")


def _check_end(details: Details, now: datetime) -> None:
    """Check the end of an event that begins when it did: it may have begun."""
    ends_at = details.end_time or details.event_time
    if ends_at <= now:
        raise InvalidInputError("end_time", "must be in the future")
    if ends_at - now > _FARTHEST:
        raise InvalidInputError("end_time", "must be within a century")


def change(event: OwnEvent, changes: Mapping[str, Any], now: datetime) -> OwnEvent:
    """Say something else of an event; where it is the same, nothing changes.

    Raises:
        EventEndedError: it is cancelled or over.
        InvalidInputError: a field breaks its rule.
    """
    if _is_over(event, now):
        raise EventEndedError
    details = evolve(event.details, **changes)
    same = _as_told(details) == _as_told(event.details)
    if same:
        return event
    if details.event_time != event.event_time:
        check_times(details, now)
    elif details.end_time != event.end_time:
        _check_end(details, now)
    if event.publish_at is not None and event.publish_at >= details.event_time:
        raise InvalidInputError("event_time", "must be after publish_at")
    return _touched(event, now, details=details)


def schedule(event: OwnEvent, publish_at: datetime, now: datetime) -> OwnEvent:
    """Let a draft be published by itself at a time.

    Raises:
        NotADraftError: it is no draft any more.
        InvalidInputError: the time is past, or not before the event.
    """
    if event.status is not OwnEventStatus.DRAFT:
        raise NotADraftError
    if publish_at <= now:
        raise InvalidInputError("publish_at", "must be in the future")
    if publish_at >= event.event_time:
        raise InvalidInputError("publish_at", "must be before event_time")
    return _touched(event, now, publish_at=publish_at)


def publish(event: OwnEvent, now: datetime) -> OwnEvent:
    """Let everybody see a draft. Of a published event nothing changes.

    Raises:
        NotADraftError: it is cancelled or over.
        EventEndedError: it would have begun by now.
    """
    if event.status is OwnEventStatus.PUBLISHED:
        return event
    if event.status is not OwnEventStatus.DRAFT:
        raise NotADraftError
    if event.event_time <= now:
        raise EventEndedError
    return _touched(event, now, status=OwnEventStatus.PUBLISHED, publish_at=None, published_at=now)


def cancel(event: OwnEvent, reason: str, now: datetime) -> OwnEvent:
    """Let a published event not take place. Of a cancelled one nothing changes.

    Raises:
        NotPublishedError: it is a draft.
        EventEndedError: it is over.
    """
    match event.status:
        case OwnEventStatus.CANCELLED:
            return event
        case OwnEventStatus.DRAFT:
            raise NotPublishedError
        case OwnEventStatus.COMPLETED:
            raise EventEndedError
        case OwnEventStatus.PUBLISHED:
            if now >= event.ends_at:
                raise EventEndedError
    return _touched(
        event, now, status=OwnEventStatus.CANCELLED, cancelled_at=now, cancel_reason=reason
    )


def complete(event: OwnEvent, now: datetime) -> OwnEvent:
    """Take note that a published event is over, if it is."""
    if event.status is not OwnEventStatus.PUBLISHED or now < event.ends_at:
        return event
    return _touched(event, now, status=OwnEventStatus.COMPLETED)


def turns(event: OwnEvent, now: datetime) -> tuple[datetime, ...]:
    """Return when the clock will change where a published event stands for its visitors."""
    if event.status is not OwnEventStatus.PUBLISHED:
        return ()
    moments = dict.fromkeys((event.registration_deadline, event.ends_at))
    return tuple(moment for moment in moments if moment > now)


def check_parent(category_id: str, parent_id: str | None, all_: Mapping[str, Category]) -> None:
    """Check where a category is to stand.

    Raises:
        InvalidInputError: there is no such parent, or it stands too deep.
        CategoryCycleError: the category itself stands above the parent.
    """
    if parent_id is None:
        return
    if parent_id not in all_:
        raise InvalidInputError("parent_id", "there is no such category")
    above = _with_those_above(parent_id, all_)
    if category_id in above:
        raise CategoryCycleError
    if len(above) + _levels_from(category_id, all_) > DEEPEST_CATEGORY:
        raise InvalidInputError(
            "parent_id", f"categories stand in at most {DEEPEST_CATEGORY} levels"
        )


def _with_those_above(category_id: str, all_: Mapping[str, Category]) -> list[str]:
    """Return a category and those above it, up to the topmost."""
    found = [category_id]
    while (parent_id := all_[found[-1]].parent_id) is not None:
        found.append(parent_id)
    return found


def _levels_from(category_id: str, all_: Mapping[str, Category]) -> int:
    """Return how many levels there are from a category down: 1 with nothing below it."""
    levels, level = 0, {category_id}
    while level:
        levels += 1
        level = {below.id for below in all_.values() if below.parent_id in level}
    return levels


def _is_over(event: OwnEvent, now: datetime) -> bool:
    """Tell whether nothing can become of it: the clock may be ahead of the status."""
    published = event.status is OwnEventStatus.PUBLISHED
    return event.status in _OVER or (published and now >= event.ends_at)


def _as_told(details: Details) -> tuple[object, ...]:
    """Return the details so that one moment with two offsets is told apart."""
    ends = details.end_time
    return details, details.event_time.utcoffset(), None if ends is None else ends.utcoffset()


def _touched(event: OwnEvent, now: datetime, **changes: Any) -> OwnEvent:  # noqa: ANN401  # any fields
    """Return the next version. Its stamp is later than the last, whatever the clock says."""
    return evolve(
        event,
        version=event.version + 1,
        changed_at=max(now, event.changed_at + _INSTANT),
        **changes,
    )
