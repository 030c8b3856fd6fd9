"""Changing the key that signs access tokens, over HTTP: nobody is signed out."""

from pathlib import Path

import jwt
import pytest

from events_face_adapters.identity import load_signing_key, make_signing_key, make_signing_pem
from events_face_runners.simulator import Simulator
from support.making import quick_settings
from support.people import Person, a_person
from support.problems import problem
from support.service import Answer, Service, running_service


@pytest.fixture
def old() -> str:
    return make_signing_pem()


@pytest.fixture
def new() -> str:
    return make_signing_pem()


async def _me(service: Service, token: str) -> Answer:
    return await service.get("/api/me", authorization=f"Bearer {token}")


async def _published(service: Service) -> list[str]:
    answer = await service.get("/.well-known/jwks.json")
    return [key["kid"] for key in answer.json()["keys"]]


async def _signed_in(tmp_path: Path, simulator: Simulator, key: str) -> Person:
    """Sign in at a service with a key, that ends then."""
    settings = quick_settings(tmp_path, simulator, auth_signing_key=key)
    async with running_service(settings, background=False) as service:
        return await a_person(service)


def _kid(key: str) -> str:
    return load_signing_key(key).verification.kid


async def test_a_token_of_the_former_key_is_taken_and_the_new_key_signs(
    tmp_path: Path, simulator: Simulator, old: str, new: str
) -> None:
    person = await _signed_in(tmp_path, simulator, old)
    settings = quick_settings(tmp_path, simulator, auth_signing_key=new, auth_verification_keys=old)
    async with running_service(settings, background=False) as service:
        former = await _me(service, person.access_token)
        later = await a_person(service)
        present = await _me(service, later.access_token)

    assert (former.status, present.status) == (200, 200)
    assert jwt.get_unverified_header(person.access_token)["kid"] == _kid(old)
    assert jwt.get_unverified_header(later.access_token)["kid"] == _kid(new)


async def test_every_key_that_verifies_is_published_once_and_first_the_one_that_signs(
    tmp_path: Path, simulator: Simulator, old: str, new: str
) -> None:
    settings = quick_settings(
        tmp_path, simulator, auth_signing_key=new, auth_verification_keys=f"{old},{new}"
    )
    async with running_service(settings, background=False) as service:
        published = await _published(service)

    assert published == [_kid(new), _kid(old)]


async def test_a_token_of_a_key_that_was_taken_away_is_refused(
    tmp_path: Path, simulator: Simulator, old: str, new: str
) -> None:
    person = await _signed_in(tmp_path, simulator, old)
    settings = quick_settings(tmp_path, simulator, auth_signing_key=new)
    async with running_service(settings, background=False) as service:
        answer = await _me(service, person.access_token)
        published = await _published(service)

    problem(answer, 401, "unauthenticated")
    assert published == [_kid(new)]


async def test_a_token_that_names_a_key_which_did_not_sign_it_is_refused(
    tmp_path: Path, simulator: Simulator, old: str, new: str
) -> None:
    settings = quick_settings(tmp_path, simulator, auth_signing_key=new, auth_verification_keys=old)
    async with running_service(settings, background=False) as service:
        person = await a_person(service)
        said = jwt.decode(person.access_token, options={"verify_signature": False})
        thief = make_signing_key().private
        forged = [
            jwt.encode(said, load_signing_key(new).private, "EdDSA", headers={"kid": _kid(old)}),
            jwt.encode(said, load_signing_key(new).private, "EdDSA", headers={"kid": "unknown"}),
            jwt.encode(said, thief, "EdDSA", headers={"kid": _kid(old)}),
        ]
        answers = [await _me(service, token) for token in forged]

    for answer in answers:
        problem(answer, 401, "unauthenticated")
