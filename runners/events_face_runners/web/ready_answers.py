"""Answers as ready bytes: encoded, tagged and compressed once, sent many times."""

import gzip
from collections.abc import Mapping
from hashlib import blake2b

from aiohttp import web
from attrs import frozen

_SMALLEST_COMPRESSED = 512


@frozen(kw_only=True)
class ReadyAnswer:
    """A body with everything that can be said of it beforehand.

    Attributes:
        etag: weak (RFC 9110, 8.8.1): the same for the plain and the compressed body.
        compressed: the body in gzip, where that is worth while.
    """

    body: bytes
    etag: str
    compressed: bytes | None
    headers: Mapping[str, str]
    compressed_headers: Mapping[str, str]

    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        return len(self.body) + len(self.compressed or b"") + 1000


def ready(body: bytes, cache_control: str) -> ReadyAnswer:
    """Make an answer of a JSON body."""
    etag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "ETag": etag,
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
    }
    worth = len(body) >= _SMALLEST_COMPRESSED
    return ReadyAnswer(
        body=body,
        etag=etag,
        compressed=gzip.compress(body, compresslevel=6, mtime=0) if worth else None,
        headers=headers,
        compressed_headers={**headers, "Content-Encoding": "gzip"},
    )


def answer(request: web.Request, made: ReadyAnswer) -> web.Response:
    """Return the response: 304 where the client has it, compressed where it may be."""
    match = request.headers.get("If-None-Match")
    if match is not None and _matches(match, made.etag):
        return web.Response(status=304, headers=made.headers)
    if made.compressed is not None and _takes_gzip(request.headers.get("Accept-Encoding", "")):
        return web.Response(body=made.compressed, headers=made.compressed_headers)
    return web.Response(body=made.body, headers=made.headers)


def _matches(header: str, etag: str) -> bool:
    """Compare weakly (RFC 9110, 13.1.2)."""
    opaque = etag.removeprefix("W/")
    candidates = (candidate.strip().removeprefix("W/") for candidate in header.split(","))
    return header.strip() == "*" or opaque in candidates


def _takes_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "").rstrip("0").rstrip(".") != "q="
    return False
