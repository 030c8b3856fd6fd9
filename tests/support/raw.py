"""Requests byte by byte, for what no client library would send."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import attrs
import msgspec
from multidict import CIMultiDict, CIMultiDictProxy

from support.service import Answer


@attrs.frozen
class Pause:
    """Seconds between two parts of a request."""

    seconds: float


async def send_raw(url: str, *parts: bytes | Pause, seconds: float = 5.0) -> list[Answer]:
    """Send the parts over one connection; return the answers to all that came before its end."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        async with asyncio.timeout(seconds):
            for part in parts:
                if isinstance(part, Pause):
                    await asyncio.sleep(part.seconds)
                else:
                    writer.write(part)
                    await writer.drain()
            received = await reader.read()
    finally:
        writer.close()
    return _answers(received)


async def request_raw(
    url: str, line: bytes, headers: Sequence[bytes] = (), body: bytes = b""
) -> Answer:
    """Send one request and return its answer."""
    fields = [b"Host: events.example", b"Connection: close", *headers]
    if body:
        fields.append(b"Content-Length: %d" % len(body))
    head = b"\r\n".join([line + b" HTTP/1.1", *fields, b"", b""])
    return (await send_raw(url, head + body))[-1]


def _answers(received: bytes) -> list[Answer]:
    answers = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status, *fields = head.decode("latin-1").split("\r\n")
        pairs = [(name, value.strip()) for name, _, value in (f.partition(":") for f in fields)]
        headers: CIMultiDict[str] = CIMultiDict(pairs)
        length = int(headers.get("Content-Length", "0"))
        answers.append(Answer(int(status.split()[1]), CIMultiDictProxy(headers), rest[:length]))
        received = rest[length:]
    return answers


def as_json(value: object) -> bytes:
    """The value as the body of a request."""
    return msgspec.json.encode(value)
