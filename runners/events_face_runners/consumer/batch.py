"""A batch of messages: what can be applied is applied, the rest goes to the dead letters."""

import logging
from collections.abc import Sequence

from attrs import frozen

from events_face_adapters.brokers import (
    DeadLetter,
    DeadLetters,
    IncomingMessage,
    UnreadableChangeError,
    read_change,
)
from events_face_core.catalogue import ApplyChanges, SourceEvent
from events_face_core.kernel import StorageUnavailableError
from events_face_runners.wiring.app import EventsFace

log = logging.getLogger(__name__)

Change = tuple[IncomingMessage, SourceEvent]


@frozen(kw_only=True)
class BatchHandler:
    """Sees to it that nothing of a batch is left to do, so that its offsets can be committed.

    Doing a batch again, or a part of it, is harmless.
    """

    app: EventsFace
    dead_letters: DeadLetters

    async def __call__(self, messages: Sequence[IncomingMessage]) -> None:
        """Apply the changes in one transaction, and copy what cannot be applied.

        Raises:
            StorageUnavailableError: the database cannot take them now.
            DependencyUnavailableError: the dead letters cannot be written now.
        """
        traces = self.app.tracing.traces
        with traces.step("apply changes", *[message.trace for message in messages]):
            await self._handle(messages)

    async def _handle(self, messages: Sequence[IncomingMessage]) -> None:
        changes, unreadable = self._read(messages)
        applied, refused = await self._apply_all(changes)
        metrics = self.app.metrics
        metrics.consumed("applied", applied)
        metrics.consumed("unchanged", len(changes) - len(refused) - applied)
        letters = [*unreadable, *refused]
        await self.dead_letters.put(letters)
        metrics.consumed("dead-lettered", len(letters))
        for letter in letters:
            _log(letter)

    def _read(self, messages: Sequence[IncomingMessage]) -> tuple[list[Change], list[DeadLetter]]:
        now = self.app.clock.now()
        changes: list[Change] = []
        letters: list[DeadLetter] = []
        for message in messages:
            try:
                changes.append((message, read_change(message.key, message.value, now)))
            except UnreadableChangeError as error:
                letters.append(DeadLetter(message=message, reason=str(error)))
        return changes, letters

    async def _apply_all(self, changes: Sequence[Change]) -> tuple[int, list[DeadLetter]]:
        try:
            return await self._apply(changes), []
        except StorageUnavailableError:
            raise
        except Exception:
            # One that the database refuses must not hold up the others.
            log.exception("a batch failed, and is applied message by message")
            return await self._apply_one_by_one(changes)

    async def _apply(self, changes: Sequence[Change]) -> int:
        return await self.app.apply_changes(ApplyChanges(events=[change for _, change in changes]))

    async def _apply_one_by_one(self, changes: Sequence[Change]) -> tuple[int, list[DeadLetter]]:
        applied = 0
        refused: list[DeadLetter] = []
        for message, change in changes:
            try:
                applied += await self._apply([(message, change)])
            except StorageUnavailableError:
                raise
            except Exception as error:  # noqa: BLE001  # whatever it is, it is this message's own
                reason = f"it cannot be applied: {type(error).__name__}: {error}"
                refused.append(DeadLetter(message=message, reason=reason))
        return applied, refused


def _log(letter: DeadLetter) -> None:
    message = letter.message
    log.warning(
        "a message went to the dead letters: topic %s, partition %d, offset %d: %s",
        *(message.topic, message.partition, message.offset, letter.reason),
        extra={
            "topic": message.topic,
            "partition": message.partition,
            "offset": message.offset,
        },
    )
