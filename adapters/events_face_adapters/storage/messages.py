"""How messages are stored, and who hears of them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from attrs import field, frozen

from events_face_core.kernel import Message

Reaction = Callable[[Any, Message], Awaitable[None]]
"""Runs in the transaction that publishes: called with the transaction and the message."""


class UnmappedMessageError(Exception):
    """A message has a name or version that this release does not know what to do with."""


@frozen(kw_only=True)
class MessageMap:
    """The one place that says what becomes of each message.

    Attributes:
        types: every message there is.
        reactions: what happens in the publishing transaction, by message name.
        delivered: the names of the messages that go through the outbox to a handler.
    """

    types: Sequence[type[Message]]
    reactions: Mapping[str, Sequence[Reaction]] = field(factory=dict)
    delivered: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Check the map.

        Raises:
            UnmappedMessageError: a reaction or delivery is mapped for an unknown name.
        """
        known = {message_type.name for message_type in self.types}
        unknown = sorted({*self.reactions, *self.delivered} - known)
        if unknown:
            raise UnmappedMessageError(f"no message is called {', '.join(unknown)}")

    def check_known(self, message: Message) -> None:
        """Raise ``UnmappedMessageError`` for a message that is not in the map."""
        if type(message) not in self.types:
            raise UnmappedMessageError(f"{message.name} v{message.version} is not mapped")

    def check_deliverable(self, stored: Iterable[tuple[str, int]]) -> None:
        """Check what is waiting in an outbox, before any of it is delivered.

        Raises:
            UnmappedMessageError: some of it has no handler here.
        """
        deliverable = {(t.name, t.version) for t in self.types if t.name in self.delivered}
        unknown = sorted(set(stored) - deliverable)
        if unknown:
            names = ", ".join(f"{name} v{version}" for name, version in unknown)
            raise UnmappedMessageError(f"the outbox holds messages without a handler: {names}")

    def encode(self, message: Message) -> str:
        """Return the fields of a message as JSON."""
        return msgspec.json.encode(message).decode()

    def decode(self, name: str, version: int, payload: str) -> Message:
        """Return the message that was stored.

        Raises:
            UnmappedMessageError: its name and version are unknown.
            msgspec.ValidationError: the fields are not those of that version.
        """
        for message_type in self.types:
            if (message_type.name, message_type.version) == (name, version):
                return msgspec.json.decode(payload, type=message_type)
        raise UnmappedMessageError(f"{name} v{version} is not mapped")
