"""Events as they are shown, and the rules that decide which version of one is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from attrs import Attribute, evolve, field, frozen

from events_face_core.kernel import InvalidInputError

_LATE_COMMIT = timedelta(minutes=5)


class EventStatus(Enum):
    """Where an event stands (http-api, "Events")."""

    NEW = "new"
    OPEN = "open"
    REGISTRATION_CLOSED = "registration_closed"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Origin(Enum):
    """Whose event it is: whoever owns it tells of it, and nobody else may change it here."""

    PROVIDER = "provider"
    OWN = "own"


@frozen(kw_only=True)
class Place:
    """Where an event takes place. Early dialects of the aggregator know no city or address."""

    id: str
    name: str
    city: str | None = None
    address: str | None = None


def _aware(_: object, attribute: Attribute[datetime], value: datetime) -> None:
    if value.tzinfo is None:
        raise InvalidInputError(attribute.name, "must be an aware datetime")


@frozen(kw_only=True)
class Event:
    """An event as the catalogue shows it. Its times are aware; a naive one is an error.

    Attributes:
        event_time: when it takes place; requirement 000 knows no end, so this counts as its end.
        registration_deadline: registrations are taken before this instant.
        number_of_visitors: how many are registered at the aggregator, where it says so.
        changed_at: when the aggregator last changed it; decides which of two versions is newer.
        origin: whether it is the aggregator's or our own.
    """

    id: str
    name: str
    status: EventStatus
    event_time: datetime = field(validator=_aware)
    registration_deadline: datetime = field(validator=_aware)
    place: Place | None
    number_of_visitors: int | None
    changed_at: datetime = field(validator=_aware)
    origin: Origin = Origin.PROVIDER

    def same_content(self, other: Event) -> bool:
        """Tell whether the two differ in nothing but ``changed_at``."""
        return evolve(self, changed_at=other.changed_at) == other


@frozen(kw_only=True)
class SourceEvent:
    """An event as an event source tells of it.

    Attributes:
        event: the event; its ``changed_at`` keeps the offset the source wrote it with.
        stamped: whether ``changed_at`` came from the source. The earliest dialect sends none:
            the adapter then puts the time of reading, and only content tells what changed.
    """

    event: Event
    stamped: bool = True


@frozen(kw_only=True)
class Watermark:
    """The newest change that is applied, with all before it.

    Attributes:
        changed_at: in the offset that the source wrote it with.
    """

    changed_at: datetime

    def day(self) -> date:
        """Return the day to ask changes from.

        The source takes a date and does not say in which time zone it counts days, so the
        earlier of the two candidates is asked for: reading twice is harmless. Just after
        midnight that is the day before: a change may become visible a little after its stamp.
        """
        changed_at = self.changed_at - _LATE_COMMIT
        return min(changed_at.date(), changed_at.astimezone(UTC).date())


@frozen(kw_only=True)
class CatalogueState:
    """What the catalogue knows of itself.

    Attributes:
        version: counts the committed changes of listed events.
        watermark: how far the source is applied; none before the first complete page.
        purged_before: events that took place before this instant were purged and stay away.
    """

    version: int = 0
    watermark: Watermark | None = None
    purged_before: datetime | None = None


def is_newer(candidate: Event, current: Event | None) -> bool:
    """Tell whether a version replaces the current one: older never does, equal is no change."""
    if current is None:
        return True
    return candidate.origin is current.origin and candidate.changed_at > current.changed_at


def newest_of_each(events: Iterable[Event]) -> list[Event]:
    """Leave out older versions of an event that comes twice: they decide nothing."""
    newest: dict[str, Event] = {}
    for event in events:
        if is_newer(event, newest.get(event.id)):
            newest[event.id] = event
    return list(newest.values())


def replaces(candidate: Event, current: Event | None, *, correcting: bool = False) -> bool:
    """Tell whether a version takes the place of the current one.

    Where a full comparison corrects what we have, one with the same ``changed_at`` does, too:
    the source may have changed what it does not stamp, such as the place of an event.
    """
    if correcting and current is not None and candidate.changed_at == current.changed_at:
        return candidate.origin is current.origin
    return is_newer(candidate, current)
