"""What arrived outside of what became of bookings: all of it, once, and in order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from attrs import frozen

from events_face_core.auditing import AuditRecord
from faults.neighbourhood import Neighbourhood
from support.audit import all_records, audit_storage
from support.box_office import ORGANIZER
from support.kafka import read_all, told
from support.records import Rows, query

Counted = Counter[tuple[Any, ...]]

_COURSES = {
    "confirmed": ("booking.confirmed",),
    "cancelled": ("booking.confirmed", "booking.cancelled"),
}
_BOOKINGS = "SELECT id, user_id, status FROM booking"
_EVENTS = "SELECT id FROM own_event"
_NOTIFICATIONS = "SELECT id, reference_id, template FROM notification"
_GIVEN_UP = "SELECT name, payload, error FROM outbox WHERE state = 'dead'"

# That an event begins and ends is due in a month.
_WAITING = "SELECT count(*) FROM outbox WHERE state = 'pending' AND name <> 'own-event.turns'"


async def waiting(database: str) -> int:
    """How much waits to be told."""
    ((row,),) = await query(database, _WAITING)
    return int(row[0])


@frozen(kw_only=True)
class OnRecord:
    """What the database says.

    Attributes:
        bookings: id, who booked, status.
        events: id; all are published.
        notifications: id, booking, template.
        given_up: message name, payload, error.
    """

    bookings: Rows
    events: Rows
    notifications: Rows
    given_up: Rows = ()

    @classmethod
    async def of(cls, database: str) -> "OnRecord":
        """Read it in one transaction."""
        bookings, events, notifications, given_up = await query(
            database, _BOOKINGS, _EVENTS, _NOTIFICATIONS, _GIVEN_UP
        )
        return cls(bookings=bookings, events=events, notifications=notifications, given_up=given_up)


@frozen(kw_only=True)
class Arrived:
    """What the neighbours have.

    Attributes:
        announced: what was told under each key, in order; what has one id was told once.
    """

    mails: Sequence[EmailMessage]
    audited: Sequence[AuditRecord]
    announced: Mapping[str, Sequence[str]]

    @classmethod
    async def at(cls, around: Neighbourhood) -> "Arrived":
        """Look at each; the audit's own database is read, not asked for."""
        url = around.audit.environment["EVENTS_FACE_AUDIT_DATABASE_URL"]
        async with audit_storage(url) as storage:
            audited = await all_records(storage)
        announced = told(await read_all(around.broker, around.topic))
        return cls(mails=around.mail.received, audited=audited, announced=announced)


def compare(record: OnRecord, arrived: Arrived) -> list[str]:
    """Return what was lost, doubled or disordered on its way."""
    return [
        *(f"lost: {name} {payload}, given up: {error}" for name, payload, error in record.given_up),
        *_mails(record, arrived.mails),
        *_audited(record, arrived.audited),
        *_announced(record, arrived.announced),
    ]


def _mails(record: OnRecord, mails: Sequence[EmailMessage]) -> Iterator[str]:
    """Each went to whom it is for; a repetition counts, also with the ``Message-ID`` it had."""
    written = {f"<{id_}@localhost>": (booking, name) for id_, booking, name in record.notifications}
    expected: Counted = Counter(
        (booking_id, done.replace(".", "-"), f"{user_id}@example.com")
        for booking_id, user_id, status in record.bookings
        for done in _COURSES[status]
    )
    arrived: Counted = Counter(
        (*written.get(str(mail["Message-ID"]), (mail["Message-ID"], "unknown")), str(mail["To"]))
        for mail in mails
    )
    return _differences("mail", expected, arrived)


def _audited(record: OnRecord, audited: Sequence[AuditRecord]) -> Iterator[str]:
    """Each act was, with its actor."""
    expected: Counted = Counter(
        (booking_id, done, user_id)
        for booking_id, user_id, status in record.bookings
        for done in _COURSES[status]
    )
    expected.update(
        (event_id, done, ORGANIZER.id)
        for (event_id,) in record.events
        for done in ("own-event.created", "own-event.published")
    )
    arrived: Counted = Counter((one.entity_id, one.action, one.actor_id) for one in audited)
    return _differences("audit record", expected, arrived)


def _announced(record: OnRecord, announced: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each act was, after what came before it of the same booking or event."""
    courses = {row[0]: _COURSES[row[2]] for row in record.bookings}
    courses |= {row[0]: ("own-event.published",) for row in record.events}
    yield from _differences("announcement", _acts(courses), _acts(announced))
    for key, course in courses.items():
        heard = announced.get(key, ())
        if tuple(heard) != course and sorted(heard) == sorted(course):
            yield f"disordered: {key} {heard}"


def _acts(courses: Mapping[str, Sequence[str]]) -> Counted:
    return Counter((key, done) for key, course in courses.items() for done in course)


def _differences(what: str, expected: Counted, arrived: Counted) -> Iterator[str]:
    yield from (f"lost: {what} {one}" for one in (expected - arrived).elements())
    yield from (f"doubled: {what} {one}" for one in (arrived - expected).elements())
