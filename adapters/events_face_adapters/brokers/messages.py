"""Messages, as they come from a topic and go to one."""

from collections.abc import Sequence

from attrs import frozen

Headers = Sequence[tuple[str, bytes | None]]


@frozen(kw_only=True)
class IncomingMessage:
    """A message and where it stood."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@frozen(kw_only=True)
class OutgoingMessage:
    """A message and where it goes; messages with one key keep their order."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
