"""Own events as they are written down for other processes."""

from collections.abc import Hashable
from hashlib import blake2b

import msgspec

from events_face_core.ticketing import ShownOwnEvent


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


_DECODER = msgspec.json.Decoder(ShownOwnEvent)
# Releases whose events differ in form do not read each other's.
_FORM = _digest(msgspec.json.encode(msgspec.json.schema(ShownOwnEvent)))[:8]


class WrittenOwnEvents:
    """The ``Form`` of own events. JSON keeps the offsets of times; other forms do not."""

    def __init__(self, identity: str) -> None:
        """Write for a database, told by its identity from every other."""
        self._prefix = f"events-face:{identity}:own-events:{_FORM}"

    def name(self, version: int, key: Hashable) -> str:
        """Return the name of an event; see the port."""
        return f"{self._prefix}:{version}:{_digest(str(key).encode())}"

    def write(self, value: ShownOwnEvent) -> bytes:
        """Write an event down; see the port."""
        return msgspec.json.encode(value)

    def read(self, written: bytes) -> ShownOwnEvent | None:
        """Return the event; see the port."""
        try:
            return _DECODER.decode(written)
        except msgspec.DecodeError:
            return None
