"""Answers as ready bytes: encoded, tagged and compressed once, sent many times."""

import gzip
from functools import lru_cache
from hashlib import blake2b

from aiohttp import HttpVersion11, web
from attrs import frozen
from multidict import CIMultiDict

from events_face_runners.web.reading import read_weight
from events_face_runners.web.representations import ReadyResponse, Representation

_SMALLEST_COMPRESSED = 512


@frozen(kw_only=True)
class ReadyAnswer:
    """An answer that is made once and sent many times.

    Attributes:
        etag: weak (RFC 9110, 8.8.1): the same for the plain and the compressed body.
        compressed: in gzip, where that is worth while.
    """

    etag: str
    plain: Representation
    compressed: Representation | None

    def weight(self) -> int:
        """Return about how many bytes of memory it takes."""
        compressed = b"" if self.compressed is None else self.compressed.body
        return len(self.plain.body) + len(compressed) + 2000


def cache_control(ttl: float) -> str:
    """Return what clients are told: they may keep an answer as long as we do, in seconds."""
    return f"public, max-age={int(ttl)}"


def ready(body: bytes, cache_control: str, *, tag: str = "") -> ReadyAnswer:
    """Make an answer of a JSON body.

    Args:
        body: the body.
        cache_control: what clients are told of keeping it.
        tag: what the ETag begins with.
    """
    worth = len(body) >= _SMALLEST_COMPRESSED
    compressed = gzip.compress(body, compresslevel=6, mtime=0) if worth else None
    return ready_again(body, compressed, cache_control, tag=tag)


def ready_again(
    body: bytes, compressed: bytes | None, cache_control: str, *, tag: str = ""
) -> ReadyAnswer:
    """Make an answer of a JSON body that was compressed before, where that was worth while."""
    etag = f'W/"{tag}{blake2b(body, digest_size=12).hexdigest()}"'
    headers = CIMultiDict[str](
        {
            "Content-Type": "application/json; charset=utf-8",
            "ETag": etag,
            "Cache-Control": cache_control,
            "Vary": "Accept-Encoding",
        }
    )
    made = None
    if compressed is not None:
        made = Representation(CIMultiDict[str](headers, **{"Content-Encoding": "gzip"}), compressed)
    return ReadyAnswer(etag=etag, plain=Representation(headers, body), compressed=made)


def answer(request: web.Request, made: ReadyAnswer) -> web.StreamResponse:
    """Return the response: 304 where the client has it, compressed where it may be."""
    match = request.headers.getall("If-None-Match", None)
    if match is not None and _matches(",".join(match), made.etag):
        return web.Response(status=304, headers=CIMultiDict(made.plain.headers))
    chosen = made.plain
    codings = request.headers.getall("Accept-Encoding", ())
    if made.compressed is not None and _takes_gzip(",".join(codings)):
        chosen = made.compressed
    if request.method == "GET" and request.version == HttpVersion11 and request.keep_alive:
        return ReadyResponse(chosen)
    return web.Response(body=chosen.body, headers=CIMultiDict(chosen.headers))


def _matches(header: str, etag: str) -> bool:
    """Compare weakly (RFC 9110, 13.1.2)."""
    opaque = etag.removeprefix("W/")
    candidates = (candidate.strip().removeprefix("W/") for candidate in header.split(","))
    return header.strip() == "*" or opaque in candidates


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    """Tell whether a client that accepts these codings takes gzip (RFC 9110, 12.5.3)."""
    codings = (part.partition(";") for part in header.lower().split(","))
    weights = {coding.strip(): read_weight(weight) for coding, _, weight in codings}
    return weights.get("gzip", weights.get("*", 0.0)) > 0
