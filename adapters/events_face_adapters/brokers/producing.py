"""Writing to Kafka."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from events_face_adapters.brokers.closing import close_in_time
from events_face_adapters.brokers.errors import translated_errors
from events_face_adapters.brokers.messages import OutgoingMessage

_MILLISECOND = timedelta(milliseconds=1)
_CLOSING = timedelta(seconds=1)
_LARGEST_REQUEST = 16 * 1024 * 1024
"""Bytes; the broker's own limit is what counts."""


class MessageTooLargeError(Exception):
    """The broker will never take a message of this size."""


class KafkaWriter:
    """Writes messages, each acknowledged by every replica that is in sync.

    It connects when it is first needed, and after a failure that the driver does not overcome
    by itself. The driver's idempotence keeps its own repetitions from doubling or overtaking.

    Args:
        servers: the brokers to begin with, such as ``host:9092``.
        timeout: how long the driver tries to get a message through.
    """

    def __init__(self, servers: str, *, timeout: timedelta) -> None:
        self._servers = servers
        self._timeout = timeout
        self._opening = asyncio.Lock()
        self._producer: Any = None

    async def write(self, messages: Sequence[OutgoingMessage]) -> None:
        """Write messages; when it returns, all of them are acknowledged.

        Raises:
            DependencyUnavailableError: some of them may not have been written.
            MessageTooLargeError: one of them never will be; others may have been.
        """
        with translated_errors():
            producer = await self._opened()
            try:
                acknowledgements = [await _send(producer, message) for message in messages]
                await asyncio.gather(*acknowledgements)
            except MessageSizeTooLargeError as error:
                raise MessageTooLargeError(str(error)) from error
            except KafkaError as error:
                if not error.retriable:
                    await self._drop(producer)
                raise

    async def close(self) -> None:
        """Close the connections; what is not acknowledged by then may be lost."""
        await self._drop(self._producer)

    async def _opened(self) -> Any:  # noqa: ANN401  # the driver ships no types
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    enable_idempotence=True,
                    request_timeout_ms=self._timeout // _MILLISECOND,
                    max_request_size=_LARGEST_REQUEST,
                )
                try:
                    await producer.start()
                except BaseException:
                    await close_in_time(producer.stop(), _CLOSING)
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self, producer: Any) -> None:  # noqa: ANN401  # the driver ships no types
        if producer is not None and producer is self._producer:
            self._producer = None
            await close_in_time(producer.stop(), _CLOSING)


async def _send(producer: Any, message: OutgoingMessage) -> "asyncio.Future[Any]":  # noqa: ANN401  # the driver ships no types
    future: asyncio.Future[Any] = await producer.send(
        message.topic, message.value, key=message.key, headers=list(message.headers)
    )
    return future
