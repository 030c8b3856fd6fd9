"""Favorites over a real socket (accounts-and-ticketing, "Bookings, favourites, reviews")."""

import pytest

from integration.engagement.people import ANNA, BORIS, EVENT, UNKNOWN, call
from support.problems import problem
from support.service import Answer, Service

BODY = {"event_id": EVENT}
PATH = "/api/favorites"


async def _add(service: Service, body: object = BODY, **choices: str) -> Answer:
    return await call(service, "POST", PATH, body, **{"token": ANNA, **choices})


async def _shown(service: Service, token: str = ANNA) -> list[str]:
    answer = await call(service, "GET", PATH, token=token)
    return [favorite["event_id"] for favorite in answer.json()["results"]]


async def test_an_event_becomes_a_favorite_once(engaging: Service) -> None:
    first = await _add(engaging)
    second = await _add(engaging)

    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json()
    assert set(first.json()) == {"event_id", "user_id", "created_at"}
    assert first.headers["Cache-Control"] == "no-store"
    assert await _shown(engaging) == [EVENT]


async def test_a_favorite_is_removed_as_often_as_one_likes(engaging: Service) -> None:
    await _add(engaging)

    answers = [await call(engaging, "DELETE", f"{PATH}/{EVENT}", token=ANNA) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(204, b"")] * 2
    assert await _shown(engaging) == []


async def test_people_see_their_own_favorites_only(engaging: Service) -> None:
    await _add(engaging)

    assert await _shown(engaging, BORIS) == []


@pytest.mark.parametrize("event", [UNKNOWN, "x", "\u0000", "a\nb", "💥"])
async def test_an_unknown_event_is_no_favorite(engaging: Service, event: str) -> None:
    problem(await _add(engaging, {"event_id": event}), 404, "event-not-found")


@pytest.mark.parametrize(
    "body", [{}, {"event_id": ""}, {"event_id": "x" * 201}, {"event_id": 1}, {**BODY, "x": 1}]
)
async def test_a_body_of_another_shape_is_refused(engaging: Service, body: object) -> None:
    problem(await _add(engaging, body), 422, "invalid-input")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", PATH), ("POST", PATH), ("DELETE", f"{PATH}/{EVENT}")]
)
async def test_guests_have_no_favorites(engaging: Service, method: str, path: str) -> None:
    answer = await call(engaging, method, path)

    problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_repeated_call_under_one_key_gets_the_first_answer(engaging: Service) -> None:
    first = await _add(engaging, key="k")
    again = await _add(engaging, key="k")

    assert (again.status, again.json()) == (201, first.json())


async def test_a_key_is_for_one_request(engaging: Service) -> None:
    await _add(engaging, key="k")

    answer = await _add(engaging, {"event_id": UNKNOWN}, key="k")

    problem(answer, 422, "idempotency-key-reused")


async def test_two_people_may_choose_the_same_key(engaging: Service) -> None:
    await _add(engaging, key="k")

    answer = await _add(engaging, key="k", token=BORIS)

    assert answer.status == 201
    assert answer.json()["user_id"] == "boris"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00"])
async def test_a_bad_page_is_refused(engaging: Service, query: str) -> None:
    answer = await call(engaging, "GET", f"{PATH}?{query}", token=ANNA)

    problem(answer, 400, "invalid-query")
