"""What holds on every path: problems, request ids, methods, compression (http-api, "Conventions").

What no client library would send goes over a bare socket.
"""

import gzip
import logging
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from events_face_runners.observing.access_log import AccessLog
from events_face_runners.simulator import Simulator
from support.making import event_id, quick_settings
from support.problems import problem
from support.raw import Pause, as_json, request_raw, send_raw
from support.service import Service, running_service
from support.waiting import until

EVENT = f"/api/events/{event_id(1)}"
REGISTRATIONS = f"{EVENT}/registrations"
BODY = as_json({"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"})
POST = b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % REGISTRATIONS.encode()
JSON = b"Content-Type: application/json\r\n"


# Paths and methods


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "/api",
        "/nope",
        "/api/nope",
        "/api/events/",
        "//api/events",
        "/api//events",
        "/api%2Fevents",
        "/api/events;x=1",
        "/api/./events/x/y",
        "/api/../etc/passwd",
        "/api/docs/nope.js",
        "/api/docs/..%2F__init__.py",
        "/api/docs/%2e%2e/%2e%2e/etc/passwd",
        "/api/registrations",
        f"/api/registrations/{'x' * 3000}",
        "/api/registrations/%00",
    ],
)
async def test_an_unknown_path_is_a_problem_with_404(still_service: Service, path: str) -> None:
    answer = await request_raw(still_service.url, b"GET %s" % path.encode())

    assert problem(answer, 404, "not-found")["instance"] == path


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/events", {"GET", "HEAD", "POST"}),
        (EVENT, {"GET", "HEAD", "PATCH", "DELETE"}),
        (REGISTRATIONS, {"POST"}),
        ("/api/registrations/x", {"GET", "HEAD", "DELETE"}),
        ("/health/live", {"GET", "HEAD"}),
        ("/health/ready", {"GET", "HEAD"}),
        ("/metrics", {"GET", "HEAD"}),
        ("/api/openapi.json", {"GET", "HEAD"}),
        ("/api/docs", {"GET", "HEAD"}),
    ],
)
async def test_a_wrong_method_is_a_problem_with_405_that_names_the_right_ones(
    still_service: Service, path: str, allowed: set[str]
) -> None:
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND"}
    for method in sorted(methods - allowed - {"HEAD"}):
        answer = await request_raw(still_service.url, f"{method} {path}".encode())

        problem(answer, 405, "method-not-allowed")
        assert set(answer.headers["Allow"].replace(" ", "").split(",")) == allowed, method


@pytest.mark.parametrize(
    "path", ["/api/events", EVENT, "/health/live", "/health/ready", "/api/openapi.json"]
)
async def test_head_answers_as_get_does_without_the_body(still_service: Service, path: str) -> None:
    got = await still_service.call("GET", path)

    answer = await still_service.call("HEAD", path)

    assert answer.status == 200
    assert answer.body == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert answer.headers.get(name) == got.headers.get(name)


async def test_head_of_an_unknown_path_is_404(still_service: Service) -> None:
    answer = await still_service.call("HEAD", "/nope")

    assert answer.status == 404
    assert answer.body == b""


# Request ids


@pytest.mark.parametrize(
    "given", ["a", "0af7651916cd43dd8448eb211c80319c", "Root=1-5e1b4151-5ac6c58f", "x" * 128]
)
async def test_a_request_id_is_taken_over(still_service: Service, given: str) -> None:
    answer = await still_service.get("/api/events", x_request_id=given)

    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", '"', "<script>", "ж"])
async def test_a_malformed_request_id_is_replaced(still_service: Service, given: str) -> None:
    field = b"X-Request-ID: " + given.encode()

    answer = await request_raw(still_service.url, b"GET /api/events", [field])

    assert answer.status == 200
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-Request-ID"] != given


async def test_each_request_without_an_id_gets_its_own(still_service: Service) -> None:
    ids = [(await still_service.get("/api/events")).headers["X-Request-ID"] for _ in range(5)]

    assert len(set(ids)) == 5


async def test_a_problem_carries_the_request_id(still_service: Service) -> None:
    answer = await still_service.get("/nope", x_request_id="mine")

    assert answer.headers["X-Request-ID"] == "mine"


async def test_the_request_id_and_the_route_stand_in_the_access_log_and_no_secret_does(
    tmp_path: Path, simulator: Simulator
) -> None:
    written = StringIO()
    settings = quick_settings(tmp_path, simulator)
    async with running_service(
        settings, background=False, access_log=AccessLog(written)
    ) as service:
        await service.get("/api/registrations/a-secret?q=another", x_request_id="mine")
        await service.get('/api/"quoted"', x_request_id='"{}')
        await until(lambda: written.getvalue().count("\n") == 2)

    first, second = map(msgspec.json.decode, written.getvalue().splitlines())
    assert first["request_id"] == "mine"
    assert first["route"] == "/api/registrations/{registration_id}"
    assert (first["method"], first["status"]) == ("GET", 404)
    assert second["route"] == "unknown"
    assert "secret" not in written.getvalue()
    assert "another" not in written.getvalue()


async def test_one_clients_headers_never_show_in_anothers_answer(still_service: Service) -> None:
    close = [b"X-Request-ID: first", b"Connection: close"]
    await request_raw(still_service.url, b"GET /api/events", close)
    await request_raw(still_service.url, b"HEAD /api/events", close)
    second = b"GET /api/events HTTP/1.1\r\nHost: x\r\nX-Request-ID: second\r\n\r\n"
    last = b"GET /api/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answers = await send_raw(still_service.url, second + last)

    assert answers[0].headers.getall("X-Request-ID") == ["second"]
    assert "Connection" not in answers[0].headers
    assert answers[1].headers["X-Request-ID"] not in {"first", "second"}


# Ready answers: a page from the cache is sent as bytes, past the routes


KEPT = b"GET /api/events HTTP/1.1\r\nHost: x\r\n%s\r\n"
CLOSED = b"GET /api/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n"


@pytest.mark.parametrize("field", [b"", b"Accept-Encoding: gzip\r\n"])
async def test_a_ready_answer_is_the_same_as_one_that_went_through_the_routes(
    still_service: Service, field: bytes
) -> None:
    ready, routed = await send_raw(still_service.url, KEPT % field + CLOSED % field)

    differ = {"X-Request-ID", "Date", "Connection"}
    assert ready.body == routed.body
    assert sorted((n, v) for n, v in ready.headers.items() if n not in differ) == sorted(
        (n, v) for n, v in routed.headers.items() if n not in differ
    )
    assert set(routed.headers) - set(ready.headers) == {"Connection"}
    assert set(ready.headers) <= set(routed.headers)


async def test_ready_answers_on_one_connection_come_in_the_order_of_the_requests(
    still_service: Service,
) -> None:
    fields = [b"X-Request-ID: %d\r\n" % number for number in range(50)]

    answers = await send_raw(
        still_service.url, *(KEPT % field for field in fields[:-1]), CLOSED % fields[-1]
    )

    assert [answer.headers["X-Request-ID"] for answer in answers] == [*map(str, range(50))]


async def test_a_client_of_http_1_0_gets_a_cached_page_and_the_end_of_the_connection(
    still_service: Service,
) -> None:
    cached = await still_service.get("/api/events")

    (answer,) = await send_raw(still_service.url, b"GET /api/events HTTP/1.0\r\n\r\n")

    assert answer.body == cached.body


async def test_a_ready_answer_is_counted_and_written_down_like_any_other(
    still_service: Service,
) -> None:
    await send_raw(still_service.url, KEPT % b"" + KEPT % b"" + CLOSED % b"")

    metrics = (await still_service.get("/metrics")).body.decode()

    times = 'http_request_seconds_count{method="GET",route="/api/events",status="200"} 3.0'
    assert f"events_face_{times}" in metrics
    assert 'events_face_cache_requests_total{outcome="hit"} 2.0' in metrics


# Compression


@pytest.mark.parametrize(
    ("asked", "compressed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("*;q=0, gzip", True),
        ("gzip;q=0.001", True),
        ("", False),
        ("identity", False),
        ("br, zstd", False),
        ("gzip;q=0", False),
        ("gzip; q=0", False),
        ("gzip;q=0.0", False),
        ("gzip;q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("notgzip", False),
        ("gzip;q=nonsense", False),
    ],
)
async def test_the_listing_is_compressed_exactly_where_the_client_takes_gzip(
    still_service: Service, asked: str, *, compressed: bool
) -> None:
    plain = await still_service.get("/api/openapi.json", accept_encoding="identity")

    answer = await request_raw(
        still_service.url, b"GET /api/openapi.json", [b"Accept-Encoding: " + asked.encode()]
    )

    assert (answer.headers.get("Content-Encoding") == "gzip") is compressed
    assert (gzip.decompress(answer.body) if compressed else answer.body) == plain.body


async def test_a_header_on_two_lines_is_one_list(still_service: Service) -> None:
    etag = (await still_service.get("/api/events")).headers["ETag"].encode()

    answer = await request_raw(
        still_service.url, b"GET /api/events", [b'If-None-Match: "a"', b"If-None-Match: " + etag]
    )

    assert answer.status == 304


# Harmless oddities


@pytest.mark.parametrize(
    "field",
    [
        b"Range: bytes=0-3",
        b"Accept: text/xml",
        b"Accept-Language: \xff",
        b"Cookie: " + b"a=b; " * 500,
        b"X-HTTP-Method-Override: DELETE",
        b"X-Forwarded-Host: evil.example",
        b"Expect: 200-ok",
        b"Upgrade: websocket",
    ],
)
async def test_a_header_that_means_nothing_here_changes_nothing(
    still_service: Service, field: bytes
) -> None:
    answer = await request_raw(still_service.url, b"GET /api/events", [field])

    assert answer.status == 200
    assert len(answer.json()["results"]) == 1
    assert b"evil" not in answer.body


async def test_requests_sent_in_one_go_are_answered_in_turn(still_service: Service) -> None:
    one = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"

    answers = await send_raw(
        still_service.url, (one + b"\r\n") * 3 + one + b"Connection: close\r\n\r\n"
    )

    assert [answer.status for answer in answers] == [200] * 4


async def test_a_refused_body_does_not_spill_into_the_next_request(
    still_service: Service,
) -> None:
    refused = (
        f"POST {REGISTRATIONS} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
        "Content-Length: 20\r\n\r\nGET /nope HTTP/1.1\r\n"
    )
    following = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    answers = await send_raw(still_service.url, refused.encode() + following)

    assert [answer.status for answer in answers] == [415, 200]


async def test_a_client_may_ask_before_it_sends_a_body(still_service: Service) -> None:
    head = POST + JSON + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)

    answers = await send_raw(still_service.url, head, Pause(0.1), BODY)

    assert [answer.status for answer in answers] == [100, 202]


# What is no request at all


@pytest.mark.parametrize(
    "request_bytes",
    [
        "GET /api/events?q=концерт HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        "GET /api/events?q=концерт HTTP/1.1\r\nHost: x\r\n\r\n".encode("cp1251"),
        b"GET /api/events/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/events?q=" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/events HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /api/events HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n",
        b"GET /api/events HTTP/1.1\r\nHost: x\r\nX-A: b\x00c\r\n\r\n",
        b"GET /api/events HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET api/events HTTP/1.1\r\nHost: x\r\n\r\n",
        b"FOO /api/events HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        POST + JSON + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + JSON + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + JSON + b"Content-Length: -1\r\n\r\n",
        POST + JSON + b"Content-Length: abc\r\n\r\n",
        POST + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    ],
)
async def test_what_is_not_http_is_a_problem_with_400_that_gives_nothing_away(
    still_service: Service, caplog: pytest.LogCaptureFixture, request_bytes: bytes
) -> None:
    answers = await send_raw(still_service.url, request_bytes)

    problem(answers[-1], 400, "malformed-request")
    assert answers[-1].headers["Server"] == "events-face"
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_an_address_with_raw_utf8_is_told_to_be_encoded(still_service: Service) -> None:
    answer = await request_raw(still_service.url, "GET /api/events?q=концерт".encode())

    assert "percent-encoded" in problem(answer, 400, "malformed-request")["detail"]


async def test_a_request_with_a_whole_address_is_answered_as_one_with_a_path(
    still_service: Service,
) -> None:
    answer = await request_raw(still_service.url, b"GET http://evil.example/api/events?limit=1")

    assert answer.status == 200
    assert b"evil" not in answer.body


# Bodies that never become whole


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "foo"])
async def test_an_encoded_body_is_refused_with_415(
    still_service: Service, caplog: pytest.LogCaptureFixture, encoding: str
) -> None:
    answer = await request_raw(
        still_service.url,
        b"POST " + REGISTRATIONS.encode(),
        [JSON.strip(), b"Content-Encoding: " + encoding.encode()],
        b"not encoded like that",
    )

    problem(answer, 415, "unsupported-media-type")
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_a_small_body_that_unfolds_to_a_huge_one_is_refused(
    still_service: Service,
) -> None:
    bomb = gzip.compress(b"a" * 20_000_000)

    answer = await request_raw(
        still_service.url,
        b"POST " + REGISTRATIONS.encode(),
        [JSON.strip(), b"Content-Encoding: gzip"],
        bomb,
    )

    problem(answer, 415, "unsupported-media-type")


async def test_a_body_that_does_not_come_in_time_is_a_problem_with_408(
    still_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events_face_runners.web.reading._PATIENCE_SECONDS", 0.2)
    head = POST + JSON + b"Content-Length: 500\r\n\r\n"

    answers = await send_raw(still_service.url, head, b"{", Pause(0.5), b" " * 499)

    problem(answers[0], 408, "request-timeout")


async def test_a_client_that_goes_away_is_no_error_of_ours(
    still_service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    head = POST + JSON + b"Content-Length: 500\r\n\r\n"
    with pytest.raises(TimeoutError):
        await send_raw(still_service.url, head, b"{", seconds=0.3)

    answer = await still_service.get("/metrics")

    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
    assert 'status="500"' not in answer.body.decode()


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000])
async def test_a_body_over_the_limit_is_a_problem_with_413(
    still_service: Service, size: int
) -> None:
    answer = await request_raw(
        still_service.url, b"POST " + REGISTRATIONS.encode(), [JSON.strip()], b'"' * size
    )

    problem(answer, 413, "body-too-large")


async def test_a_chunked_body_over_the_limit_is_a_problem_with_413(
    still_service: Service,
) -> None:
    chunks = [b"4000\r\n" + b"a" * 0x4000 + b"\r\n" for _ in range(20)]
    head = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"

    answers = await send_raw(still_service.url, head, *chunks, b"0\r\n\r\n")

    problem(answers[0], 413, "body-too-large")


async def test_a_body_just_under_the_limit_is_read(still_service: Service) -> None:
    padded = BODY + b" " * (64 * 1024 - len(BODY) - 1)

    answer = await request_raw(
        still_service.url, b"POST " + REGISTRATIONS.encode(), [JSON.strip()], padded
    )

    assert answer.status == 202


async def test_a_chunked_body_is_read(still_service: Service) -> None:
    head = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"

    answers = await send_raw(still_service.url, head, chunk)

    assert answers[0].status == 202
