"""Events for the tests of the catalogue."""

from datetime import datetime, timedelta

from events_face_core.catalogue import Event, EventStatus, Place, SourceEvent
from unit.fakes import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def an_event(
    event_id: str = "event",
    *,
    changed_at: datetime = NOON - DAY,
    event_time: datetime = NOON + 10 * DAY,
    name: str = "Концерт",
    status: EventStatus = EventStatus.OPEN,
) -> Event:
    return Event(
        id=event_id,
        name=name,
        status=status,
        event_time=event_time,
        registration_deadline=event_time - DAY,
        place=Place(id="place", name="Зал"),
        number_of_visitors=5,
        changed_at=changed_at,
    )


def told(*events: Event) -> list[SourceEvent]:
    """Return events as a source that stamps them tells of them."""
    return [SourceEvent(event=event) for event in events]
