"""Reading the topic of changes as one of a group, with offsets committed by hand."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from time import monotonic, time
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from attrs import field, frozen, validators

from events_face_adapters.brokers.closing import close_in_time
from events_face_adapters.brokers.errors import translated_errors
from events_face_adapters.brokers.messages import IncomingMessage
from events_face_core.kernel import DependencyUnavailableError

log = logging.getLogger(__name__)

_MILLISECOND = timedelta(milliseconds=1)
_CLOSING = timedelta(seconds=2)
_METADATA_AGE = timedelta(seconds=30)
"""How old the list of partitions may be: so long a new topic can go unnoticed."""


@frozen(kw_only=True)
class ConsumerPace:
    """How a consumer reads.

    Attributes:
        batch: the most messages applied at once.
        poll: how long to wait for messages before looking around.
        session: how long the group waits for a silent member before it goes on without it.
        heartbeat: how often a member says that it lives, and hears of newcomers.
    """

    batch: int = field(default=500, validator=validators.ge(1))
    poll: timedelta = timedelta(seconds=1)
    session: timedelta = timedelta(seconds=10)
    heartbeat: timedelta = timedelta(seconds=3)


class ChangeStream:
    """A member of a group of consumers, opened again after each failure.

    What was read and is not committed comes again: to this member when it is opened again or
    ``put_back``, to another one after a rebalance.

    Args:
        servers: the brokers to begin with, such as ``host:9092``.
        topic: what to read; it need not exist yet.
        group: the members of one group share the partitions.
        timeout: how long the broker may be silent.
        pace: how to read.
    """

    def __init__(
        self, servers: str, *, topic: str, group: str, timeout: timedelta, pace: ConsumerPace
    ) -> None:
        self.topic = topic
        self._servers = servers
        self._group = group
        self._timeout = timeout
        self._pace = pace
        self._consumer: Any = None
        self._waiting_since = 0.0
        self._lost: set[TopicPartition] = set()
        self._owed: set[TopicPartition] = set()
        self._lag: dict[TopicPartition, int] = {}

    @property
    def partitions(self) -> int:
        """How many partitions this member has."""
        return 0 if self._consumer is None else len(self._consumer.assignment())

    @property
    def owing(self) -> bool:
        """Whether messages that were put back are still to come again."""
        return bool(self._owed - self._lost)

    @property
    def lag(self) -> Mapping[int, int]:
        """How many messages are still to be read, by partition, as of what was read last."""
        assigned = set() if self._consumer is None else self._consumer.assignment()
        return {tp.partition: lag for tp, lag in self._lag.items() if tp in assigned}

    async def open(self) -> None:
        """Connect, and ask to join the group; partitions come while it is polled.

        Raises:
            DependencyUnavailableError: no broker answers.
        """
        self._lag.clear()
        self._owed.clear()
        self._lost.clear()
        self._waiting_since = monotonic()
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=self._group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            # A request to join is answered when every member has heard of it.
            request_timeout_ms=(self._timeout + self._pace.session) // _MILLISECOND,
            session_timeout_ms=self._pace.session // _MILLISECOND,
            heartbeat_interval_ms=self._pace.heartbeat // _MILLISECOND,
            metadata_max_age_ms=_METADATA_AGE // _MILLISECOND,
        )
        with translated_errors():
            await self._consumer.start()
            self._consumer.subscribe([self.topic], listener=_Listener(self._lost))

    async def poll(self) -> Sequence[IncomingMessage]:
        """Return the next messages of each partition in order, or none after a while.

        It waits for as long as the group shares out partitions.

        Raises:
            DependencyUnavailableError: the broker fails, or is silent for too long.
        """
        with translated_errors():
            read: Mapping[TopicPartition, Sequence[Any]] = await self._consumer.getmany(
                timeout_ms=self._pace.poll // _MILLISECOND, max_records=self._pace.batch
            )
        self._owed -= self._lost | read.keys()
        # What is lost from here on concerns these messages.
        self._lost.clear()
        for partition, records in read.items():
            highwater = self._consumer.highwater(partition) or 0
            self._lag[partition] = max(highwater - records[-1].offset - 1, 0)
        if not read:
            self._check_silence()
        else:
            self._waiting_since = monotonic()
        return [_message(record) for records in read.values() for record in records]

    def put_back(self, messages: Iterable[IncomingMessage]) -> None:
        """Make messages that were polled last come again."""
        first: dict[TopicPartition, int] = {}
        for message in messages:
            first.setdefault(TopicPartition(message.topic, message.partition), message.offset)
        for partition, offset in first.items():
            if partition not in self._lost:
                self._consumer.seek(partition, offset)
                self._owed.add(partition)

    def pause(self) -> None:
        """Let nothing more come, but stay in the group; to be said again after each poll."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """Let messages come again."""
        self._waiting_since = monotonic()
        self._consumer.resume(*self._consumer.paused())

    async def commit(self, messages: Iterable[IncomingMessage]) -> None:
        """Commit that messages that were polled last are done with.

        Those of partitions that were lost meanwhile are left to whoever has them now: doing
        them again is harmless.

        Raises:
            DependencyUnavailableError: the broker fails.
        """
        offsets: dict[TopicPartition, int] = {}
        for message in messages:
            offsets[TopicPartition(message.topic, message.partition)] = message.offset + 1
        kept = {tp: offset for tp, offset in offsets.items() if tp not in self._lost}
        if not kept:
            return
        try:
            with translated_errors():
                await self._consumer.commit(kept)
        except DependencyUnavailableError as error:
            if not isinstance(error.__cause__, CommitFailedError | IllegalStateError):
                raise
            log.info("the group was shared out anew: some messages are applied again")

    async def close(self) -> None:
        """Leave the group, if the broker can still be told so in a short while."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await close_in_time(consumer.stop(), _CLOSING)

    def _check_silence(self) -> None:
        """Fail when the broker has not answered for too long: the driver would try for ever."""
        listening = self._consumer.assignment() - self._consumer.paused()
        heard = [self._consumer.last_poll_timestamp(tp) or 0 for tp in listening]
        if not listening:
            self._waiting_since = monotonic()
        silent = min(monotonic() - self._waiting_since, time() - max(heard, default=0) / 1000)
        if silent > self._timeout.total_seconds():
            raise DependencyUnavailableError(
                f"Kafka: the broker has been silent for {silent:.0f} s", reached=True
            )


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # the library ships no types
    """Remembers which partitions were lost."""

    def __init__(self, lost: set[TopicPartition]) -> None:
        self._lost = lost

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._lost.update(revoked)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Take no note: what is assigned is asked of the driver."""


def _message(record: Any) -> IncomingMessage:  # noqa: ANN401  # the driver ships no types
    return IncomingMessage(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )
