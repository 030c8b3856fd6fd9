"""Messages, as they come from a topic and go to one."""

from collections.abc import Sequence

from attrs import frozen

Headers = Sequence[tuple[str, bytes | None]]

TRACE_HEADER = "traceparent"


@frozen(kw_only=True)
class IncomingMessage:
    """A message and where it stood."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def trace(self) -> str:
        """The story that it was sent in, as its sender says; or empty."""
        for name, value in self.headers:
            if name == TRACE_HEADER and value is not None:
                return value.decode("ascii", "replace")
        return ""


@frozen(kw_only=True)
class OutgoingMessage:
    """A message and where it goes; messages with one key keep their order."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
