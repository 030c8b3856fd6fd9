"""The auditor: compares what clients were promised with what every party has on record."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import attrs

from events_face_runners.simulator import MOSCOW, Simulator
from support.records import Records

Kind = Literal["lost", "doubled", "wrong"]
Promises = Mapping[str, "Promise"]

_PLACES = {"confirmed": 1, "rejected": 0, "cancelled": 0}


@attrs.frozen(kw_only=True)
class Promise:
    """What a client knows: this registration of this person was accepted.

    Attributes:
        cancelled: whether it was called off once it was confirmed, by its visitor or because
            the event is cancelled.
    """

    id: str
    event_id: str
    email: str
    cancelled: bool = False


@attrs.frozen
class Finding:
    """Something that does not add up."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def audit(records: Records, simulator: Simulator, promises: Promises) -> list[Finding]:
    """Return everything that does not add up."""
    return [
        *_registrations(records, promises),
        *_places(records, simulator),
        *_messages(records, simulator, promises),
        *_leftovers(records),
        *_catalogue(records, simulator),
    ]


def count(findings: Sequence[Finding], kind: Kind) -> int:
    """How many findings are of a kind."""
    return sum(finding.kind == kind for finding in findings)


def _registrations(records: Records, promises: Promises) -> Iterator[Finding]:
    """Nothing accepted is lost or undecided, and nothing is there that was not accepted."""
    known = {row[0]: row for row in records.registrations}
    for registration_id in promises.keys() - known.keys():
        yield Finding("lost", f"{registration_id} was accepted and is lost")
    for registration_id, event_id, email, status, *_ in known.values():
        promise = promises.get(registration_id)
        if promise is None or (promise.event_id, promise.email) != (event_id, email):
            yield Finding("doubled", f"{registration_id} is not what anybody was promised")
        if status not in _PLACES:
            yield Finding("lost", f"{registration_id} is undecided")
        if promise is not None and promise.cancelled is not (status == "cancelled"):
            yield Finding(
                "wrong",
                f"{registration_id} is {status}, its visitor cancelled: {promise.cancelled}",
            )


def _places(records: Records, simulator: Simulator) -> Iterator[Finding]:
    """Confirmed means one place at the provider, given once; anything else means none."""
    world = simulator.world
    there = Counter(
        (str(event_id), one.visitor.email)
        for event_id, made in world.registrations.items()
        for one in made
    )
    for registration_id, event_id, email, status, *_ in records.registrations:
        held, expected = there.pop((event_id, email), 0), _PLACES.get(status)
        if expected is not None and held != expected:
            kind: Kind = "lost" if held < expected else "doubled"
            what = f"{registration_id} is {status} and holds {held} places at the provider"
            yield Finding(kind, what)
    for (event_id, email), held in there.items():
        yield Finding("doubled", f"{email} holds {held} places at {event_id} nobody knows of")
    for (event, email), times in world.tickets_given.items():
        if times > 1:
            yield Finding("doubled", f"{email} was given {times} places at {event}")


def _messages(records: Records, simulator: Simulator, promises: Promises) -> Iterator[Finding]:
    """Each decision was told exactly once, under the key that is on record."""
    written = {row[0]: row[1:] for row in records.notifications}
    received = {one.key: one for one in simulator.world.notifications}
    for key, (_, _, sent_at) in written.items():
        if sent_at is None:
            yield Finding("lost", f"message {key} is not known to be sent")
    for key in written.keys() - received.keys():
        yield Finding("lost", f"message {key} was written only")
    for key in received.keys() - written.keys():
        yield Finding("doubled", f"message {key} was received only")
    decisions = Counter(reference for reference, _, _ in written.values())
    for registration_id, promise in promises.items():
        expected = 2 if promise.cancelled else 1
        told = decisions[registration_id]
        if told != expected:
            kind: Kind = "lost" if told < expected else "doubled"
            yield Finding(kind, f"{registration_id} was told of {told} times")
    for one in received.values():
        known = promises.get(one.reference)
        if known is None or known.email != one.email:
            yield Finding("wrong", f"message {one.key} went to {one.email}")


def _leftovers(records: Records) -> Iterator[Finding]:
    """The outbox is empty but for places that may be held, and the file is whole."""
    for name, state, payload, _, error in records.outbox:
        blank = name == "registration.take-back-requested" and '"ticket_id":""' in payload
        if state != "delivered" and not blank:
            yield Finding("lost", f"{state}: {name} {payload} {error}")
    for damage in records.damage:
        yield Finding("wrong", damage)


def _catalogue(records: Records, simulator: Simulator) -> Iterator[Finding]:
    """The mirror shows every event as it is there; one that is over may have been purged."""
    now = datetime.now(MOSCOW)
    mirrored = {row[0]: tuple(row[1:]) for row in records.events}
    original = {str(one.id): (one.name, one.number_of_visitors) for one in simulator.world.events}
    over = {str(one.id) for one in simulator.world.events if one.event_time < now}
    for event_id in original.keys() | mirrored.keys():
        if event_id not in mirrored and event_id in over:
            continue
        if original.get(event_id) != mirrored.get(event_id):
            shown = f"{original.get(event_id)}, shown as {mirrored.get(event_id)}"
            yield Finding("wrong", f"{event_id} is {shown}")
