"""The public keys of another issuer: found by discovery, kept, and fetched again when needed."""

import asyncio
from time import monotonic
from typing import TypeVar

import jwt
import msgspec
from aiohttp import ClientSession
from attrs import define, field
from yarl import URL

from events_face_adapters.http import HttpRequest, HttpService, NotJsonError, WrongShapeError
from events_face_adapters.http import decode_json as decode
from events_face_adapters.resilience import Guard
from events_face_core.kernel import Clock, DependencyUnavailableError

T = TypeVar("T")

_DISCOVERY = "/.well-known/openid-configuration"
_LONGEST_ANSWER = 256 * 1024
_KEEP_SECONDS = 600.0
_PAUSE_SECONDS = 10.0
_KINDS = ("RSA", "EC", "OKP")


class _Discovery(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, object]]


@define(kw_only=True)
class IssuerKeys:
    """The keys of an issuer (OpenID Connect Discovery 1.0).

    They are kept for ten minutes, and longer while the issuer cannot be reached: it is asked
    once for all who wait, through a guard, and for an unknown key at most every ten seconds.

    Attributes:
        issuer: its URL, as its tokens name it.
    """

    issuer: str
    session: ClientSession
    guard: Guard
    clock: Clock
    _keys: dict[str, jwt.PyJWK] = field(factory=dict, init=False)
    _fetched: float | None = field(default=None, init=False)
    _tried: float | None = field(default=None, init=False)
    _turn: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """Return a key; without a name, the only one.

        Raises:
            DependencyUnavailableError: it is not known here, and the issuer cannot be asked.
        """
        found = self._known(kid)
        if found is not None and not self._older(self._fetched, _KEEP_SECONDS):
            return found
        async with self._turn:
            found = self._known(kid)
            if self._wanted(found):
                await self._fetch_for(found)
        return self._known(kid)

    def _known(self, kid: str) -> jwt.PyJWK | None:
        if not kid and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)

    def _wanted(self, found: jwt.PyJWK | None) -> bool:
        """Whether to ask again, after waiting for whoever asked before us."""
        stale = self._older(self._fetched, _KEEP_SECONDS)
        return (found is None or stale) and self._older(self._tried, _PAUSE_SECONDS)

    async def _fetch_for(self, found: jwt.PyJWK | None) -> None:
        try:
            self._keys = await self.guard.call(self._fetch)
            self._fetched = self._tried = monotonic()
        except DependencyUnavailableError:
            # The guard's circuit says when to try again.
            if found is None:
                raise

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        discovery = await self._get(self.issuer.rstrip("/"), _DISCOVERY, _Discovery)
        if discovery.issuer != self.issuer:
            raise self._unavailable(f"it calls itself {discovery.issuer!r}")
        written = await self._get(discovery.jwks_uri, "", _Keys)
        keys: dict[str, jwt.PyJWK] = {}
        for one in written.keys:
            if one.get("kty") not in _KINDS or one.get("use", "sig") != "sig":
                continue
            try:
                keys[str(one.get("kid", ""))] = jwt.PyJWK(one)
            except jwt.PyJWTError:
                continue  # of a kind that we cannot read; others may do
        return keys

    async def _get(self, url: str, path: str, shape: type[T]) -> T:
        try:
            base = URL(url)
            service = HttpService(
                name="identity provider",
                session=self.session,
                base_url=base.with_query(None),
                clock=self.clock,
            )
        except ValueError as error:
            raise self._unavailable(f"{url!r} is no address of its keys") from error
        request = HttpRequest(
            method="GET", path=path, query=base.raw_query_string, longest_answer=_LONGEST_ANSWER
        )
        answer = await service.call(request)
        answer.raise_if_busy()
        if not answer.ok:
            raise answer.unavailable(reached=True)
        try:
            return decode(answer.body, shape)
        except (NotJsonError, WrongShapeError) as error:
            raise self._unavailable(str(error)) from error

    def _unavailable(self, why: str) -> DependencyUnavailableError:
        return DependencyUnavailableError(f"identity provider: {why}", reached=True)

    @staticmethod
    def _older(moment: float | None, seconds: float) -> bool:
        return moment is None or monotonic() - moment >= seconds
