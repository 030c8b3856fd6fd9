"""What every answer tells browsers, whatever it answers."""

import pytest

from support.making import event_id
from support.raw import request_raw
from support.service import Answer, Service

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def _common(answer: Answer) -> dict[str, list[str]]:
    return {name: answer.headers.getall(name, []) for name in COMMON}


EACH_ONCE = {name: [value] for name, value in COMMON.items()}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/events", 200),
        ("HEAD", "/api/events", 200),
        ("GET", f"/api/events/{event_id()}", 200),
        ("GET", "/api/events?limit=0", 400),
        ("GET", "/nope", 404),
        ("PUT", "/api/events", 405),
        ("POST", f"/api/events/{event_id()}/registrations", 415),
        ("GET", "/health/live", 200),
        ("GET", "/metrics", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/docs/start.js", 200),
    ],
)
async def test_every_answer_carries_them_once(
    still_service: Service, method: str, path: str, status: int
) -> None:
    answer = await still_service.call(method, path)

    assert answer.status == status
    assert _common(answer) == EACH_ONCE


async def test_a_ready_answer_carries_them_among_its_bytes(still_service: Service) -> None:
    first = await still_service.get("/api/events")

    again = await still_service.get("/api/events", connection="keep-alive")

    assert _common(first) == _common(again) == EACH_ONCE


async def test_an_answer_that_nothing_changed_carries_them(still_service: Service) -> None:
    first = await still_service.get("/api/events")

    again = await still_service.get("/api/events", if_none_match=first.headers["ETag"])

    assert again.status == 304
    assert _common(again) == EACH_ONCE


async def test_what_is_no_request_is_answered_with_them_too(still_service: Service) -> None:
    answer = await request_raw(still_service.url, "GET /é".encode())

    assert answer.status == 400
    assert _common(answer) == EACH_ONCE


async def test_the_docs_page_says_itself_what_it_needs_and_stands_in_no_frame(
    still_service: Service,
) -> None:
    page = await still_service.get("/api/docs")

    (policy,) = page.headers.getall("Content-Security-Policy")
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Frame-Options"] == "DENY"
