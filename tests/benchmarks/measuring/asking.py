"""A small client: requests at a constant rate, or one after another."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from attrs import define, field, frozen


@frozen
class Answer:
    status: int
    body: bytes


@define
class Connection:
    """A connection that is kept for the next request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def ask(self, request: bytes) -> Answer:
        """Send a request; read the answer to its end."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        _, _, length = head.partition(b"\r\ncontent-length: ")
        body = await self.reader.readexactly(int(length.partition(b"\r\n")[0]))
        return Answer(int(head[9:12]), body)

    def close(self) -> None:
        self.writer.close()


def get(path: str) -> bytes:
    """Return a request for a path."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, body: bytes, *, token: str = "") -> bytes:
    """Return a request with a JSON body, and perhaps an access token."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@define
class Asker:
    """Asks one server, over as many connections as are needed at once."""

    port: int
    idle: list[Connection] = field(factory=list)

    async def ask(self, request: bytes) -> Answer:
        """Return the answer; one that is no success is an error of the measurement."""
        connection = self.idle.pop() if self.idle else await Connection.to(self.port)
        answer = await connection.ask(request)
        self.idle.append(connection)
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{answer.status} for {request!r}: {answer.body!r}")
        return answer

    async def at_rate(
        self, requests: Sequence[bytes], *, each_second: float, start: float
    ) -> list[float]:
        """Send requests at a constant rate, whatever becomes of those before.

        Returns:
            The seconds that each took, from the moment when it should have been sent.
        """

        async def timed(request: bytes, due: float) -> float:
            await self.ask(request)
            return perf_counter() - due

        tasks: list[asyncio.Task[float]] = []
        for number, request in enumerate(requests):
            due = start + number / each_second
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(timed(request, due)))
        return list(await asyncio.gather(*tasks))

    def close(self) -> None:
        for connection in self.idle:
            connection.close()


async def side_by_side(
    one: tuple[Asker, Sequence[bytes]],
    other: tuple[Asker, Sequence[bytes]],
    *,
    each_second: float,
) -> tuple[list[float], list[float]]:
    """Ask two servers at one rate, in turns: what disturbs the machine disturbs both."""
    start = perf_counter() + 0.1
    first, second = await asyncio.gather(
        one[0].at_rate(one[1], each_second=each_second, start=start),
        other[0].at_rate(other[1], each_second=each_second, start=start + 0.5 / each_second),
    )
    return first, second
