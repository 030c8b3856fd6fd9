"""Rows of the table of our own events."""

from datetime import UTC, datetime, timedelta, timezone

from events_face_adapters.storage.session import Row, Session, instant_or_none
from events_face_core.ticketing import Category, Details, OwnEvent, OwnEventStatus, Venue

_NAMES = (
    "id",
    "organizer_id",
    "name",
    "description",
    "short_description",
    "event_time",
    "event_offset",
    "end_time",
    "end_offset",
    "venue_name",
    "venue_city",
    "venue_address",
    "latitude",
    "longitude",
    "capacity",
    "category_id",
    "image_url",
    "booking_deadline_hours",
    "featured",
    "status",
    "publish_at",
    "published_at",
    "cancelled_at",
    "cancel_reason",
    "created_at",
    "changed_at",
    "version",
)
WIDTH = len(_NAMES)
COLUMNS = ", ".join(f"own_event.{name}" for name in _NAMES)

INSERT = (
    f"INSERT INTO own_event ({', '.join(_NAMES)}, search_words)"  # noqa: S608  # constant columns
    f" VALUES ({', '.join(f'${number}' for number in range(1, WIDTH + 2))})"
)
"""Takes ``to_row``."""

UPDATE = (
    "UPDATE own_event SET "  # noqa: S608  # constant columns
    + ", ".join(
        f"{name} = ${number}" for number, name in enumerate((*_NAMES, "search_words"), start=1)
    )
    + " WHERE id = $1"
)
"""Takes ``to_row``."""


def to_row(event: OwnEvent, search_words: str) -> tuple[object, ...]:
    """Return what is stored of an event, and the words that it is found by."""
    details, venue = event.details, event.details.venue
    return (
        event.id,
        event.organizer_id,
        details.name,
        details.description,
        details.short_description,
        details.event_time,
        _minutes(details.event_time),
        details.end_time,
        None if details.end_time is None else _minutes(details.end_time),
        venue.name,
        venue.city,
        venue.address,
        venue.latitude,
        venue.longitude,
        details.capacity,
        details.category_id,
        details.image_url,
        details.booking_deadline_hours,
        details.featured,
        event.status.value,
        event.publish_at,
        event.published_at,
        event.cancelled_at,
        event.cancel_reason,
        event.created_at,
        event.changed_at,
        event.version,
        search_words,
    )


def to_own_event(session: Session, row: Row) -> OwnEvent:
    """Return the event of a row that begins with ``COLUMNS``."""
    return OwnEvent(
        id=row[0],
        organizer_id=row[1],
        details=_to_details(session, row),
        status=OwnEventStatus(row[19]),
        publish_at=instant_or_none(session, row[20]),
        published_at=instant_or_none(session, row[21]),
        cancelled_at=instant_or_none(session, row[22]),
        cancel_reason=row[23],
        created_at=session.instant(row[24]),
        changed_at=session.instant(row[25]),
        version=row[26],
    )


def to_category(row: Row, first: int = 0) -> Category:
    """Return the category of the four columns from ``first`` on."""
    return Category(
        id=row[first], name=row[first + 1], description=row[first + 2], parent_id=row[first + 3]
    )


def _to_details(session: Session, row: Row) -> Details:
    return Details(
        name=row[2],
        description=row[3],
        short_description=row[4],
        event_time=with_offset(session.instant(row[5]), row[6]),
        end_time=None if row[7] is None else with_offset(session.instant(row[7]), row[8]),
        venue=Venue(
            name=row[9], city=row[10], address=row[11], latitude=row[12], longitude=row[13]
        ),
        capacity=row[14],
        category_id=row[15],
        image_url=row[16],
        booking_deadline_hours=row[17],
        featured=bool(row[18]),
    )


def _minutes(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta(0)
    return offset // timedelta(minutes=1)


def with_offset(instant: datetime, minutes: int) -> datetime:
    """Return an instant in the offset that it was given with."""
    zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
    return instant.astimezone(zone)
