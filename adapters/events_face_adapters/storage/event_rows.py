"""Rows of the table of events."""

from events_face_adapters.storage.session import Row, Session
from events_face_core.catalogue import Event, EventStatus, Origin, Place

COLUMNS = """id, name, status, event_time, registration_deadline,
    place_id, place_name, place_city, place_address, number_of_visitors, changed_at, origin"""

OVER = """event_time < $1
    AND (origin <> 'own' OR status IN ('finished', 'cancelled') AND changed_at < $1)"""
"""What is over at a limit: ``is_over`` as a condition."""


def to_event(session: Session, row: Row) -> Event:
    """Return the event of a row with ``COLUMNS``."""
    place = None
    if row[5] is not None:
        place = Place(id=row[5], name=row[6], city=row[7], address=row[8])
    return Event(
        id=row[0],
        name=row[1],
        status=EventStatus(row[2]),
        event_time=session.instant(row[3]),
        registration_deadline=session.instant(row[4]),
        place=place,
        number_of_visitors=row[9],
        changed_at=session.instant(row[10]),
        origin=Origin(row[11]),
    )


def to_row(event: Event, search_words: str) -> tuple[object, ...]:
    """Return what is stored of an event: ``COLUMNS``, and the words that it is found by."""
    place = event.place
    return (
        event.id,
        event.name,
        event.status.value,
        event.event_time,
        event.registration_deadline,
        None if place is None else place.id,
        None if place is None else place.name,
        None if place is None else place.city,
        None if place is None else place.address,
        event.number_of_visitors,
        event.changed_at,
        event.origin.value,
        search_words,
    )
