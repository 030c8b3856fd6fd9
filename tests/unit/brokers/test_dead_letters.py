"""What is kept of a message that cannot be applied."""

import pytest

from events_face_adapters.brokers import DeadLetter, IncomingMessage, OutgoingMessage
from events_face_adapters.brokers.dead_letters import copy_of

MESSAGE = IncomingMessage(
    topic="changes", partition=3, offset=42, key=b"key", value=b"\xff", headers=[("trace", b"1")]
)


def test_a_message_is_kept_whole_with_its_place_and_the_reason() -> None:
    copy = copy_of(DeadLetter(message=MESSAGE, reason="непонятно"))

    assert copy == OutgoingMessage(
        topic="changes.dead-letter",
        key=b"key",
        value=b"\xff",
        headers=[
            ("trace", b"1"),
            ("dead-letter-reason", "непонятно".encode()),
            ("dead-letter-topic", b"changes"),
            ("dead-letter-partition", b"3"),
            ("dead-letter-offset", b"42"),
        ],
    )


@pytest.mark.parametrize(
    ("key", "value", "kept"), [(b"key", None, None), (None, b"value", b"value"), (None, None, b"")]
)
def test_a_message_without_key_or_value_can_be_kept(
    key: bytes | None, value: bytes | None, kept: bytes | None
) -> None:
    message = IncomingMessage(topic="changes", partition=0, offset=0, key=key, value=value)

    copy = copy_of(DeadLetter(message=message, reason=""))

    assert (copy.key, copy.value) == (key, kept)


def test_a_long_reason_is_cut() -> None:
    copy = copy_of(DeadLetter(message=MESSAGE, reason="x" * 10_000))

    assert dict(copy.headers)["dead-letter-reason"] == b"x" * 500
