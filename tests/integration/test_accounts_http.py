"""Accounts over HTTP (accounts-and-ticketing, "Accounts")."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events_face_adapters.identity import load_signing_key
from events_face_core.kernel import Role
from events_face_runners.simulator import Simulator
from support.keys import SIGNING_KEY
from support.making import SetClock, quick_settings
from support.people import PASSWORD, ROLES, a_person, one_of_each, signed_in
from support.problems import problem
from support.service import Answer, Service, running_service
from support.waiting import until

OTHER = "another very long passphrase"
ANNA = {"email": "Anna@Example.com", "password": PASSWORD}
PRIVATE_KEY = load_signing_key(SIGNING_KEY).private
GUARDED = [
    ("POST", "/api/auth/logout-everywhere", None),
    ("GET", "/api/me", None),
    ("PATCH", "/api/me", {"language": "en"}),
    ("DELETE", "/api/me", None),
    ("POST", "/api/me/password", {"current_password": PASSWORD, "new_password": OTHER}),
    ("GET", "/api/me/sessions", None),
    ("DELETE", "/api/me/sessions/x", None),
    ("GET", "/api/admin/users", None),
    ("PATCH", "/api/admin/users/x", {"blocked": True}),
]


@pytest.fixture
async def timed(tmp_path: Path, simulator: Simulator) -> AsyncIterator[tuple[Service, SetClock]]:
    """A service whose clock the test sets."""
    clock = SetClock(datetime.now(UTC))
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, clock=clock, background=False) as service:
        yield service, clock


async def _post(service: Service, path: str, body: object, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await service.call("POST", path, json=body, headers=named)


async def _login(service: Service, **body: str) -> Answer:
    return await _post(service, "/api/auth/login", {**ANNA, **body})


async def _refresh(service: Service, token: str) -> Answer:
    return await _post(service, "/api/auth/refresh", {"refresh_token": token})


async def _register(service: Service, **body: object) -> Answer:
    return await _post(service, "/api/auth/register", {**ANNA, **body})


async def _pair(service: Service) -> dict[str, Any]:
    answer = await _login(service)
    assert answer.status == 200, answer
    pair: dict[str, Any] = answer.json()
    return pair


async def _me(service: Service, token: str) -> Answer:
    return await service.get("/api/me", authorization=f"Bearer {token}")


# Signing up


async def test_whoever_signs_up_is_a_user(still_service: Service) -> None:
    answer = await _register(still_service, display_name="Анна", language="en")

    account = answer.json()
    assert answer.status == 201
    assert account["email"] == "Anna@Example.com"
    assert (account["display_name"], account["role"]) == ("Анна", "user")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "password" not in answer.body.decode()


async def test_an_email_is_taken_whatever_its_case(still_service: Service) -> None:
    await _register(still_service)

    answer = await _register(still_service, email="ANNA@example.com")

    problem(answer, 409, "email-taken")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "anna"),
        ("email", ""),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "password1234"),
        ("password", "123456789012"),
        ("password", "qwertyuiop12"),
        ("password", "aaaaaaaaaaaaaaaaaa"),
        ("password", "anna@example.com"),
        ("display_name", "a" * 101),
        ("display_name", " "),
        ("language", "fr"),
        ("role", "admin"),
    ],
)
async def test_a_field_that_breaks_its_rule_is_named(
    still_service: Service, field: str, value: str
) -> None:
    answer = await _register(still_service, **{field: value})

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert [error["field"] for error in errors] == [field]


async def test_signing_up_twice_with_one_key_is_signing_up_once(still_service: Service) -> None:
    first, again = [
        await _post(still_service, "/api/auth/register", ANNA, Idempotency_Key="k")
        for _ in range(2)
    ]

    assert (first.status, again.status) == (201, 201)
    assert first.json() == again.json()


@pytest.mark.parametrize("change", [{"password": OTHER}, {"email": "other@example.com"}])
async def test_the_same_key_with_another_body_is_refused(
    still_service: Service, change: dict[str, str]
) -> None:
    await _post(still_service, "/api/auth/register", ANNA, Idempotency_Key="k")

    answer = await _post(
        still_service, "/api/auth/register", {**ANNA, **change}, Idempotency_Key="k"
    )

    problem(answer, 422, "idempotency-key-reused")


async def test_of_many_sign_ups_at_once_with_one_email_one_succeeds(
    still_service: Service,
) -> None:
    answers = await asyncio.gather(*(_register(still_service) for _ in range(8)))

    assert sorted(answer.status for answer in answers) == [201, *[409] * 7]


# Signing in


async def test_whoever_signs_in_is_given_a_pair_of_tokens(still_service: Service) -> None:
    await _register(still_service)

    answer = await _login(still_service, email="anna@EXAMPLE.com")

    pair = answer.json()
    assert answer.status == 200
    assert set(pair) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await _me(still_service, pair["access_token"])).json()["email"] == "Anna@Example.com"


async def test_an_unknown_email_and_a_wrong_password_are_answered_alike(
    still_service: Service,
) -> None:
    await _register(still_service)

    wrong = await _login(still_service, password=OTHER)
    unknown = await _login(still_service, email="nobody@example.com")

    assert problem(wrong, 401, "invalid-credentials") == problem(
        unknown, 401, "invalid-credentials"
    )
    assert wrong.headers["WWW-Authenticate"] == unknown.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "body"), GUARDED)
async def test_a_guest_is_asked_to_sign_in(
    still_service: Service, method: str, path: str, body: object
) -> None:
    answer = await still_service.call(method, path, json=body)

    problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "body"), GUARDED[-2:])
@pytest.mark.parametrize("role", ROLES[:2])
async def test_an_admins_path_is_forbidden_to_others(
    still_service: Service, method: str, path: str, body: object, role: Role
) -> None:
    person = await a_person(still_service, role)

    answer = await still_service.call(method, path, json=body, headers=person.headers)

    problem(answer, 403, "forbidden")


# Access tokens


async def test_an_access_token_is_verified_with_the_published_key(still_service: Service) -> None:
    person = await a_person(still_service, Role.ORGANIZER)
    (published,) = (await still_service.get("/.well-known/jwks.json")).json()["keys"]

    key = jwt.PyJWK(published)
    claims = jwt.decode(
        person.access_token,
        key,
        algorithms=["EdDSA"],
        audience="events-face",
        issuer="events-face",
    )

    assert jwt.get_unverified_header(person.access_token)["kid"] == published["kid"]
    assert (claims["sub"], claims["role"]) == (person.id, "organizer")
    assert claims["exp"] - claims["iat"] == 900
    assert "d" not in published


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"exp": 1},
        {"exp": None},
        {"iss": None},
        {"aud": None},
        {"sub": "somebody"},
        {"sid": "somebody"},
        {"sid": None},
        {"exp": "soon"},
        {"nbf": 99999999999},
    ],
)
async def test_a_token_of_ours_that_says_something_else_is_refused(
    still_service: Service, changes: dict[str, object]
) -> None:
    person = await a_person(still_service)
    said = jwt.decode(person.access_token, options={"verify_signature": False})
    claims = {name: value for name, value in {**said, **changes}.items() if value is not None}

    forged = jwt.encode(claims, PRIVATE_KEY, algorithm="EdDSA")

    problem(await _me(still_service, forged), 401, "unauthenticated")


async def test_a_token_that_another_key_signed_is_refused(still_service: Service) -> None:
    person = await a_person(still_service)
    said = jwt.decode(person.access_token, options={"verify_signature": False})
    public = (await still_service.get("/.well-known/jwks.json")).body
    forged = [
        jwt.encode(said, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(said, "", algorithm="none"),
        jwt.encode(said, public * 2, algorithm="HS256"),
        person.access_token.rpartition(".")[0] + ".",
        person.access_token[:-4] + "AAAA",
    ]

    answers = [await _me(still_service, token) for token in forged]

    assert [answer.status for answer in answers] == [401] * len(forged)


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer  ", "x", "Bearer x", "Bearer a.b.c", "Bearer ё.е.ж"]
)
async def test_credentials_that_are_none_are_refused(still_service: Service, header: str) -> None:
    answer = await still_service.get("/api/me", authorization=header)

    problem(answer, 401, "unauthenticated")


async def test_an_access_token_ends(timed: tuple[Service, SetClock]) -> None:
    service, clock = timed
    person = await a_person(service)
    clock.time += timedelta(minutes=15)

    answer = await service.call("GET", "/api/me", headers=person.headers)

    problem(answer, 401, "unauthenticated")


# Refreshing


async def test_a_refresh_token_is_exchanged_for_the_next_pair(still_service: Service) -> None:
    person = await a_person(still_service)

    pair = (await _refresh(still_service, person.refresh_token)).json()

    assert pair["refresh_token"] != person.refresh_token
    assert (await _me(still_service, pair["access_token"])).status == 200


async def test_a_token_sent_twice_in_ten_seconds_gives_the_same_next_token(
    still_service: Service,
) -> None:
    person = await a_person(still_service)

    answers = await asyncio.gather(
        *(_refresh(still_service, person.refresh_token) for _ in range(8))
    )

    assert {answer.status for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_two_processes_that_exchange_one_token_do_not_fork_its_family(
    tmp_path: Path, simulator: Simulator, database: str
) -> None:
    settings = quick_settings(tmp_path, simulator, database_url=database)
    async with (
        running_service(settings, background=False) as one,
        running_service(settings, background=False) as other,
    ):
        token = (await a_person(one)).refresh_token
        for _ in range(5):
            answers = await asyncio.gather(*(_refresh(one, token), _refresh(other, token)) * 2)
            tokens = {answer.json()["refresh_token"] for answer in answers}
            assert len(tokens) == 1
            (token,) = tokens


async def test_a_token_that_comes_back_later_ends_its_family(
    timed: tuple[Service, SetClock],
) -> None:
    service, clock = timed
    person = await a_person(service)
    pair = (await _refresh(service, person.refresh_token)).json()
    clock.time += timedelta(seconds=10)

    reused = await _refresh(service, person.refresh_token)
    good = await _refresh(service, pair["refresh_token"])

    problem(reused, 401, "token-reused")
    problem(good, 401, "invalid-refresh-token")
    problem(await _me(service, pair["access_token"]), 401, "unauthenticated")


async def test_an_older_token_ends_its_family_at_once(still_service: Service) -> None:
    person = await a_person(still_service)
    second = (await _refresh(still_service, person.refresh_token)).json()["refresh_token"]
    await _refresh(still_service, second)

    problem(await _refresh(still_service, person.refresh_token), 401, "token-reused")


async def test_another_family_of_the_same_person_lives_on(timed: tuple[Service, SetClock]) -> None:
    service, clock = timed
    person = await a_person(service)
    other = await signed_in(service, person.id, person.email, person.role)
    await _refresh(service, person.refresh_token)
    clock.time += timedelta(seconds=11)
    await _refresh(service, person.refresh_token)

    assert (await _refresh(service, other.refresh_token)).status == 200


@pytest.mark.parametrize("token", ["x", "a.b.c", "ё.е.ж", "..", "a" * 500])
async def test_a_made_up_refresh_token_is_refused(still_service: Service, token: str) -> None:
    problem(await _refresh(still_service, token), 401, "invalid-refresh-token")


async def test_a_made_up_token_does_no_harm_to_a_session(still_service: Service) -> None:
    person = await a_person(still_service)
    session_id = person.refresh_token.partition(".")[0]
    await _refresh(still_service, f"{session_id}.made.up")

    assert (await _refresh(still_service, person.refresh_token)).status == 200


async def test_a_refresh_token_ends(timed: tuple[Service, SetClock]) -> None:
    service, clock = timed
    person = await a_person(service)
    clock.time += timedelta(days=30)

    problem(await _refresh(service, person.refresh_token), 401, "invalid-refresh-token")


# Signing out


async def test_whoever_signs_out_is_out(still_service: Service) -> None:
    person = await a_person(still_service)
    body = {"refresh_token": person.refresh_token}

    answers = [await _post(still_service, "/api/auth/logout", body) for _ in range(2)]

    assert [answer.status for answer in answers] == [204, 204]
    assert (await _refresh(still_service, person.refresh_token)).status == 401
    assert (await _me(still_service, person.access_token)).status == 401


async def test_signing_out_everywhere_ends_every_session(still_service: Service) -> None:
    person = await a_person(still_service)
    other = await signed_in(still_service, person.id, person.email, person.role)

    answer = await _post(still_service, "/api/auth/logout-everywhere", None, **person.headers)

    assert answer.status == 204
    assert (await _refresh(still_service, other.refresh_token)).status == 401
    assert (await _me(still_service, person.access_token)).status == 401


async def test_ones_sessions_are_listed_and_ended(still_service: Service) -> None:
    person = await a_person(still_service)
    other = await signed_in(still_service, person.id, person.email, person.role)
    get = await still_service.call("GET", "/api/me/sessions", headers=person.headers)
    sessions = get.json()["results"]
    (elsewhere,) = [session for session in sessions if not session["current"]]

    path = f"/api/me/sessions/{elsewhere['id']}"
    answers = [await still_service.call("DELETE", path, headers=person.headers) for _ in range(2)]

    assert len(sessions) == 2
    assert [answer.status for answer in answers] == [204, 404]
    assert (await _me(still_service, other.access_token)).status == 401
    assert (await _me(still_service, person.access_token)).status == 200


async def test_somebody_elses_session_is_not_found(still_service: Service) -> None:
    person, stranger = await a_person(still_service), await a_person(still_service, Role.ADMIN)
    session_id = person.refresh_token.partition(".")[0]

    answer = await still_service.call(
        "DELETE", f"/api/me/sessions/{session_id}", headers=stranger.headers
    )

    problem(answer, 404, "session-not-found")
    assert (await _me(still_service, person.access_token)).status == 200


# Passwords


async def test_another_password_is_good_at_once_and_ends_the_other_sessions(
    still_service: Service,
) -> None:
    person = await a_person(still_service, email="anna@example.com")
    other = await signed_in(still_service, person.id, person.email, person.role)
    body = {"current_password": PASSWORD, "new_password": OTHER}

    answer = await _post(still_service, "/api/me/password", body, **person.headers)

    assert answer.status == 204
    assert (await _login(still_service)).status == 401
    assert (await _login(still_service, password=OTHER)).status == 200
    assert (await _me(still_service, person.access_token)).status == 200
    assert (await _me(still_service, other.access_token)).status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"current_password": OTHER, "new_password": OTHER}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "password"),
    ],
)
async def test_a_password_change_that_breaks_a_rule_changes_nothing(
    still_service: Service, body: dict[str, str], field: str
) -> None:
    person = await a_person(still_service, email="anna@example.com")

    answer = await _post(still_service, "/api/me/password", body, **person.headers)

    assert problem(answer, 422, "invalid-input")["errors"][0]["field"] == field
    assert (await _login(still_service)).status == 200


async def _link(service: Service, simulator: Simulator, email: str = "anna@example.com") -> str:
    """Ask for a link, and return the secret out of the mail."""
    answer = await _post(service, "/api/auth/password-reset", {"email": email})
    assert answer.status == 202
    await until(lambda: bool(simulator.world.notifications))
    message = simulator.world.notifications[-1].message
    found = re.search(r"http\S+/password-reset\?token=([\w-]+)$", message)
    assert found is not None, message
    return found[1]


async def test_a_link_that_came_by_mail_sets_a_password_once(
    service: Service, simulator: Simulator
) -> None:
    person = await a_person(service, email="anna@example.com")
    body = {"token": await _link(service, simulator), "password": OTHER}

    first, again = [
        await _post(service, "/api/auth/password-reset/confirm", body) for _ in range(2)
    ]

    assert first.status == 204
    assert problem(again, 422, "invalid-input")["errors"][0]["field"] == "token"
    assert (await _login(service, password=OTHER)).status == 200
    assert (await _login(service)).status == 401
    assert (await _refresh(service, person.refresh_token)).status == 401


async def test_a_password_that_breaks_a_rule_does_not_use_the_link_up(
    service: Service, simulator: Simulator
) -> None:
    await a_person(service, email="anna@example.com")
    token = await _link(service, simulator)

    bad, good = [
        await _post(
            service, "/api/auth/password-reset/confirm", {"token": token, "password": password}
        )
        for password in ("short", OTHER)
    ]

    assert (bad.status, good.status) == (422, 204)


async def test_asking_for_a_link_tells_nothing(service: Service, simulator: Simulator) -> None:
    answers = [
        await _post(service, "/api/auth/password-reset", {"email": email})
        for email in ("nobody@example.com", "not an address")
    ]

    assert [(answer.status, answer.body) for answer in answers] == [(202, b""), (202, b"")]
    assert simulator.world.notifications == []


async def test_the_secret_of_a_link_stands_in_no_message(
    service: Service, simulator: Simulator
) -> None:
    await a_person(service, email="anna@example.com")
    token = await _link(service, simulator)

    async with service.app.storage() as tx:
        rows = await tx.session.fetch("SELECT payload FROM outbox")
        resets = await tx.session.fetch("SELECT token_hash FROM password_reset")

    assert not any(token in row[0] for row in [*rows, *resets])


# One's own account


async def test_one_sees_and_changes_ones_own_profile(still_service: Service) -> None:
    person = await a_person(still_service)

    changed = await still_service.call(
        "PATCH", "/api/me", json={"display_name": "Аня", "language": "en"}, headers=person.headers
    )
    nameless = await still_service.call(
        "PATCH", "/api/me", json={"display_name": None}, headers=person.headers
    )

    shown = (await _me(still_service, person.access_token)).json()
    assert (changed.json()["display_name"], changed.json()["language"]) == ("Аня", "en")
    assert nameless.json() == shown
    assert (shown["display_name"], shown["language"]) == (None, "en")


@pytest.mark.parametrize("body", [{"display_name": ""}, {"language": "fr"}, {"role": "admin"}])
async def test_a_profile_that_breaks_a_rule_is_refused(
    still_service: Service, body: dict[str, str]
) -> None:
    person = await a_person(still_service)

    answer = await still_service.call("PATCH", "/api/me", json=body, headers=person.headers)

    assert problem(answer, 422, "invalid-input")["errors"][0]["field"] in body


async def test_whoever_deletes_the_account_is_forgotten(still_service: Service) -> None:
    person = await a_person(still_service, email="anna@example.com")

    answer = await still_service.call("DELETE", "/api/me", headers=person.headers)

    assert answer.status == 204
    assert (await _me(still_service, person.access_token)).status == 401
    assert (await _refresh(still_service, person.refresh_token)).status == 401
    assert (await _login(still_service)).status == 401
    assert (await _register(still_service, email="anna@example.com")).status == 201


async def test_nothing_personal_is_left_of_a_deleted_account(still_service: Service) -> None:
    person = await a_person(still_service, email="anna@example.com")
    await still_service.call("DELETE", "/api/me", headers=person.headers)

    async with still_service.app.storage() as tx:
        accounts = await tx.session.fetch(
            "SELECT id, email, email_key, display_name, password_hash FROM account"
        )
        sessions = await tx.session.fetch("SELECT id FROM login_session")

    assert [[row[n] for n in range(5)] for row in accounts] == [[person.id, "", "", None, None]]
    assert list(sessions) == []


# The admins' view


async def test_an_admin_lists_everybody_page_by_page(still_service: Service) -> None:
    people = await one_of_each(still_service)
    admin = people[Role.ADMIN]
    seen, url, last = [], "/api/admin/users?limit=1", {}
    while url:
        page = (await still_service.call("GET", url, headers=admin.headers)).json()
        seen += [user["id"] for user in page["results"]]
        last, url = page, page["next"]
    back = (await still_service.call("GET", last["previous"], headers=admin.headers)).json()

    assert seen == [person.id for person in people.values()]
    assert [user["id"] for user in back["results"]] == [people[Role.ORGANIZER].id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ANNA", ["anna@example.com"]),
        ("q=%25", []),
        ("q=_", []),
        ("role=organizer", ["org@example.com"]),
        ("q=example&role=user", ["anna@example.com"]),
        ("utm=1&role=user", ["anna@example.com"]),
    ],
)
async def test_an_admin_finds_people(still_service: Service, query: str, found: list[str]) -> None:
    await a_person(still_service, email="anna@example.com")
    await a_person(still_service, Role.ORGANIZER, email="org@example.com")
    admin = await a_person(still_service, Role.ADMIN, email="root@elsewhere.org")

    answer = await still_service.call("GET", f"/api/admin/users?{query}", headers=admin.headers)

    assert [user["email"] for user in answer.json()["results"]] == found


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "role=guest", "cursor=x", "cursor=W10", "q=%00"]
)
async def test_a_bad_query_is_400(still_service: Service, query: str) -> None:
    admin = await a_person(still_service, Role.ADMIN)

    answer = await still_service.call("GET", f"/api/admin/users?{query}", headers=admin.headers)

    problem(answer, 400, "invalid-query")


async def test_a_new_role_counts_at_once(still_service: Service) -> None:
    people = await one_of_each(still_service)
    user, admin = people[Role.USER], people[Role.ADMIN]

    answer = await still_service.call(
        "PATCH", f"/api/admin/users/{user.id}", json={"role": "admin"}, headers=admin.headers
    )
    listing = await still_service.call("GET", "/api/admin/users", headers=user.headers)

    assert (answer.status, answer.json()["role"]) == (200, "admin")
    assert listing.status == 200


async def test_whoever_is_blocked_is_out_at_once_and_stays_out(still_service: Service) -> None:
    person = await a_person(still_service, email="anna@example.com")
    admin = await a_person(still_service, Role.ADMIN)
    path = f"/api/admin/users/{person.id}"

    blocked = await still_service.call("PATCH", path, json={"blocked": True}, headers=admin.headers)

    assert blocked.json()["blocked"] is True
    assert (await _me(still_service, person.access_token)).status == 401
    assert (await _refresh(still_service, person.refresh_token)).status == 401
    problem(await _login(still_service), 401, "invalid-credentials")


async def test_whoever_is_unblocked_signs_in_again(still_service: Service) -> None:
    person = await a_person(still_service, email="anna@example.com")
    admin = await a_person(still_service, Role.ADMIN)
    path = f"/api/admin/users/{person.id}"
    for blocked in (True, False):
        await still_service.call("PATCH", path, json={"blocked": blocked}, headers=admin.headers)

    assert (await _me(still_service, person.access_token)).status == 401
    assert (await _login(still_service)).status == 200


@pytest.mark.parametrize(
    ("method", "body"),
    [("PATCH", {"role": "user"}), ("PATCH", {"blocked": True}), ("DELETE", None)],
)
async def test_the_last_admin_cannot_go(
    still_service: Service, method: str, body: dict[str, object] | None
) -> None:
    admin = await a_person(still_service, Role.ADMIN)
    path = "/api/me" if method == "DELETE" else f"/api/admin/users/{admin.id}"

    answer = await still_service.call(method, path, json=body, headers=admin.headers)

    problem(answer, 409, "last-admin")
    assert (await _me(still_service, admin.access_token)).status == 200


async def test_an_unknown_account_is_not_found(still_service: Service) -> None:
    admin = await a_person(still_service, Role.ADMIN)

    answer = await still_service.call(
        "PATCH", "/api/admin/users/unknown", json={"blocked": True}, headers=admin.headers
    )

    problem(answer, 404, "account-not-found")


# Throttling


@pytest.fixture
async def strict(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    """A service with limits."""
    settings = quick_settings(
        tmp_path, simulator, auth_logins_per_minute=3, auth_signups_per_hour=2
    )
    async with running_service(settings, background=False) as service:
        yield service


async def test_logins_of_one_account_are_throttled(strict: Service) -> None:
    answers = [await _login(strict, password=OTHER) for _ in range(4)]
    other = await _login(strict, email="other@example.com")

    assert [answer.status for answer in answers] == [401, 401, 401, 429]
    problem(answers[-1], 429, "too-many-requests")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert other.status == 401


async def test_logins_from_one_address_are_throttled(strict: Service) -> None:
    answers = [await _login(strict, email=f"a{number}@example.com") for number in range(10)]

    assert [answer.status for answer in answers] == [*[401] * 9, 429]


async def test_sign_ups_from_one_address_are_throttled(strict: Service) -> None:
    answers = [await _register(strict, email=f"a{number}@example.com") for number in range(3)]

    assert [answer.status for answer in answers] == [201, 201, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600


async def test_two_processes_count_together(
    strict: Service, tmp_path: Path, simulator: Simulator
) -> None:
    settings = quick_settings(tmp_path, simulator, auth_logins_per_minute=3)
    async with running_service(settings, background=False) as other:
        answers = await asyncio.gather(*(_login(one) for one in (strict, other) * 4))

    assert sorted(answer.status for answer in answers) == [401, 401, 401, *[429] * 5]


async def test_what_another_process_changes_is_seen_within_seconds(
    still_service: Service, tmp_path: Path, simulator: Simulator
) -> None:
    person = await a_person(still_service)
    async with running_service(quick_settings(tmp_path, simulator), background=False) as other:
        before = await _me(other, person.access_token)
        await _post(still_service, "/api/auth/logout", {"refresh_token": person.refresh_token})

        async def is_out() -> bool:
            return (await _me(other, person.access_token)).status == 401

        await until(is_out, seconds=3)

    assert before.status == 200


@pytest.mark.parametrize("path", ["login", "register", "password-reset"])
@pytest.mark.parametrize("text", [b"\\u0000", b"\\ud800", b"\\u202e", b"\xff"])
@pytest.mark.parametrize("field", ["email", "password"])
async def test_what_is_no_text_is_never_an_error_of_ours(
    still_service: Service, path: str, field: str, text: bytes
) -> None:
    body = {"email": b"anna@example.com", "password": PASSWORD.encode()}
    if path == "password-reset":
        del body["password"]
    body[field] = b"anna@example.com" + text
    pairs = [b'"%s": "%s"' % (name.encode(), value) for name, value in body.items()]

    answer = await still_service.call(
        "POST",
        f"/api/auth/{path}",
        data=b"{" + b", ".join(pairs) + b"}",
        headers={"Content-Type": "application/json"},
    )

    assert answer.status in {202, 400, 401, 422}
