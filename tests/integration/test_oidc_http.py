"""Tokens of another issuer, verified by the keys that it publishes (OpenID Connect)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import define, field

from events_face_adapters.identity import SigningKey, load_signing_key, make_signing_key
from events_face_core.kernel import Role
from events_face_runners.simulator import Simulator
from support.keys import SIGNING_KEY
from support.making import SetClock, quick_settings
from support.people import a_person
from support.problems import problem
from support.service import Answer, Service, running_service

AUDIENCE = "events"


@define
class Issuer:
    """A realm of Keycloak, as far as we see it.

    Attributes:
        asked: how often its keys were asked for.
        status: what it answers when it is in trouble.
        called: what it calls itself, where that is not what it is.
    """

    key: SigningKey = field(factory=make_signing_key)
    asked: int = 0
    status: int = 200
    called: str = ""
    url: str = ""

    async def discovery(self, _: web.Request) -> web.Response:
        document = {"issuer": self.called or self.url, "jwks_uri": f"{self.url}/certs?v=1"}
        return web.json_response(document, status=self.status)

    async def keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        others = [
            {"kty": "oct", "k": "AAAA"},
            {**self.key.verification.jwk, "kid": "x", "use": "enc"},
        ]
        return web.json_response({"keys": [*others, self.key.verification.jwk]}, status=self.status)

    def token(self, *, key: SigningKey | None = None, **changes: Any) -> str:  # noqa: ANN401  # claims
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.url,
            "aud": ["account", AUDIENCE],
            "sub": "anna-at-home",
            "iat": now,
            "exp": now + 60,
            "email": "anna@example.com",
            "email_verified": True,
            "name": "Анна",
            "realm_access": {"roles": ["offline_access", "organizer"]},
            **changes,
        }
        key = key or self.key
        claims = {name: value for name, value in claims.items() if value is not None}
        told = key.verification
        return jwt.encode(claims, key.private, algorithm=told.algorithm, headers={"kid": told.kid})


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    app = web.Application()
    app.router.add_get("/realms/x/.well-known/openid-configuration", issuer.discovery)
    app.router.add_get("/realms/x/certs", issuer.keys)
    async with TestServer(app) as server:
        issuer.url = str(server.make_url("/realms/x"))
        yield issuer


@pytest.fixture
async def trusting(tmp_path: Path, simulator: Simulator, issuer: Issuer) -> AsyncIterator[Service]:
    """A service that trusts the issuer."""
    settings = quick_settings(
        tmp_path, simulator, auth_oidc_issuer=issuer.url, auth_oidc_audience=AUDIENCE
    )
    async with running_service(settings, background=False) as service:
        yield service


async def _me(service: Service, token: str) -> Answer:
    return await service.get("/api/me", authorization=f"Bearer {token}")


async def test_whoever_the_issuer_vouches_for_has_an_account(
    trusting: Service, issuer: Issuer
) -> None:
    first, again = [await _me(trusting, issuer.token()) for _ in range(2)]

    account = first.json()
    assert (first.status, again.json()) == (200, account)
    assert (account["email"], account["display_name"]) == ("anna@example.com", "Анна")
    assert account["role"] == "organizer"
    assert issuer.asked == 1


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"realm_access": {"roles": ["admin", "organizer"]}}, "admin"),
        ({"realm_access": None, "roles": ["admin"]}, "admin"),
        ({"realm_access": {"roles": ["organiser"]}}, "organizer"),
        ({"realm_access": {}, "roles": ["Admin", "root"]}, "user"),
        ({"realm_access": None}, "user"),
    ],
)
async def test_the_roles_of_the_issuer_are_those_here(
    trusting: Service, issuer: Issuer, claims: dict[str, Any], role: str
) -> None:
    assert (await _me(trusting, issuer.token(**claims))).json()["role"] == role


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email": None}, {"email": "no address"}]
)
async def test_an_email_that_is_not_proved_is_not_taken_over(
    trusting: Service, issuer: Issuer, claims: dict[str, Any]
) -> None:
    assert (await _me(trusting, issuer.token(**claims))).json()["email"] == ""


async def test_the_same_email_here_stays_another_account(trusting: Service, issuer: Issuer) -> None:
    person = await a_person(trusting, email="anna@example.com")

    account = (await _me(trusting, issuer.token())).json()

    assert account["id"] != person.id
    assert (await _me(trusting, person.access_token)).json()["id"] == person.id


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"sub": ""},
        {"sub": "a\x00"},
        {"sub": None},
        {"iss": "https://elsewhere.example"},
        {"iss": "events-face"},
        {"nbf": 99999999999},
        {"realm_access": {"roles": "admin"}},
    ],
)
async def test_a_token_that_is_not_for_us_or_not_now_is_refused(
    trusting: Service, issuer: Issuer, claims: dict[str, Any]
) -> None:
    problem(await _me(trusting, issuer.token(**claims)), 401, "unauthenticated")


async def test_a_token_that_another_key_signed_is_refused(
    trusting: Service, issuer: Issuer
) -> None:
    thief = make_signing_key()
    said = jwt.decode(issuer.token(), options={"verify_signature": False})
    kid = {"kid": issuer.key.verification.kid}
    forged = [
        issuer.token(key=thief),
        jwt.encode(said, thief.private, algorithm="EdDSA", headers=kid),
        jwt.encode(said, "", algorithm="none", headers=kid),
        jwt.encode(said, issuer.key.verification.jwk["x"], algorithm="HS256", headers=kid),
        issuer.token(key=load_signing_key(SIGNING_KEY)),
    ]

    answers = [await _me(trusting, token) for token in forged]

    assert [answer.status for answer in answers] == [401] * len(forged)


async def test_whoever_is_blocked_here_is_out_whoever_vouches(
    trusting: Service, issuer: Issuer
) -> None:
    account = (await _me(trusting, issuer.token())).json()
    admin = await a_person(trusting, Role.ADMIN)

    await trusting.call(
        "PATCH",
        f"/api/admin/users/{account['id']}",
        json={"blocked": True},
        headers=admin.headers,
    )

    problem(await _me(trusting, issuer.token()), 401, "unauthenticated")


async def test_the_keys_are_asked_for_once_for_all_who_wait(
    trusting: Service, issuer: Issuer
) -> None:
    answers = await asyncio.gather(*(_me(trusting, issuer.token()) for _ in range(10)))

    assert {answer.status for answer in answers} == {200}
    assert issuer.asked == 1


async def test_an_unknown_key_is_not_asked_for_again_and_again(
    trusting: Service, issuer: Issuer
) -> None:
    await _me(trusting, issuer.token())

    for _ in range(5):
        await _me(trusting, issuer.token(key=make_signing_key()))

    assert issuer.asked == 1


async def test_while_the_issuer_is_in_trouble_its_tokens_wait_and_ours_do_not(
    trusting: Service, issuer: Issuer
) -> None:
    issuer.status = 500
    person = await a_person(trusting)

    problem(await _me(trusting, issuer.token()), 503, "dependency-unavailable")
    assert (await _me(trusting, person.access_token)).status == 200
    assert "identity-provider" in (await trusting.get("/health/ready")).json()["dependencies"]


async def test_known_keys_go_on_while_the_issuer_is_in_trouble(
    trusting: Service, issuer: Issuer
) -> None:
    await _me(trusting, issuer.token())
    issuer.status = 500

    assert (await _me(trusting, issuer.token(sub="boris"))).status == 200


async def test_an_issuer_that_calls_itself_otherwise_is_not_trusted(
    trusting: Service, issuer: Issuer
) -> None:
    issuer.called = "https://elsewhere.example"

    assert (await _me(trusting, issuer.token())).status == 503


async def test_its_clock_may_be_half_a_minute_off(
    tmp_path: Path, simulator: Simulator, issuer: Issuer
) -> None:
    settings = quick_settings(
        tmp_path, simulator, auth_oidc_issuer=issuer.url, auth_oidc_audience=AUDIENCE
    )
    now = int(datetime.now(UTC).timestamp())
    token = issuer.token(exp=now)
    clock = SetClock(datetime.fromtimestamp(now + 29, UTC))
    async with running_service(settings, clock=clock, background=False) as service:
        early = await _me(service, token)
        clock.time = datetime.fromtimestamp(now + 30, UTC)
        late = await _me(service, token)

    assert (early.status, late.status) == (200, 401)
