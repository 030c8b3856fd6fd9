"""The consumer process."""

import asyncio
import logging
from collections.abc import Callable

from events_face_adapters.brokers import ChangeStream, ConsumerPace, DeadLetters, KafkaWriter
from events_face_adapters.system import SystemChance
from events_face_runners.background import kicking
from events_face_runners.consumer.batch import BatchHandler
from events_face_runners.consumer.loop import Consumer, HandleBatch
from events_face_runners.stopping import stop_on_signals
from events_face_runners.web.operation_port import operation_port
from events_face_runners.wiring.app import EventsFace, open_events_face
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.outside import writing_timeout
from events_face_runners.wiring.settings import Settings

log = logging.getLogger(__name__)

_FINISH_SECONDS = 5.0
"""How long a batch under way may take to end, of the ten seconds that we have."""

_AT_EASE = ConsumerPace()


async def consume(settings: Settings) -> None:
    """Consume until SIGTERM or SIGINT; then finish the batch under way, within ten seconds.

    Kafka may be away, at the start or later: it is waited for.

    Raises:
        StorageUnavailableError: the database cannot be opened.
        OSError: the port of operation cannot be listened on.
    """
    stop = stop_on_signals()
    async with (
        open_events_face(settings, process="events-face-consumer") as app,
        operation_port(app) as operation,
        kicking(app) as circuits,
    ):
        operation.watch(circuits)
        await run_consumer(app, stop)
    log.info("stopped")


async def run_consumer(
    app: EventsFace, stop: asyncio.Event, *, pace: ConsumerPace = _AT_EASE
) -> None:
    """Apply the changes of the configured topic until told to stop."""
    settings = app.settings
    await follow(
        app,
        stop,
        topic=settings.kafka_topic,
        group=settings.kafka_group,
        handler=lambda letters: BatchHandler(app=app, dead_letters=letters),
        pace=pace,
    )


async def follow(  # noqa: PLR0913  # what to read, how, and what for
    app: EventsFace,
    stop: asyncio.Event,
    *,
    topic: str,
    group: str,
    handler: Callable[[DeadLetters], HandleBatch],
    pace: ConsumerPace = _AT_EASE,
) -> None:
    """Have what comes on a topic handled until told to stop.

    ``handler`` is given where dead letters go, and returns what handles a batch.
    """
    settings = app.settings
    writer = KafkaWriter(settings.kafka_bootstrap_servers, timeout=writing_timeout(settings))
    # A guard of their own: that they cannot be written says nothing of what is read.
    letters_guard = make_guard(
        "kafka-dead-letters",
        settings=settings,
        metrics=app.metrics,
        timeout=settings.kafka_timeout,
        concurrency=1,
    )
    consumer = Consumer(
        stream=ChangeStream(
            settings.kafka_bootstrap_servers,
            topic=topic,
            group=group,
            timeout=settings.kafka_timeout,
            pace=pace,
        ),
        handle=handler(DeadLetters(writer=writer, guard=letters_guard)),
        guard=app.outside.kafka_guard,
        chance=SystemChance(),
        metrics=app.metrics,
        stop=stop,
    )
    running = asyncio.create_task(consumer.run())
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await _finish(running)
    finally:
        running.cancel()
        stopped.cancel()
        await asyncio.gather(running, stopped, return_exceptions=True)
        await consumer.stream.close()
        await writer.close()


async def _finish(running: "asyncio.Task[None]") -> None:
    """Wait until the batch under way is done, but not for ever."""
    try:
        async with asyncio.timeout(_FINISH_SECONDS):
            await running
    except TimeoutError:
        log.warning("the batch under way was cut off; it will be taken up again")
