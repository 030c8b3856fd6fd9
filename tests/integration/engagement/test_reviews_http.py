"""Reviews over a real socket: written, changed, answered, moderated."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from integration.engagement.people import (
    ADMIN,
    ANNA,
    BORIS,
    EVENT,
    EVIL,
    OTHER_ORGANIZER,
    OWNER,
    UNKNOWN,
    call,
    review_of,
    written_review,
)
from support.problems import problem
from support.service import Answer, Service

PATH = "/api/reviews"
OF_EVENT = f"{PATH}?event_id={EVENT}"
CHANGE = {"rating": 1, "content": "Нет."}
REPLY = {"content": "Спасибо!"}
REJECT = {"status": "rejected"}


async def _shown(service: Service, path: str = OF_EVENT, token: str | None = None) -> list[Any]:
    answer = await call(service, "GET", path, token=token)
    assert answer.status == 200, answer
    results: list[Any] = answer.json()["results"]
    return results


# Writing


async def test_who_attended_writes_a_review(engaging: Service) -> None:
    answer = await review_of(engaging)

    assert answer.status == 201
    body = answer.json()
    assert answer.headers["Location"] == f"{PATH}/{body['id']}"
    assert body == {
        "id": body["id"],
        "event_id": EVENT,
        "user_id": "anna",
        "rating": 4,
        "content": "Было громко.",
        "status": "active",
        "helpful_count": 0,
        "created_at": body["created_at"],
        "updated_at": body["created_at"],
        "replies": [],
    }
    assert await _shown(engaging) == [body]


async def test_who_did_not_attend_writes_none(engaging: Service) -> None:
    problem(await review_of(engaging, "user:vera"), 409, "review-not-allowed")


async def test_an_unknown_event_is_not_reviewed(engaging: Service) -> None:
    problem(await review_of(engaging, event_id=UNKNOWN), 404, "event-not-found")


async def test_there_is_one_review_for_each_person_and_event(engaging: Service) -> None:
    await review_of(engaging)

    problem(await review_of(engaging, rating=1), 409, "already-reviewed")


async def test_of_reviews_written_at_once_one_gets_in(engaging: Service) -> None:
    answers = await asyncio.gather(*(review_of(engaging) for _ in range(10)))

    assert Counter(answer.status for answer in answers) == {201: 1, 409: 9}
    assert (await engaging.app.engagement.ratings.rating(EVENT)).count == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": "5"},
        {"rating": True},
        {"rating": None},
        {"content": "я" * 5001},
        {"content": "a\u0000"},
        {"content": "a\r"},
        {"content": "\u202e"},
        {"content": " \n"},
        {"event_id": None},
        {"status": "active"},
    ],
)
async def test_a_body_that_breaks_a_rule_is_refused(
    engaging: Service, changes: dict[str, object]
) -> None:
    problem(await review_of(engaging, ANNA, **changes), 422, "invalid-input")


async def test_a_text_comes_back_exactly_as_it_was_given_and_inert(engaging: Service) -> None:
    path = await written_review(engaging, content=EVIL)

    shown = await call(engaging, "GET", path)

    assert shown.json()["content"] == EVIL
    assert shown.headers["Content-Type"] == "application/json; charset=utf-8"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_longest_text_fits_however_it_is_written(engaging: Service) -> None:
    path = await written_review(engaging, content="💥" * 5000)

    assert (await call(engaging, "GET", path)).json()["content"] == "💥" * 5000


async def test_a_repeated_call_under_one_key_gets_the_first_answer(engaging: Service) -> None:
    body = {"event_id": EVENT, "rating": 5}
    first = await call(engaging, "POST", PATH, body, token=ANNA, key="k")
    await call(engaging, "PUT", first.headers["Location"], CHANGE, token=ANNA)

    again = await call(engaging, "POST", PATH, body, token=ANNA, key="k")

    assert (again.status, again.json()) == (201, first.json())


# Changing


async def test_the_author_changes_a_review(engaging: Service) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "PUT", path, CHANGE, token=ANNA)

    assert answer.status == 200
    assert (answer.json()["rating"], answer.json()["content"]) == (1, "Нет.")
    assert (await engaging.app.engagement.ratings.rating(EVENT)).average == 1


@pytest.mark.parametrize("token", [BORIS, OWNER, ADMIN])
async def test_to_others_it_is_not_theirs(engaging: Service, token: str) -> None:
    path = await written_review(engaging)

    problem(await call(engaging, "PUT", path, CHANGE, token=token), 404, "review-not-found")


# Replies


@pytest.mark.parametrize("token", [OWNER, ADMIN])
async def test_the_organiser_and_admins_reply(engaging: Service, token: str) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "POST", f"{path}/replies", REPLY, token=token)

    assert answer.status == 201
    assert answer.json()["content"] == "Спасибо!"
    assert (await _shown(engaging))[0]["replies"] == [answer.json()]


@pytest.mark.parametrize(
    ("token", "status", "slug"),
    [
        (None, 401, "unauthenticated"),
        (BORIS, 403, "forbidden"),
        (OTHER_ORGANIZER, 404, "review-not-found"),
    ],
)
async def test_others_do_not_reply(
    engaging: Service, token: str | None, status: int, slug: str
) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "POST", f"{path}/replies", REPLY, token=token)

    problem(answer, status, slug)


# Help


async def test_each_person_finds_a_review_helpful_once(engaging: Service) -> None:
    path = await written_review(engaging)

    answers = await asyncio.gather(
        *(call(engaging, "POST", f"{path}/helpful", token=BORIS) for _ in range(5))
    )

    assert {answer.status for answer in answers} == {200}
    assert (await call(engaging, "GET", path)).json()["helpful_count"] == 1


async def test_nobody_finds_their_own_review_helpful(engaging: Service) -> None:
    path = await written_review(engaging)

    problem(await call(engaging, "POST", f"{path}/helpful", token=ANNA), 409, "own-review")


# Moderation


async def test_a_rejected_review_is_hidden_and_does_not_count(engaging: Service) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "POST", f"{path}/moderate", REJECT, token=ADMIN)

    assert (answer.status, answer.json()["status"]) == (200, "rejected")
    assert await _shown(engaging) == []
    assert await _shown(engaging, token=BORIS) == []
    assert len(await _shown(engaging, token=ANNA)) == 1
    assert len(await _shown(engaging, token=ADMIN)) == 1
    problem(await call(engaging, "GET", path), 404, "review-not-found")
    assert (await engaging.app.engagement.ratings.rating(EVENT)).count == 0


@pytest.mark.parametrize(
    ("token", "status", "slug"),
    [
        (None, 401, "unauthenticated"),
        (ANNA, 403, "forbidden"),
        (OWNER, 403, "forbidden"),
    ],
)
async def test_only_admins_moderate(
    engaging: Service, token: str | None, status: int, slug: str
) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "POST", f"{path}/moderate", REJECT, token=token)

    problem(answer, status, slug)


@pytest.mark.parametrize("status", ["pending", "ACTIVE", "", None])
async def test_moderation_ends_in_active_or_rejected(engaging: Service, status: object) -> None:
    path = await written_review(engaging)

    answer = await call(engaging, "POST", f"{path}/moderate", {"status": status}, token=ADMIN)

    problem(answer, 422, "invalid-input")


# Listing


async def test_the_most_helpful_come_first_where_that_is_asked(engaging: Service) -> None:
    older = await written_review(engaging, ANNA)
    newer = await written_review(engaging, BORIS)
    await call(engaging, "POST", f"{older}/helpful", token=OWNER)

    newest_first = await _shown(engaging)
    helpful_first = await _shown(engaging, f"{OF_EVENT}&ordering=-helpful")

    assert [f"{PATH}/{one['id']}" for one in newest_first] == [newer, older]
    assert [f"{PATH}/{one['id']}" for one in helpful_first] == [older, newer]


@pytest.mark.parametrize("ordering", ["-created_at", "-helpful"])
async def test_pages_carry_their_question_on(engaging: Service, ordering: str) -> None:
    for token in (ANNA, BORIS, OWNER):
        await review_of(engaging, token)

    path = f"{OF_EVENT}&ordering={ordering}&limit=2"
    first = (await call(engaging, "GET", path)).json()
    second = (await call(engaging, "GET", first["next"])).json()
    back = (await call(engaging, "GET", second["previous"])).json()

    authors = [one["user_id"] for page in (first, second) for one in page["results"]]
    assert authors == ["owner", "boris", "anna"]
    assert (first["previous"], second["next"]) == (None, None)
    assert back["results"] == first["results"]
    assert f"ordering={ordering}" in first["next"]


@pytest.mark.parametrize(
    "query",
    ["ordering=helpful", "ordering=", "limit=0", "cursor=e30", "event_id=%00", "event_id=%ff"],
)
async def test_a_bad_question_is_refused(engaging: Service, query: str) -> None:
    problem(await call(engaging, "GET", f"{PATH}?{query}"), 400, "invalid-query")


async def test_a_cursor_fits_its_own_order_only(engaging: Service) -> None:
    for token in (ANNA, BORIS):
        await review_of(engaging, token)
    first = (await call(engaging, "GET", f"{PATH}?limit=1")).json()

    answer = await call(engaging, "GET", f"{first['next']}&ordering=-helpful")

    problem(answer, 400, "invalid-query")


async def test_a_token_that_is_not_taken_is_refused_even_where_none_is_needed(
    engaging: Service,
) -> None:
    problem(await call(engaging, "GET", PATH, token="nobody"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", PATH, {"event_id": EVENT, "rating": 5}),
        ("PUT", f"{PATH}/x", CHANGE),
        ("POST", f"{PATH}/x/replies", REPLY),
        ("POST", f"{PATH}/x/helpful", None),
        ("POST", f"{PATH}/x/moderate", REJECT),
    ],
)
async def test_guests_only_read(engaging: Service, method: str, path: str, body: object) -> None:
    answers: list[Answer] = [
        await call(engaging, method, path, body),
        await call(engaging, method, path, {"nonsense": 1}),
    ]

    for answer in answers:
        problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize(
    ("method", "suffix", "body"),
    [
        ("GET", "", None),
        ("PUT", "", CHANGE),
        ("POST", "/replies", REPLY),
        ("POST", "/helpful", None),
        ("POST", "/moderate", REJECT),
    ],
)
async def test_an_unknown_review_is_not_found(
    engaging: Service, method: str, suffix: str, body: object
) -> None:
    answer = await call(engaging, method, f"{PATH}/unknown{suffix}", body, token=ADMIN)

    problem(answer, 404, "review-not-found")
