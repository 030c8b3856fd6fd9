"""Turns the entries of a listing into events of the catalogue, each on its own."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from events_face_adapters.http import NotJsonError, WrongShapeError, decode_json
from events_face_adapters.provider.dialects import ProviderDialect
from events_face_adapters.provider.wire import EarlyEventWire, PlaceWire
from events_face_core.catalogue import Event, EventStatus, Place, SourceEvent

log = logging.getLogger(__name__)

# Deployments between two generations mix the words, so each dialect understands all of them.
_STATUSES: Mapping[str, EventStatus] = {
    "new": EventStatus.NEW,
    "published": EventStatus.OPEN,
    "open": EventStatus.OPEN,
    "registration_closed": EventStatus.REGISTRATION_CLOSED,
    "registration closed": EventStatus.REGISTRATION_CLOSED,
    "finished": EventStatus.FINISHED,
    "cancelled": EventStatus.CANCELLED,
}
_LONGEST_LOGGED_ID = 100


class UnreadableEntryError(Exception):
    """An entry of a listing is not an event of the contract; the message tells why."""


class _IdWire(msgspec.Struct, frozen=True):
    id: object = None


def source_event(dialect: ProviderDialect, entry: msgspec.Raw, now: datetime) -> SourceEvent:
    """Return the event that an entry tells of.

    Args:
        dialect: how to read it.
        entry: the entry.
        now: stands for ``changed_at`` where the entry has none.

    Raises:
        UnreadableEntryError: it tells of none.
    """
    try:
        return _source_event(dialect.read_event(entry), now)
    except (NotJsonError, WrongShapeError) as error:
        raise UnreadableEntryError(str(error)) from error
    except OverflowError as error:
        raise UnreadableEntryError("a time is out of range") from error


def log_unreadable(entry: msgspec.Raw, error: UnreadableEntryError) -> None:
    """Tell the operator which entry is left out, and why."""
    try:
        entry_id = repr(decode_json(entry, _IdWire).id)[:_LONGEST_LOGGED_ID]
    except (NotJsonError, WrongShapeError):
        entry_id = "of unknown id"
    log.warning("event %s of the provider is unreadable and left out: %s", entry_id, error)


def _source_event(wire: EarlyEventWire, now: datetime) -> SourceEvent:
    status = _STATUSES.get(wire.status)
    if status is None:
        raise UnreadableEntryError(f"unknown status {wire.status[:50]!r}")
    if wire.changed_at is not None:
        # It keeps its own offset, but whoever compares days must be able to convert it.
        wire.changed_at.astimezone(UTC)
    event = Event(
        id=wire.id,
        name=wire.name,
        status=status,
        event_time=wire.event_time.astimezone(UTC),
        registration_deadline=wire.registration_deadline.astimezone(UTC),
        place=_place(wire.place),
        number_of_visitors=wire.number_of_visitors,
        changed_at=wire.changed_at or now,
    )
    return SourceEvent(event=event, stamped=wire.changed_at is not None)


def _place(wire: PlaceWire | None) -> Place | None:
    if wire is None:
        return None
    return Place(id=wire.id, name=wire.name, city=wire.city, address=wire.address)
