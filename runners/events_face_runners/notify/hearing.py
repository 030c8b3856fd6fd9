"""What is heard of our own events on Kafka: that there is mail to send."""

import asyncio
from collections.abc import Sequence

from attrs import frozen

from events_face_adapters.brokers import (
    ConsumerPace,
    DeadLetter,
    DeadLetters,
    IncomingMessage,
    UnreadableEventError,
    read_cloud_event,
)
from events_face_core.kernel import NO_TRACES, Relay, Traces
from events_face_runners.consumer import follow
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.app import EventsFace

_AT_EASE = ConsumerPace()


@frozen(kw_only=True)
class SendOnEvents:
    """Sends the mail that a batch of events belongs to, before its offsets are committed.

    The mail of an event is written to the database in the transaction of the event, or soon
    after it, so nothing is made up here: what waits is claimed and handed over. An event that
    comes again finds its mail sent, one whose mail could not be handed over leaves it to the
    outbox, and so does one that comes before its mail is written.

    Attributes:
        relays: what delivers notifications.
        traces: a batch is a step of the story that its events tell.
    """

    relays: Sequence[Relay]
    dead_letters: DeadLetters
    metrics: Metrics
    traces: Traces = NO_TRACES

    async def __call__(self, messages: Sequence[IncomingMessage]) -> None:
        """Send what waits, and copy what is no event of ours.

        Raises:
            StorageUnavailableError: the database cannot say what waits.
            DependencyUnavailableError: the dead letters cannot be written now.
        """
        with self.traces.step("send mail", *[message.trace for message in messages]):
            await self._handle(messages)

    async def _handle(self, messages: Sequence[IncomingMessage]) -> None:
        letters = [letter for letter in map(_unreadable, messages) if letter is not None]
        await self.dead_letters.put(letters)
        self.metrics.consumed("dead-lettered", len(letters))
        self.metrics.consumed("applied", len(messages) - len(letters))
        for relay in self.relays:
            await _send(relay, most=len(messages))


async def hear(
    app: EventsFace,
    relays: Sequence[Relay],
    stop: asyncio.Event,
    *,
    pace: ConsumerPace = _AT_EASE,
) -> None:
    """Send mail as events come, until told to stop.

    The group is not that of ``consume``, so both may read the one topic.
    """
    settings = app.settings
    await follow(
        app,
        stop,
        topic=settings.kafka_events_topic,
        group=f"{settings.kafka_group}.mail",
        handler=lambda letters: SendOnEvents(
            relays=relays,
            dead_letters=letters,
            metrics=app.metrics,
            traces=app.tracing.traces,
        ),
        pace=pace,
    )


def _unreadable(message: IncomingMessage) -> DeadLetter | None:
    try:
        read_cloud_event(message.value)
    except UnreadableEventError as error:
        return DeadLetter(message=message, reason=str(error))
    return None


async def _send(relay: Relay, *, most: int) -> None:
    """Deliver what is due, as many batches as there may be mails: others come all the time."""
    for _ in range(most):
        if not await relay.run_once():
            return
