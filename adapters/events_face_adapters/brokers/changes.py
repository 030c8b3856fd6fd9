"""Reads a message of the aggregator's topic of changes (contract: "Kafka topic of changes")."""

from __future__ import annotations

from datetime import datetime

import msgspec

from events_face_adapters.provider import ProviderV2, UnreadableEntryError, source_event
from events_face_core.catalogue import SourceEvent

_V2 = ProviderV2(token="")  # it only reads


class UnreadableChangeError(Exception):
    """A message is not a change of the contract; the message of the error tells why."""


def read_change(key: bytes | None, value: bytes | None, now: datetime) -> SourceEvent:
    """Return the change that a message tells of.

    A message whose key is not the id of its event is not believed: one of the two is wrong,
    and nobody here can tell which. The sync brings the change all the same.

    Args:
        key: the id of the event, in UTF-8.
        value: the event as ``v2`` lists it, in JSON.
        now: the time of reading.

    Raises:
        UnreadableChangeError: it tells of none.
    """
    if value is None:
        raise UnreadableChangeError("it has no value")
    if key is None:
        raise UnreadableChangeError("it has no key")
    try:
        change = source_event(_V2, msgspec.Raw(value), now)
    except UnreadableEntryError as error:
        raise UnreadableChangeError(str(error)) from error
    if key != change.event.id.encode():
        raise UnreadableChangeError("its key is not the id of its event")
    return change
