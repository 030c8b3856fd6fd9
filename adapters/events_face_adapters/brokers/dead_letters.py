"""Messages that cannot be applied, kept for an operator beside the topic that they came from."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from events_face_adapters.brokers.messages import IncomingMessage, OutgoingMessage
from events_face_adapters.brokers.producing import KafkaWriter, MessageTooLargeError
from events_face_adapters.resilience import Guard

SUFFIX = ".dead-letter"
_LONGEST_REASON = 500


@frozen(kw_only=True)
class DeadLetter:
    """A message that cannot be applied, and why."""

    message: IncomingMessage
    reason: str


@frozen(kw_only=True)
class DeadLetters:
    """Copies messages to ``<topic>.dead-letter``: key, value, headers, and what became of them."""

    writer: KafkaWriter
    guard: Guard

    async def put(self, letters: Sequence[DeadLetter]) -> None:
        """Copy messages; when it returns, all copies are acknowledged.

        Raises:
            DependencyUnavailableError: some may not be copied; copying all again is harmless.
        """
        if letters:
            copies = [copy_of(letter) for letter in letters]
            await self.guard.call(lambda: self._write(copies))

    async def _write(self, copies: Sequence[OutgoingMessage]) -> None:
        try:
            await self.writer.write(copies)
        except MessageTooLargeError:
            # With our headers, a message can be just too large: then its place has to do.
            for copy in copies:
                await self._write_in_short(copy)

    async def _write_in_short(self, copy: OutgoingMessage) -> None:
        try:
            await self.writer.write([copy])
        except MessageTooLargeError:
            cut = ("dead-letter-cut", str(len(copy.value or b"")).encode())
            headers = [header for header in copy.headers if header[0].startswith("dead-letter-")]
            await self.writer.write([evolve(copy, value=b"", headers=[*headers, cut])])


def copy_of(letter: DeadLetter) -> OutgoingMessage:
    """Return what is written of a message to the dead letters."""
    message = letter.message
    reason = letter.reason[:_LONGEST_REASON].encode(errors="replace")
    value = message.value
    if value is None and message.key is None:
        value = b""  # the driver sends no message that has neither
    return OutgoingMessage(
        topic=message.topic + SUFFIX,
        key=message.key,
        value=value,
        headers=[
            *message.headers,
            ("dead-letter-reason", reason),
            ("dead-letter-topic", message.topic.encode()),
            ("dead-letter-partition", str(message.partition).encode()),
            ("dead-letter-offset", str(message.offset).encode()),
        ],
    )
