"""Representations: bodies with their headers as bytes, and the response that sends them."""

from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from time import time

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from attrs import field, frozen
from multidict import CIMultiDict

# The address of a registration is a secret: no site that a page leads to shall see it. What has
# no page of its own loads nothing and stands in no frame; a page says itself what it needs. HSTS
# is left to whoever ends TLS and knows the whole domain: over plain HTTP it means nothing.
COMMON_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Server": "events-face",
}
"""What every answer carries, unless it says something else of its own."""


@frozen
class Representation:
    """A body in one coding, with everything that can be said of it beforehand.

    Attributes:
        head: the status line and the headers as bytes, but for those of the one request.
    """

    headers: CIMultiDict[str]
    body: bytes
    head: bytes = field(init=False)

    @head.default
    def _rendered(self) -> bytes:
        headers = {**self.headers, **COMMON_HEADERS, "Content-Length": str(len(self.body))}
        lines = (f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 200 OK\r\n{''.join(lines)}".encode()


class ReadyResponse(web.StreamResponse):
    """A representation, sent as the bytes that it is: nothing is serialised for each request.

    Only in answer to a GET over HTTP/1.1 on a connection that stays open: what others need
    aiohttp's own response knows better.

    Attributes:
        more: header lines of this one answer, each with its end.
    """

    def __init__(self, representation: Representation) -> None:
        super().__init__()
        self.request_id = ""
        self.more = ""
        self._representation = representation
        self._writer: AbstractStreamWriter | None = None

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send everything, once."""
        if self._writer is None:
            self._writer = request.writer
            own = f"{_date(int(time()))}X-Request-ID: {self.request_id}\r\n{self.more}\r\n"
            made = self._representation
            await self._writer.write(b"".join((made.head, own.encode(), made.body)))
        return self._writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002  # all was sent already
        """Wait until a client that reads slowly has taken enough of it."""
        if self._writer is not None:
            await self._writer.drain()


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return f"Date: {formatdate(second, usegmt=True)}\r\n"
