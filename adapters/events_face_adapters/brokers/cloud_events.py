"""Reads our own events back from their topic (CloudEvents 1.0 in structured JSON)."""

import msgspec

_VERSION = "1.0"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What every event says of itself; the rest is its own affair.

    Attributes:
        id: with the source unique in the world; a repetition has it too.
        subject: the id of what it happened to.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str


class UnreadableEventError(Exception):
    """A message is not an event of ours; the message of the error tells why."""


def read_cloud_event(value: bytes | None) -> CloudEvent:
    """Return the event that a message tells of.

    Raises:
        UnreadableEventError: it tells of none.
    """
    if value is None:
        raise UnreadableEventError("it has no value")
    try:
        event = msgspec.json.decode(value, type=CloudEvent)
    except msgspec.DecodeError as error:
        raise UnreadableEventError(f"it is no CloudEvent: {error}") from error
    if event.specversion != _VERSION:
        raise UnreadableEventError(f"it is a CloudEvent {event.specversion}, not {_VERSION}")
    return event
