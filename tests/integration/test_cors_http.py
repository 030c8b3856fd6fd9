"""Pages of other sites: none may call us, unless the settings name them (Fetch, "CORS")."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from events_face_runners.simulator import Simulator
from support.making import VISITOR, event_id, quick_settings
from support.raw import as_json, send_raw
from support.service import Answer, Service, running_service

OURS = "https://events.example"
ALSO_OURS = "http://localhost:3000"
STRANGER = "https://evil.example"
REGISTRATIONS = f"/api/events/{event_id()}/registrations"


def _service(
    path: Path, simulator: Simulator, origins: str
) -> AbstractAsyncContextManager[Service]:
    settings = quick_settings(path, simulator, http_cors_origins=origins)
    return running_service(settings, background=False)


@pytest.fixture
async def opened(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    """A service that two origins may call."""
    async with _service(tmp_path, simulator, f"{OURS}, {ALSO_OURS}") as service:
        await service.sync()
        yield service


@pytest.fixture
async def open_to_all(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    async with _service(tmp_path, simulator, "*") as service:
        await service.sync()
        yield service


async def _asked(
    service: Service, path: str, method: str, origin: str = OURS, **headers: str
) -> Answer:
    """Ask beforehand, as a browser does."""
    asking = {"Origin": origin, "Access-Control-Request-Method": method, **headers}
    return await service.call("OPTIONS", path, headers=asking)


def _words(answer: Answer, header: str) -> set[str]:
    return {word.strip().lower() for word in answer.headers[header].split(",")}


def _cors(answer: Answer) -> list[str]:
    return [name for name in answer.headers if name.lower().startswith("access-control-")]


# Asking beforehand


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/api/events", "GET", {"get", "head", "post"}),
        (REGISTRATIONS, "POST", {"post"}),
        ("/api/registrations/x", "DELETE", {"get", "head", "delete"}),
        ("/api/events", "DELETE", {"get", "head", "post"}),
    ],
)
async def test_a_page_that_asks_beforehand_hears_the_methods_of_the_route(
    opened: Service, path: str, method: str, allowed: set[str]
) -> None:
    answer = await _asked(opened, path, method)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert _words(answer, "Access-Control-Allow-Methods") == allowed
    assert int(answer.headers["Access-Control-Max-Age"]) == 600
    assert "origin" in _words(answer, "Vary")


async def test_a_page_may_send_the_headers_that_our_routes_read(opened: Service) -> None:
    answer = await _asked(opened, REGISTRATIONS, "POST")

    assert _words(answer, "Access-Control-Allow-Headers") >= {
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
    }


async def test_nobody_is_asked_to_send_cookies(opened: Service) -> None:
    answer = await _asked(opened, "/api/events", "GET")

    assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_page_that_asks_for_an_unknown_path_hears_that_it_is_unknown(
    opened: Service,
) -> None:
    answer = await _asked(opened, "/nope", "GET")

    assert answer.status == 404


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", "", "https://events.example.evil.example", "http://events.example"]
)
async def test_a_stranger_hears_what_it_would_hear_without_cors(
    opened: Service, origin: str
) -> None:
    answer = await _asked(opened, "/api/events", "GET", origin)

    assert (answer.status, _cors(answer)) == (405, [])
    assert "Allow" in answer.headers


async def test_options_that_ask_for_nothing_are_405_as_ever(opened: Service) -> None:
    answer = await opened.call("OPTIONS", "/api/events", headers={"Origin": OURS})

    assert answer.status == 405
    assert answer.headers["Access-Control-Allow-Origin"] == OURS


# Answers


@pytest.mark.parametrize("origin", [OURS, ALSO_OURS])
async def test_an_answer_is_readable_to_the_page_that_asked(opened: Service, origin: str) -> None:
    answer = await opened.call("GET", "/health/live", headers={"Origin": origin})

    assert answer.headers.getall("Access-Control-Allow-Origin") == [origin]
    assert {"etag", "location", "retry-after", "x-request-id"} <= _words(
        answer, "Access-Control-Expose-Headers"
    )
    assert "origin" in _words(answer, "Vary")


async def test_a_registration_can_be_made_from_a_page(opened: Service) -> None:
    answer = await opened.call("POST", REGISTRATIONS, json=VISITOR, headers={"Origin": OURS})

    assert answer.status == 202
    assert answer.headers["Access-Control-Allow-Origin"] == OURS


async def test_a_problem_is_readable_too(opened: Service) -> None:
    answer = await opened.call("GET", "/nope", headers={"Origin": OURS})

    assert answer.status == 404
    assert answer.headers["Access-Control-Allow-Origin"] == OURS


@pytest.mark.parametrize("headers", [{}, {"Origin": STRANGER}])
async def test_other_answers_tell_caches_that_they_differ_by_origin_and_nothing_else(
    opened: Service, headers: dict[str, str]
) -> None:
    answer = await opened.call("GET", "/health/live", headers=headers)

    assert (answer.status, _cors(answer)) == (200, [])
    assert _words(answer, "Vary") == {"origin"}


async def _kept_alive(service: Service, *requests: bytes) -> list[Answer]:
    """Send requests over one connection, so that ready answers go out as the bytes they are."""
    lines = [b"GET /api/events HTTP/1.1\r\nHost: x\r\n%s\r\n" % headers for headers in requests]
    last = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    return (await send_raw(service.url, b"".join([*lines, last])))[:-1]


async def test_a_ready_answer_is_opened_to_each_page_by_itself(opened: Service) -> None:
    await opened.get("/api/events")

    answers = await _kept_alive(
        opened,
        b"Origin: %s\r\n" % OURS.encode(),
        b"Origin: %s\r\n" % STRANGER.encode(),
        b"",
        b"Origin: %s\r\n" % ALSO_OURS.encode(),
    )

    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in answers] == [
        OURS,
        None,
        None,
        ALSO_OURS,
    ]
    for answer in answers:
        assert answer.status == 200
        assert {", ".join(answer.headers.getall("Vary"))} == {"Accept-Encoding, Origin"}
        assert answer.headers["X-Request-ID"]
        assert answer.json()["results"]


async def test_what_one_page_was_told_is_not_told_to_the_next(opened: Service) -> None:
    etag = (await opened.get("/api/events")).headers["ETag"]

    answers = [
        await opened.call("GET", "/api/events", headers={"If-None-Match": etag, **headers})
        for headers in ({"Origin": OURS}, {}, {"Origin": ALSO_OURS})
    ]

    assert [answer.status for answer in answers] == [304] * 3
    assert [answer.headers.getall("Access-Control-Allow-Origin", []) for answer in answers] == [
        [OURS],
        [],
        [ALSO_OURS],
    ]
    assert [answer.headers.getall("Vary") for answer in answers] == [
        ["Accept-Encoding, Origin"]
    ] * 3


# All origins


async def test_where_every_page_may_call_each_hears_the_same(open_to_all: Service) -> None:
    await open_to_all.get("/api/events")
    asked = await _asked(open_to_all, REGISTRATIONS, "POST", STRANGER)

    answers = await _kept_alive(open_to_all, b"Origin: %s\r\n" % STRANGER.encode(), b"")

    assert asked.status == 204
    for answer in (asked, *answers):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [answer.headers["Vary"] for answer in answers] == ["Accept-Encoding"] * 2


# None


async def test_without_the_setting_no_page_may_call(still_service: Service) -> None:
    asked = await _asked(still_service, REGISTRATIONS, "POST")
    answer = await still_service.call("GET", "/api/events", headers={"Origin": OURS})

    assert (asked.status, _cors(asked)) == (405, [])
    assert (answer.status, _cors(answer)) == (200, [])
    assert answer.headers["Vary"] == "Accept-Encoding"


async def test_a_header_cannot_be_smuggled_in_by_an_origin(opened: Service) -> None:
    body = as_json(VISITOR)
    request = b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: %s\r\n" % (
        REGISTRATIONS.encode(),
        b"https://events.example\tSet-Cookie: a=b",
    )
    head = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)

    (answer,) = await send_raw(opened.url, request + head + body)

    assert _cors(answer) == []
