"""The discussion under an event, over a real socket (requirement 001)."""

import pytest

from integration.engagement.people import (
    ADMIN,
    ANNA,
    BORIS,
    EVENT,
    EVIL,
    OWNER,
    UNKNOWN,
    call,
)
from support.problems import problem
from support.service import Answer, Service

PATH = f"/api/events/{EVENT}/comments"


async def _say(
    service: Service, content: object = "Кто идёт?", *, token: str = ANNA, key: str | None = None
) -> Answer:
    return await call(service, "POST", PATH, {"content": content}, token=token, key=key)


async def _written(service: Service) -> str:
    """Write a comment; return its path."""
    return f"/api/comments/{(await _say(service)).json()['id']}"


async def test_everybody_reads_what_anybody_signed_in_writes(engaging: Service) -> None:
    answer = await _say(engaging, EVIL)

    shown = await call(engaging, "GET", PATH)

    body = answer.json()
    assert answer.status == 201
    assert body == {
        "id": body["id"],
        "event_id": EVENT,
        "user_id": "anna",
        "content": EVIL,
        "created_at": body["created_at"],
    }
    assert shown.json() == {"next": None, "previous": None, "results": [body]}


async def test_guests_do_not_write(engaging: Service) -> None:
    problem(await call(engaging, "POST", PATH, {"content": "Я"}), 401, "unauthenticated")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_event_has_no_discussion(engaging: Service, method: str) -> None:
    body = {"content": "Эй"} if method == "POST" else None

    answer = await call(engaging, method, f"/api/events/{UNKNOWN}/comments", body, token=ANNA)

    problem(answer, 404, "event-not-found")


@pytest.mark.parametrize("content", ["", " ", "\u0000", "a\r\nb", "я" * 5001, None, 1])
async def test_a_comment_is_a_text(engaging: Service, content: object) -> None:
    problem(await _say(engaging, content), 422, "invalid-input")


async def test_a_repeated_comment_under_one_key_is_one_comment(engaging: Service) -> None:
    first = await _say(engaging, key="k")
    again = await _say(engaging, key="k")

    assert again.json() == first.json()
    assert len((await call(engaging, "GET", PATH)).json()["results"]) == 1


async def test_the_discussion_is_paged_the_newest_first(engaging: Service) -> None:
    for number in range(5):
        await _say(engaging, f"{number}")

    first = (await call(engaging, "GET", f"{PATH}?limit=3")).json()
    second = (await call(engaging, "GET", first["next"])).json()
    back = (await call(engaging, "GET", second["previous"])).json()

    said = [one["content"] for page in (first, second) for one in page["results"]]
    assert said == ["4", "3", "2", "1", "0"]
    assert (first["previous"], second["next"]) == (None, None)
    assert back["results"] == first["results"]
    assert first["next"].startswith(f"{PATH}?limit=3&cursor=")


@pytest.mark.parametrize("token", [ANNA, ADMIN])
async def test_its_author_and_admins_delete_a_comment(engaging: Service, token: str) -> None:
    path = await _written(engaging)

    answer = await call(engaging, "DELETE", path, token=token)

    assert (answer.status, answer.body) == (204, b"")
    assert (await call(engaging, "GET", PATH)).json()["results"] == []
    problem(await call(engaging, "DELETE", path, token=token), 404, "comment-not-found")


@pytest.mark.parametrize(
    ("token", "status", "slug"),
    [
        (None, 401, "unauthenticated"),
        (BORIS, 404, "comment-not-found"),
        (OWNER, 404, "comment-not-found"),
    ],
)
async def test_others_do_not_delete_it(
    engaging: Service, token: str | None, status: int, slug: str
) -> None:
    path = await _written(engaging)

    problem(await call(engaging, "DELETE", path, token=token), status, slug)
