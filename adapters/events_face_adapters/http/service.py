"""One outside service: sends requests, reads answers, translates what goes wrong between."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ConnectionTimeoutError,
)
from attrs import field, frozen
from yarl import URL

from events_face_adapters.http.answer import HttpAnswer
from events_face_adapters.http.retry_after import retry_after
from events_face_core.kernel import Clock, DependencyUnavailableError

LONGEST_SHORT_ANSWER = 64 * 1024
_CHUNK = 64 * 1024


@frozen(kw_only=True)
class HttpRequest:
    """What is sent.

    Attributes:
        path: from the service's base URL on, beginning with a slash, percent-encoded.
        query: percent-encoded, without the question mark.
        body: JSON, if any.
        longest_answer: how many bytes of a successful answer are read; of any other, 64 KiB.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    longest_answer: int = LONGEST_SHORT_ANSWER


def _base_url(value: str | URL) -> URL:
    url = URL(value)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"{value!s} is not an absolute http or https URL")
    if url.user is not None or url.password is not None:
        raise ValueError("a service's URL must not hold credentials: they belong to the token")
    if url.query_string or url.fragment:
        raise ValueError(f"{value!s} must not hold a query or a fragment")
    return url


@frozen(kw_only=True)
class HttpService:
    """A service at a base URL, called over a session that somebody else opens and closes.

    Attributes:
        name: for messages and logs, such as ``provider``.
        session: its timeouts hold for each call.
        base_url: http or https, maybe with a path prefix. The requests go there and nowhere
            else: redirects are answers, and are not followed.
        clock: to read a ``Retry-After`` that is a date.

    Raises:
        ValueError: the base URL is not one.
    """

    name: str
    session: ClientSession
    base_url: URL = field(converter=_base_url)
    clock: Clock

    async def call(self, request: HttpRequest) -> HttpAnswer:
        """Send a request and return the answer, whatever its status.

        Raises:
            DependencyUnavailableError: there is no connection (``reached`` is false), or no
                whole answer came (``reached`` is true).
        """
        try:
            async with self.session.request(
                request.method,
                self._url(request),
                headers=_headers(request),
                data=request.body,
                allow_redirects=False,
                raise_for_status=False,
            ) as response:
                return await self._read(response, request.longest_answer)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise self._unavailable("no connection", error, reached=False) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise self._unavailable("no whole answer", error, reached=True) from error

    def _url(self, request: HttpRequest) -> URL:
        # Everything is encoded by now; encoding it again, or resolving dots, would change it.
        return URL.build(
            scheme=self.base_url.scheme,
            authority=self.base_url.raw_authority,
            path=self.base_url.raw_path.rstrip("/") + request.path,
            query_string=request.query,
            encoded=True,
        )

    async def _read(self, response: ClientResponse, longest: int) -> HttpAnswer:
        limit = longest if response.ok else LONGEST_SHORT_ANSWER
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > limit:
                response.close()
                break
        return HttpAnswer(
            service=self.name,
            status=response.status,
            body=bytes(body[:limit]),
            cut_short=len(body) > limit,
            retry_after=retry_after(response.headers.get("Retry-After"), self.clock.now()),
        )

    def _unavailable(
        self, what: str, error: Exception, *, reached: bool
    ) -> DependencyUnavailableError:
        why = str(error) or type(error).__name__
        return DependencyUnavailableError(f"{self.name}: {what} ({why})", reached=reached)


def _headers(request: HttpRequest) -> dict[str, str]:
    content = {} if request.body is None else {"Content-Type": "application/json"}
    return {"Accept": "application/json", **content, **request.headers}
