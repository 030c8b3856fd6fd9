"""The auditor: compares what clients were promised with what every party has on record."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs

from events_face_runners.simulator import Simulator

_UNSETTLED = """
SELECT (SELECT count(*) FROM registration WHERE status = 'pending')
    + (SELECT count(*) FROM outbox WHERE state = 'pending' AND NOT (
        name = 'registration.take-back-requested' AND payload ->> 'ticket_id' = ''))
"""


@attrs.frozen(kw_only=True)
class Promise:
    """What a client knows: this registration of this person was accepted.

    Attributes:
        cancelled: whether the client cancelled it once it was confirmed.
    """

    id: str
    event_id: str
    email: str
    cancelled: bool = False


def is_settled(database: Path) -> bool:
    """Whether all is decided, and nothing waits but the search for places that may be held."""
    return bool(_rows(database, _UNSETTLED)[0][0] == 0)


def audit(database: Path, simulator: Simulator, promises: Mapping[str, Promise]) -> list[str]:
    """Return everything that does not add up, in words."""
    return [
        *_registrations(database, simulator, promises),
        *_messages(database, simulator, promises),
        *_leftovers(database),
        *_catalogue(database, simulator),
    ]


def statuses(database: Path) -> Counter[str]:
    """How many registrations ended how."""
    rows = _rows(database, "SELECT status, coalesce(reason, '') FROM registration")
    return Counter(": ".join(filter(None, row)) for row in rows)


def ambiguous_attempts(database: Path) -> int:
    """How many registrations were sent more than once."""
    return int(_rows(database, "SELECT count(*) FROM registration WHERE attempts > 1")[0][0])


def _registrations(
    database: Path, simulator: Simulator, promises: Mapping[str, Promise]
) -> Iterator[str]:
    """Nothing accepted is lost or undecided; confirmed means one place there, else none."""
    rows = _rows(database, "SELECT id, event_id, email, status FROM registration")
    there = Counter(
        (str(event_id), one.visitor.email)
        for event_id, made in simulator.world.registrations.items()
        for one in made
    )
    for registration_id in promises.keys() - {row[0] for row in rows}:
        yield f"{registration_id} was accepted and is lost"
    for registration_id, event_id, email, status in rows:
        promise = promises.get(registration_id)
        if promise is None or (promise.event_id, promise.email) != (event_id, email):
            yield f"{registration_id} is not what anybody was promised"
        expected = {"confirmed": 1, "rejected": 0, "cancelled": 0}.get(status)
        if expected is None:
            yield f"{registration_id} is undecided"
        elif (held := there.pop((event_id, email), 0)) != expected:
            yield f"{registration_id} is {status} and holds {held} places at the provider"
        if promise is not None and promise.cancelled is not (status == "cancelled"):
            yield f"{registration_id} is {status}, its visitor cancelled: {promise.cancelled}"
    for (event_id, email), held in there.items():
        yield f"{email} holds {held} places at {event_id} that nobody knows of"


def _messages(
    database: Path, simulator: Simulator, promises: Mapping[str, Promise]
) -> Iterator[str]:
    """Each decision was told exactly once, under the key that is on record."""
    written = {
        row[0]: row[1:]
        for row in _rows(database, "SELECT id, reference_id, email, sent_at FROM notification")
    }
    for key, (_, _, sent_at) in written.items():
        if sent_at is None:
            yield f"message {key} is not known to be sent"
    received = {one.key: one for one in simulator.world.notifications}
    for key in written.keys() ^ received.keys():
        yield f"message {key} was {'written' if key in written else 'received'} only"
    decisions = Counter(reference for reference, _, _ in written.values())
    for registration_id, promise in promises.items():
        expected = 2 if promise.cancelled else 1
        if decisions[registration_id] != expected:
            yield f"{registration_id} was told of {decisions[registration_id]} times"
    for one in received.values():
        known = promises.get(one.reference)
        if known is None or known.email != one.email:
            yield f"message {one.key} went to {one.email}"


def _leftovers(database: Path) -> Iterator[str]:
    """The outbox is empty but for places that may be held, and the file is whole."""
    rows = _rows(
        database, "SELECT name, state, payload, error FROM outbox WHERE state <> 'delivered'"
    )
    for name, state, payload, error in rows:
        if not (name == "registration.take-back-requested" and '"ticket_id":""' in payload):
            yield f"{state}: {name} {payload} {error}"
    for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
        for found, *_ in _rows(database, check):
            if found != "ok":
                yield f"{check}: {found}"


def _catalogue(database: Path, simulator: Simulator) -> Iterator[str]:
    """The mirror shows every event as it is there."""
    mirrored = {
        row[0]: row[1:] for row in _rows(database, "SELECT id, name, number_of_visitors FROM event")
    }
    original = {str(one.id): (one.name, one.number_of_visitors) for one in simulator.world.events}
    for event_id in original.keys() | mirrored.keys():
        if original.get(event_id) != mirrored.get(event_id):
            yield f"{event_id} is {original.get(event_id)}, shown as {mirrored.get(event_id)}"


def _rows(database: Path, statement: str) -> list[Any]:
    address = f"file:{database}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
        return connection.execute(statement).fetchall()
