"""A TCP proxy that stands between two processes and lets their connections down."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import attrs

_CHUNK = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


@attrs.frozen
class Address:
    """Where a server listens: on a host and port, or on a socket in the file system."""

    host: str = "127.0.0.1"
    port: int = 0
    path: Path | None = None

    @classmethod
    def of_url(cls, url: str) -> "Address":
        """The address of an HTTP server."""
        parts = urlsplit(url)
        return cls(parts.hostname or "", parts.port or 0)

    @classmethod
    def of_postgres(cls, url: str) -> "Address":
        """The address of a PostgreSQL server, which may be a directory in the query."""
        parts = urlsplit(url)
        directory = parse_qs(parts.query).get("host")
        if directory:
            return cls(path=Path(directory[0]) / f".s.PGSQL.{parts.port or 5432}")
        return cls(parts.hostname or "", parts.port or 5432)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to it."""
        if self.path is not None:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


@attrs.define(eq=False)
class TcpProxy:
    """Forwards connections to a server, and spoils them when told to.

    Attributes:
        server: where it forwards to.
        port: where it listens, on 127.0.0.1.
        cuts: how many connections it cut in the middle of a reply.
    """

    server: Address
    port: int = 0
    cuts: int = 0
    _listener: asyncio.Server | None = None
    _flowing: asyncio.Event = attrs.field(factory=asyncio.Event)
    _left: int | None = None
    _cutting: bool = False
    _writers: set[asyncio.StreamWriter] = attrs.field(factory=set)
    _tasks: set[asyncio.Task[None]] = attrs.field(factory=set)

    async def forward(self) -> None:
        """Listen, and let everything through, also what waited meanwhile."""
        self._left = None
        self._flowing.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    def cut_after(self, size: int) -> None:
        """Let so many more bytes of replies through, then reset the connection of the next."""
        self._left, self._cutting = size, True

    def swallow_after(self, size: int) -> None:
        """Let so many more bytes of replies through, and then nothing."""
        self._left, self._cutting = size, False

    def swallow(self) -> None:
        """Take connections and requests, and let nothing through in either direction."""
        self._flowing.clear()

    def refuse(self) -> None:
        """Reset every connection, and take no more."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in self._writers:
            _reset(writer)

    async def stop(self) -> None:
        """End, with every connection."""
        self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            replies, requests = await self.server.connect()
            self._writers.add(requests)
            try:
                await _first_of(self._pump(reader, requests), self._pump_replies(replies, writer))
            finally:
                self._writers.discard(requests)
                requests.close()
        except OSError:
            _reset(writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flowing.wait()
            writer.write(data)
            await writer.drain()

    async def _pump_replies(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(_CHUNK):
            await self._flowing.wait()
            if self._left is not None and len(data) > self._left:
                writer.write(data[: self._left])
                await writer.drain()
                data, self._left = data[self._left :], None
                if self._cutting:
                    self.cuts += 1
                    _reset(writer)
                    return
                self.swallow()
                await self._flowing.wait()
            if self._left is not None:
                self._left -= len(data)
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def tcp_proxy(server: Address) -> AsyncIterator[TcpProxy]:
    """A proxy that forwards while the block runs."""
    proxy = TcpProxy(server)
    await proxy.forward()
    try:
        yield proxy
    finally:
        await proxy.stop()


async def _first_of(*pumps: Coroutine[None, None, None]) -> None:
    """Run both; when one ends, so does the other."""
    tasks = [asyncio.create_task(pump) for pump in pumps]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        # A connection that is reset is what this is for.
        await asyncio.gather(*tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection without a farewell: the other side sees it reset."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
