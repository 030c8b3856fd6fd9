"""A way to a Kafka broker that a test can cut, block and slow down."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from socket import IPPROTO_TCP, TCP_NODELAY

from attrs import define, field

_CHUNK = 65_536


@define
class KafkaProxy:
    """Passes bytes on, and puts its own port where the broker tells of its address.

    Attributes:
        delay: seconds before each piece that goes to the broker.
    """

    host: str
    broker_port: int
    delay: float = 0.0
    port: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None
    _open: asyncio.Event = field(factory=asyncio.Event)
    _tasks: set["asyncio.Task[None]"] = field(factory=set)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def restore(self) -> None:
        """Listen, always on the same port, and let everything through."""
        self._open.set()
        if self._server is None:
            self._server = await asyncio.start_server(
                self._serve, "127.0.0.1", self.port, reuse_address=True
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Close every connection, and take no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def block(self) -> None:
        """Let nothing through, and close nothing: the broker seems to hang."""
        self._open.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            # A cut is the other side's error to deal with.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._join(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_broker, to_broker = await asyncio.open_connection(self.host, self.broker_port)
        to_broker.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        ways = [
            asyncio.ensure_future(self._requests(reader, to_broker)),
            asyncio.ensure_future(self._answers(from_broker, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # First, for a cut may come while the ways end.
            to_broker.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            await asyncio.sleep(self.delay)
            await self._open.wait()
            writer.write(chunk)
            await writer.drain()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = (struct.pack(">i", port) for port in (self.broker_port, self.port))
        while True:
            size = await reader.readexactly(4)
            frame = await reader.readexactly(struct.unpack(">i", size)[0])
            for host in (self.host.encode(), b"localhost", b"127.0.0.1"):
                frame = frame.replace(host + theirs, host + ours)
            await self._open.wait()
            writer.write(size + frame)
            await writer.drain()


@asynccontextmanager
async def kafka_proxy(address: str) -> AsyncIterator[KafkaProxy]:
    """Stand before a broker at ``host:port`` of this machine."""
    host, _, port = address.rpartition(":")
    proxy = KafkaProxy(host, int(port))
    await proxy.restore()
    try:
        yield proxy
    finally:
        await proxy.cut()
