"""Ready answers as they are written down for other processes."""

from collections.abc import Hashable
from hashlib import blake2b

import msgspec

from events_face_core.catalogue import EventQuery
from events_face_runners.web.listing_query import reference
from events_face_runners.web.ready_answers import ReadyAnswer, ready_again
from events_face_runners.web.schemas import EventListView


class _Written(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is worth keeping: the rest is made of it in no time."""

    body: bytes
    compressed: bytes | None


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Written)
# Releases whose answers differ in form do not read each other's.
_FORM = _digest(msgspec.json.encode(msgspec.json.schema(EventListView)))[:8]


class WrittenAnswers:
    """The ``Form`` of answers to questions about events.

    Names begin with the identity of the database, so that deployments can share a Redis.
    """

    def __init__(self, identity: str, cache_control: str) -> None:
        """Write for a database.

        Args:
            identity: what tells it from every other.
            cache_control: what answers that are read tell their clients.
        """
        self._prefix = f"events-face:{identity}:answers:{_FORM}"
        self._cache_control = cache_control

    def name(self, version: int, key: Hashable) -> str:
        """Return the name of the answer to a question, or to an event's id; see the port."""
        question = reference(key) if isinstance(key, EventQuery) else f"event {key}"
        return f"{self._prefix}:{version}:{_digest(question.encode())}"

    def write(self, value: ReadyAnswer) -> bytes:
        """Write an answer down; see the port."""
        compressed = None if value.compressed is None else value.compressed.body
        return _ENCODER.encode(_Written(body=value.plain.body, compressed=compressed))

    def read(self, written: bytes) -> ReadyAnswer | None:
        """Return the answer; see the port."""
        try:
            found = _DECODER.decode(written)
        except msgspec.DecodeError:
            return None
        return ready_again(found.body, found.compressed, self._cache_control)
