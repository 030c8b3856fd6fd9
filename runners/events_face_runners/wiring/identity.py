"""What proves who somebody is: keys, password threads, and another issuer if there is one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from attrs import frozen

from events_face_adapters.identity import (
    HashedPasswords,
    IssuerKeys,
    JwtAccessTokens,
    OidcTokens,
    SigningKey,
    load_signing_key,
    load_verification_keys,
    make_signing_key,
)
from events_face_adapters.resilience import Guard
from events_face_core.kernel import Clock
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.settings import Settings

_ISSUER_CONCURRENCY = 2


@frozen(kw_only=True)
class Identity:
    """The adapters behind accounts.

    Attributes:
        issuer_guard: stands before the other issuer, if there is one.
    """

    passwords: HashedPasswords
    access_tokens: JwtAccessTokens
    issuer_guard: Guard | None


@asynccontextmanager
async def open_identity(
    settings: Settings, *, clock: Clock, metrics: Metrics
) -> AsyncIterator[Identity]:
    """Open them; leaving the block closes them."""
    passwords = HashedPasswords()
    # The guard's deadline bounds each call; the session must not cut in before it.
    async with ClientSession(
        timeout=ClientTimeout(total=None), cookie_jar=DummyCookieJar()
    ) as session:
        guard = _issuer_guard(settings, metrics)
        foreign = None
        if guard is not None:
            keys = IssuerKeys(
                issuer=settings.auth_oidc_issuer, session=session, guard=guard, clock=clock
            )
            foreign = OidcTokens(keys=keys, audience=settings.auth_oidc_audience)
        tokens = JwtAccessTokens(
            get_key=partial(_signing_key, settings),
            issuer=settings.auth_issuer,
            get_more_keys=partial(load_verification_keys, settings.auth_verification_keys),
            foreign=foreign,
        )
        try:
            yield Identity(passwords=passwords, access_tokens=tokens, issuer_guard=guard)
        finally:
            passwords.close()


def _issuer_guard(settings: Settings, metrics: Metrics) -> Guard | None:
    if not settings.auth_oidc_issuer:
        return None
    return make_guard(
        "identity-provider",
        settings=settings,
        metrics=metrics,
        timeout=settings.provider_timeout,
        concurrency=_ISSUER_CONCURRENCY,
    )


def _signing_key(settings: Settings) -> SigningKey:
    """Return the key, or a new one for this process alone: its tokens end with it."""
    if settings.auth_signing_key:
        return load_signing_key(settings.auth_signing_key)
    return make_signing_key()
