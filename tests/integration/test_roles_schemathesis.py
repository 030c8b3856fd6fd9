"""Whoever asks, and whatever: the service answers as its OpenAPI document says.

As ``test_openapi_schemathesis``, which asks as a guest, here with a token of each role. Questions
about one thing are asked about what exists, too.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from attrs import frozen
from hypothesis import HealthCheck, settings
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from events_face_core.accounts import CreateAccount
from events_face_core.kernel import SYSTEM, Role
from events_face_runners.web.openapi import openapi_document
from events_face_runners.web.surface import ROUTES
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY
from support.making import calm
from support.people import PASSWORD, ROLES
from support.threads import service_in_a_thread
from support.ticketing import wish

EXAMPLES = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# A schema cannot say what a cursor is.
EXCLUDED: list[CheckFunction] = [positive_data_acceptance]
# A guest asks the others in ``test_openapi_schemathesis``: a token makes no difference there.
WITH_A_TOKEN = [
    route.operation_id
    for route in ROUTES
    if route.roles or route.operation_id in {"showEvent", "listReviews", "showReview"}
]
# These end what the others need: the session, or the account.
NAMES = [f"{role.value}-{use}" for role in ROLES for use in ("kept", "spent")]
ENDING = ["logoutEverywhere", "deleteMe", "changePassword", "changeUser", "endSession"]


def _document() -> dict[str, Any]:
    """Return the document without its credentials: the tests send their own with every case."""
    document = openapi_document(ROUTES)
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return document


EXISTING = r"\{(event|booking|comment|category|user)_id"
schema = schemathesis.openapi.from_dict(_document())


@frozen
class Running:
    """A service, the access tokens of people, and ids of what exists."""

    url: str
    tokens: dict[str, str]
    existing: dict[str, str]

    def headers(self, role: Role, operation: str) -> dict[str, str]:
        """Return the credentials that one of the role sends with an operation."""
        name = f"{role.value}-{'spent' if operation in ENDING else 'kept'}"
        return {"Authorization": f"Bearer {self.tokens[name]}"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service with people of each role, and one of everything."""
    directory = tmp_path_factory.mktemp("roles")
    with service_in_a_thread(directory, calm()) as url:
        database = f"sqlite:///{directory / 'events-face.db'}"
        asyncio.run(_make_accounts(Settings(database_url=database, auth_signing_key=SIGNING_KEY)))
        tokens = {name: _token(url, name) for name in NAMES}
        yield Running(url, tokens, _make_things(url, tokens))


async def _make_accounts(settings: Settings) -> None:
    async with open_events_face(settings) as app:
        for name in NAMES:
            role = Role(name.partition("-")[0])
            await app.accounts.create(
                CreateAccount(
                    actor=SYSTEM, email=f"{name}@example.com", password=PASSWORD, role=role
                )
            )


def _token(url: str, name: str) -> str:
    body = {"email": f"{name}@example.com", "password": PASSWORD}
    pair = requests.post(f"{url}/api/auth/login", json=body, timeout=5).json()
    return str(pair["access_token"])


def _make_things(url: str, tokens: dict[str, str]) -> dict[str, str]:
    """Make one of everything; return the ids by the parameter that names them in a path."""

    def made(name: str, path: str, body: object) -> str:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        answer = requests.post(f"{url}{path}", json=body, headers=headers, timeout=5)
        assert answer.ok, answer.text
        return str(answer.json()["id"])

    event_id = made("organizer-kept", "/api/events", wish(capacity=1000))
    made("organizer-kept", f"/api/events/{event_id}/publish", {})
    profile = requests.get(
        f"{url}/api/me", headers={"Authorization": f"Bearer {tokens['user-spent']}"}, timeout=5
    )
    return {
        "event_id": event_id,
        "booking_id": made("user-kept", "/api/bookings", {"event_id": event_id}),
        "comment_id": made("user-kept", f"/api/events/{event_id}/comments", {"content": "Где?"}),
        "category_id": made("admin-kept", "/api/categories", {"name": "Концерты"}),
        "user_id": str(profile.json()["id"]),
    }


@pytest.mark.parametrize("role", ROLES)
@schema.include(operation_id=WITH_A_TOKEN).parametrize()
@EXAMPLES
def test_every_answer_to_a_role_is_one_that_the_document_names(
    case: schemathesis.Case[Any], running: Running, role: Role
) -> None:
    headers = running.headers(role, _operation(case))

    case.call_and_validate(
        base_url=running.url, headers=headers, timeout=5, excluded_checks=EXCLUDED
    )


@pytest.mark.parametrize("role", ROLES)
@schema.include(operation_id=WITH_A_TOKEN, path_regex=EXISTING).parametrize()
@EXAMPLES
def test_so_is_every_answer_about_what_exists(
    case: schemathesis.Case[Any], running: Running, role: Role
) -> None:
    case.path_parameters = {name: running.existing[name] for name in case.path_parameters}
    headers = running.headers(role, _operation(case))

    case.call_and_validate(
        base_url=running.url, headers=headers, timeout=5, excluded_checks=EXCLUDED
    )


def _operation(case: schemathesis.Case[Any]) -> str:
    return str(case.operation.definition.raw["operationId"])
