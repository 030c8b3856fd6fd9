"""``/api/events`` over a real socket: paging, filters, search, freshness (http-api, "Events")."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from uuid import UUID

import pytest

from events_face_core.catalogue import PurgeCatalogue
from events_face_runners.simulator import Simulator, running_simulator
from support.making import CHANGED, SOON, an_event, calm, event_id, quick_settings, utc
from support.problems import problem
from support.raw import as_json
from support.service import Service, running_service
from support.waiting import until

HOUR = timedelta(hours=1)


def crowd(number: int) -> Any:  # noqa: ANN401  # SimulatedEvent
    """One of 57 events: `changed_at` and `event_time` are shared across the ends of pages."""
    return an_event(
        number,
        changed_at=CHANGED + HOUR * (number // 7),
        event_time=SOON + HOUR * (number // 4),
    )


@pytest.fixture
async def crowded(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that mirrored 57 events over pages of 10."""
    options = calm(*map(crowd, range(57)), page_size=10, equal_timestamps=True)
    async with (
        running_simulator(options) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        yield service


@pytest.fixture
async def varied(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that mirrored events that differ in everything one can filter by."""
    events = [
        an_event(1, name="Концерты Чайковского", status="published", event_time=SOON),
        an_event(2, name="Ёлка в Кремле", status="new", event_time=SOON + HOUR),
        an_event(3, name="Jazz concerts", status="registration_closed", event_time=SOON + HOUR * 2),
        an_event(4, name="Лекция", status="finished", event_time=SOON + HOUR * 3),
        an_event(5, name="Выставка", status="cancelled", event_time=SOON + HOUR * 4, place=None),
    ]
    async with (
        running_simulator(calm(*events)) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        yield service


async def listed(service: Service, **query: object) -> list[int]:
    """The numbers of the events that a question finds, in the order of the answer."""
    answer = await service.get(f"/api/events?{urlencode(query, doseq=True)}")
    assert answer.status == 200, answer
    return [UUID(event["id"]).int for event in answer.json()["results"]]


async def walk(service: Service, path: str, link: str = "next") -> list[list[int]]:
    """The numbers of the events on each page from this one on, along the links."""
    pages = []
    at: str | None = path
    while at is not None:
        answer = await service.get(at)
        assert answer.status == 200, answer
        page = answer.json()
        pages.append([UUID(event["id"]).int for event in page["results"]])
        at = page[link]
    return pages


# The shape


async def test_an_event_is_listed_with_exactly_the_fields_of_the_contract(
    still_service: Service,
) -> None:
    answer = await still_service.get("/api/events")

    assert answer.status == 200
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": event_id(1),
                "name": "Событие 1",
                "status": "open",
                "event_time": utc(SOON),
                "registration_deadline": utc(SOON - timedelta(days=1)),
                "place": {
                    "id": event_id(500),
                    "name": "Конференц-зал Технопарк",
                    "city": "Москва",
                    "address": "ул. Ленина, д. 1",
                },
                "number_of_visitors": 0,
                "changed_at": utc(CHANGED),
                "origin": "provider",
            }
        ],
    }


async def test_a_single_event_is_shown_as_it_is_listed(still_service: Service) -> None:
    listing = await still_service.get("/api/events")

    single = await still_service.get(f"/api/events/{event_id(1)}")

    assert single.status == 200
    assert single.json() == listing.json()["results"][0]


async def test_an_event_without_a_place_has_a_place_of_null(varied: Service) -> None:
    answer = await varied.get(f"/api/events/{event_id(5)}")

    assert answer.json()["place"] is None


async def test_the_listing_is_json_in_utf8_and_says_how_long_it_is_fresh(
    still_service: Service,
) -> None:
    answer = await still_service.get("/api/events")

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert "Событие" in answer.body.decode("utf-8")


# Paging


@pytest.mark.parametrize("ordering", ["event_time", "-event_time"])
async def test_following_next_lists_all_57_events_once_and_in_order(
    crowded: Service, ordering: str
) -> None:
    pages = await walk(crowded, f"/api/events?limit=10&ordering={ordering}")

    numbers = [number for page in pages for number in page]
    expected = sorted(range(57), key=lambda number: (number // 4, number))
    assert numbers == (expected[::-1] if ordering.startswith("-") else expected)
    assert [len(page) for page in pages] == [10, 10, 10, 10, 10, 7]


@pytest.mark.parametrize("ordering", ["event_time", "-event_time"])
async def test_following_previous_from_the_last_page_leads_back_over_the_same_pages(
    crowded: Service, ordering: str
) -> None:
    forwards = await walk(crowded, f"/api/events?limit=10&ordering={ordering}")
    last = f"/api/events?limit=10&ordering={ordering}"
    while (following := (await crowded.get(last)).json()["next"]) is not None:
        last = following

    backwards = await walk(crowded, last, "previous")

    assert sorted(n for page in backwards for n in page) == list(range(57))
    assert backwards == forwards[::-1]


@pytest.mark.parametrize("limit", [1, 56, 57, 58, 100])
async def test_every_size_of_page_lists_every_event_once(crowded: Service, limit: int) -> None:
    pages = await walk(crowded, f"/api/events?limit={limit}")

    assert sorted(n for page in pages for n in page) == list(range(57))


async def test_a_page_holds_twenty_events_unless_told_otherwise(crowded: Service) -> None:
    answer = await crowded.get("/api/events")

    assert len(answer.json()["results"]) == 20


async def test_the_first_page_has_no_previous_and_the_last_no_next(crowded: Service) -> None:
    first = (await crowded.get("/api/events?limit=50")).json()
    last = (await crowded.get(first["next"])).json()

    assert first["previous"] is None
    assert last["next"] is None
    assert last["previous"] is not None


async def test_next_and_previous_carry_the_filters(crowded: Service) -> None:
    query = {
        "q": "событие",
        "status": ["new", "open"],
        "event_time_from": "2020-01-01T00:00:00+03:00",
        "event_time_to": "2099-01-01T00:00:00+03:00",
        "registration_deadline_from": "2020-01-01T00:00:00Z",
        "registration_deadline_to": "2099-01-01T00:00:00Z",
        "ordering": "-event_time",
        "limit": "10",
    }
    first = (await crowded.get(f"/api/events?{urlencode(query, doseq=True)}")).json()

    second = (await crowded.get(first["next"])).json()

    for link in (second["next"], second["previous"]):
        carried = parse_qs(urlsplit(link).query)
        assert carried.keys() == {*query, "cursor"}
        assert carried["q"] == ["событие"]
        assert sorted(carried["status"]) == ["new", "open"]
        assert carried["ordering"] == ["-event_time"]
        assert carried["limit"] == ["10"]
        for name in ("event_time_from", "event_time_to"):
            wanted = datetime.fromisoformat(str(query[name]))
            assert datetime.fromisoformat(carried[name][0]) == wanted


async def test_a_filtered_listing_pages_through_the_filtered_events_only(
    crowded: Service,
) -> None:
    start = quote((SOON + HOUR * 5).isoformat())

    pages = await walk(crowded, f"/api/events?limit=10&event_time_from={start}")

    assert [n for page in pages for n in page] == list(range(20, 57))


async def test_an_event_that_appears_while_paging_moves_no_other_across_the_page_end(
    tmp_path: Path,
) -> None:
    async with (
        running_simulator(calm(*map(crowd, range(20)))) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        first = (await service.get("/api/events?limit=10")).json()
        simulator.world.put(an_event(900, event_time=SOON - HOUR, changed_at=CHANGED + HOUR * 99))
        await service.sync()

        rest = await walk(service, first["next"])

    assert [n for page in rest for n in page] == list(range(10, 20))


# Filters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"status": "open"}, [1]),
        ({"status": "new"}, [2]),
        ({"status": "registration_closed"}, [3]),
        ({"status": "finished"}, [4]),
        ({"status": "cancelled"}, [5]),
        ({"status": ["open", "cancelled"]}, [1, 5]),
        ({"status": "open,cancelled"}, [1, 5]),
        ({"status": ["open,new", "cancelled"]}, [1, 2, 5]),
        ({"event_time_from": utc(SOON + HOUR)}, [2, 3, 4, 5]),
        ({"event_time_to": utc(SOON + HOUR)}, [1]),
        ({"event_time_from": utc(SOON + HOUR), "event_time_to": utc(SOON + HOUR * 3)}, [2, 3]),
        ({"event_time_from": (SOON + HOUR).isoformat()}, [2, 3, 4, 5]),
        ({"registration_deadline_from": utc(SOON - timedelta(days=1))}, [1, 2, 3, 4, 5]),
        ({"registration_deadline_to": utc(SOON - timedelta(days=1))}, []),
        ({"ordering": "event_time"}, [1, 2, 3, 4, 5]),
        ({"ordering": "-event_time"}, [5, 4, 3, 2, 1]),
        ({"status": "open", "q": "лекция"}, []),
    ],
)
async def test_a_filter_lists_exactly_what_it_asks_for(
    varied: Service, query: dict[str, object], expected: list[int]
) -> None:
    assert await listed(varied, **query) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("концерт", [1]),
        ("КОНЦЕРТЫ", [1]),
        ("чайк", [1]),
        ("чайковский концерт", [1]),
        ("концерт лекция", []),
        ("елка", [2]),
        ("ЁЛКИ", [2]),
        ("concert", [3]),
        ("jazz, concerts!", [3]),
        ("\"' OR 1=1 --", []),
        ("кон*", [1]),
        ("name:лекция", []),
        ("NEAR(концерт)", []),
        ("%", []),
        ("   ", [1, 2, 3, 4, 5]),
    ],
)
async def test_search_finds_word_forms_and_never_breaks(
    varied: Service, words: str, expected: list[int]
) -> None:
    assert await listed(varied, q=words) == expected


async def test_name_is_another_name_for_q(varied: Service) -> None:
    assert await listed(varied, name="концерт") == [1]


async def test_unknown_parameters_are_ignored(varied: Service) -> None:
    assert await listed(varied, utm_source="mail", _="1", Status="bad", limit="2") == [1, 2]


async def test_unknown_parameters_are_ignored_whatever_bytes_they_hold(varied: Service) -> None:
    answer = await varied.get("/api/events?utm_term=%EA%EE%ED%00&status=open")

    assert answer.status == 200
    assert len(answer.json()["results"]) == 1


# Bad questions


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=abc",
        "limit=",
        "limit=1.0",
        "limit=%2B5",
        "limit=%D9%A3",
        f"limit={'9' * 900}",
        "status=bad",
        "status=open,bad",
        "status=OPEN",
        "status=published",
        "ordering=name",
        "ordering=",
        "ordering=--event_time",
        "cursor=",
        "cursor=abc",
        "cursor=%F0%9F%8E%AB",
        "cursor=W10",
        "cursor=" + "W1tb" * 200,
        "cursor=" + "A" * 1001,
        "event_time_from=yesterday",
        "event_time_from=",
        "event_time_from=2026-01-01",
        "event_time_from=2026-01-01T00:00:00",
        "event_time_to=2026-01-01T00:00:00",
        "registration_deadline_from=2026-01-01T00:00:00",
        "registration_deadline_to=2026-01-01T00:00:00",
        "event_time_from=2026-01-01T00:00:00+03:00",
        "event_time_from=2026-13-01T00:00:00Z",
        "event_time_from=0",
        "q=%00",
        "q=a%0Ab",
        "q=%C2%85",
        "q=%ff",
        "q=%ED%A0%80",
        "name=%00",
        f"q={'a' * 201}",
        f"q={'a' * 7000}",
    ],
)
async def test_a_bad_parameter_is_a_problem_with_400(still_service: Service, query: str) -> None:
    answer = await still_service.get(f"/api/events?{query}")

    body = problem(answer, 400, "invalid-query")
    assert body["instance"] == "/api/events"
    assert query.partition("=")[0] in body["detail"]


async def test_a_search_by_its_other_name_has_the_same_limit(still_service: Service) -> None:
    allowed = await still_service.get(f"/api/events?name={quote('ж' * 200)}")
    too_long = await still_service.get(f"/api/events?name={quote('ж' * 201)}")

    assert allowed.status == 200
    problem(too_long, 400, "invalid-query")


async def test_an_unescaped_plus_is_explained(still_service: Service) -> None:
    answer = await still_service.get("/api/events?event_time_from=2026-01-01T00:00:00+03:00")

    assert "%2B" in problem(answer, 400, "invalid-query")["detail"]


async def test_a_cursor_of_another_ordering_is_refused(crowded: Service) -> None:
    following = (await crowded.get("/api/events?limit=10")).json()["next"]
    cursor = parse_qs(urlsplit(following).query)["cursor"][0]

    answer = await crowded.get(f"/api/events?limit=10&ordering=-event_time&cursor={cursor}")

    problem(answer, 400, "invalid-query")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59"]
)
async def test_the_ends_of_time_can_be_asked_for(
    tmp_path: Path, simulator: Simulator, database: str, moment: str
) -> None:
    cursor = urlsafe_b64encode(as_json(["event_time", False, moment, "x"])).decode().rstrip("=")
    settings = quick_settings(tmp_path, simulator, database_url=database)
    async with running_service(settings, background=False) as service:
        between = await service.get(
            f"/api/events?event_time_from={quote(moment)}&event_time_to={quote(moment)}&limit=1"
        )
        beyond = await service.get(f"/api/events?cursor={cursor}")

    assert (between.status, between.json()["results"]) == (200, [])
    assert (beyond.status, beyond.json()["results"]) == (200, [])


# One event


@pytest.mark.parametrize(
    "unknown",
    [
        event_id(999),
        "nope",
        "%00",
        "%ff",
        "%ED%A0%80",
        "a%2Fb",
        "..%2F..%2Fetc%2Fpasswd",
        quote("концерт"),
        "%27%22%3Cscript%3E",
        "x" * 5000,
        "1;DROP%20TABLE%20event",
    ],
)
async def test_an_unknown_event_is_a_problem_with_404(still_service: Service, unknown: str) -> None:
    answer = await still_service.get(f"/api/events/{unknown}")

    body = problem(answer, 404, answer.json()["type"].removeprefix("/problems/"))
    assert body["type"] in {"/problems/event-not-found", "/problems/not-found"}
    assert body["instance"] == f"/api/events/{unknown}"


async def test_an_unknown_event_of_the_usual_kind_is_event_not_found(
    still_service: Service,
) -> None:
    problem(await still_service.get(f"/api/events/{event_id(999)}"), 404, "event-not-found")


async def test_a_purged_event_is_gone_and_stays_away(tmp_path: Path) -> None:
    over = an_event(7, event_time=datetime.now(UTC) - timedelta(days=6), status="finished")
    async with (
        running_simulator(calm(an_event(1), over)) as simulator,
        running_service(quick_settings(tmp_path, simulator), background=False) as service,
    ):
        await service.sync()
        before = await service.get(f"/api/events/{event_id(7)}")
        await service.app.purge(PurgeCatalogue(keep=timedelta(days=5)))
        await service.sync()

        after = await service.get(f"/api/events/{event_id(7)}")
        left = await listed(service)

    assert before.status == 200
    problem(after, 404, "event-not-found")
    assert left == [1]


# Versions


@pytest.mark.parametrize("path", ["/api/events", f"/api/events/{event_id(1)}"])
async def test_a_client_that_names_the_current_etag_is_answered_304(
    still_service: Service, path: str
) -> None:
    first = await still_service.get(path)
    etag = first.headers["ETag"]

    for named in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = await still_service.get(path, if_none_match=named)

        assert again.status == 304, named
        assert again.body == b""
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("named", ['"other"', "garbage", "", '"', "W/"])
async def test_a_client_that_names_another_etag_is_answered_in_full(
    still_service: Service, named: str
) -> None:
    answer = await still_service.get("/api/events", if_none_match=named)

    assert answer.status == 200


async def test_the_etag_is_the_same_compressed_or_not(crowded: Service) -> None:
    plain = await crowded.get("/api/events", accept_encoding="identity")
    compressed = await crowded.get("/api/events", accept_encoding="gzip")

    assert plain.headers["ETag"] == compressed.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]


async def test_a_change_at_the_provider_changes_the_etag(
    simulator: Simulator, still_service: Service
) -> None:
    before = await still_service.get("/api/events")
    simulator.world.put(an_event(1, name="Другое", changed_at=CHANGED + HOUR))
    await still_service.sync()

    after = await still_service.get("/api/events", if_none_match=before.headers["ETag"])

    assert after.status == 200
    assert after.headers["ETag"] != before.headers["ETag"]


# Freshness


async def test_a_change_shows_at_once_after_the_sync_that_brought_it_though_cached(
    simulator: Simulator, still_service: Service
) -> None:
    for _ in range(3):
        await still_service.get("/api/events")
        await still_service.get(f"/api/events/{event_id(1)}")
    simulator.world.put(an_event(1, name="Другое", changed_at=CHANGED + HOUR))
    await still_service.sync()

    listing = await still_service.get("/api/events")
    single = await still_service.get(f"/api/events/{event_id(1)}")

    assert listing.json()["results"][0]["name"] == "Другое"
    assert single.json()["name"] == "Другое"


async def test_a_change_that_another_process_synced_shows_within_a_second(
    tmp_path: Path, simulator: Simulator, still_service: Service
) -> None:
    await still_service.get("/api/events")
    simulator.world.put(an_event(1, name="Другое", changed_at=CHANGED + HOUR))
    settings = quick_settings(tmp_path, simulator)
    async with running_service(settings, background=False) as other:
        await other.sync()

    async def shows() -> bool:
        answer = await still_service.get("/api/events")
        return bool(answer.json()["results"][0]["name"] == "Другое")

    await until(shows, seconds=1.0)


async def test_a_change_at_the_provider_shows_by_itself(
    simulator: Simulator, service: Service
) -> None:
    await service.get("/api/events")
    simulator.world.put(an_event(2, name="Новое", changed_at=CHANGED + HOUR))

    async def shows() -> bool:
        return len((await service.get("/api/events")).json()["results"]) == 2

    await until(shows, seconds=2.0)
