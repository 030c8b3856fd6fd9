"""The simulator speaks the contracts: every dialect, over a real socket."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import aiohttp
import pytest
from yarl import URL

from events_face_runners.simulator import (
    MOSCOW,
    SimulatedEvent,
    SimulatedPlace,
    Simulator,
    SimulatorOptions,
    running_simulator,
)

PAGED = ["v1", "v2"]
DIALECTS = ["v0", "v1", "v2"]
DAY = datetime(2026, 1, 4, 22, 28, 35, 325270, tzinfo=MOSCOW)
EVENT_ID = UUID(int=1)
VISITOR = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}
PLACE = SimulatedPlace(
    id=UUID(int=500),
    name="Конференц-зал Технопарк",
    city="Москва",
    address="ул. Ленина, д. 1",
    seats_pattern="A1-2,B1-1",
    changed_at=DAY,
    created_at=DAY,
)


def an_event(number: int = 1, **changes: object) -> SimulatedEvent:
    fields: dict[str, Any] = {
        "id": UUID(int=number),
        "name": f"Событие {number}",
        "place": PLACE,
        "event_time": DAY + timedelta(days=30),
        "registration_deadline": DAY + timedelta(days=29),
        "changed_at": DAY,
    }
    return SimulatedEvent(**{**fields, **changes})


def options(*events: SimulatedEvent, **choices: object) -> SimulatorOptions:
    fixed: dict[str, Any] = {"change_interval": 0, "world": events or [an_event()]}
    return SimulatorOptions(**{**fixed, **choices})


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def answer(
    client: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    json: object = None,
    data: object = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    async with client.request(method, url, json=json, data=data, headers=headers) as response:
        return response.status, await response.json()


async def register(
    client: aiohttp.ClientSession, simulator: Simulator, key: str | None = None, **body: object
) -> tuple[int, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    url = f"{simulator.url}/api/events/{EVENT_ID}/register/"
    return await answer(client, "POST", url, json={**VISITOR, **body}, headers=headers)


async def unregister(
    client: aiohttp.ClientSession, simulator: Simulator, ticket_id: str
) -> tuple[int, Any]:
    url = f"{simulator.url}/api/events/{EVENT_ID}/unregister/"
    return await answer(client, "DELETE", url, json={"ticket_id": ticket_id})


async def read_pages(
    client: aiohttp.ClientSession, simulator: Simulator, link: str = "next"
) -> list[list[str]]:
    """The ids page by page, following the path and query of the links on the known origin."""
    pages = []
    following: str | None = f"{simulator.url}/api/events/?changed_at=2000-01-01"
    while following:
        parts = urlsplit(following)
        url = URL(f"{simulator.url}{parts.path}?{parts.query}", encoded=True)
        _, page = await answer(client, "GET", str(url))
        pages.append([one["id"] for one in page["results"]])
        following = page[link]
    return pages


# Listing


@pytest.mark.parametrize("dialect", PAGED)
async def test_pages_are_complete_and_in_order_when_every_timestamp_is_the_same(
    client: aiohttp.ClientSession, dialect: str
) -> None:
    events = [an_event(number) for number in range(57, 0, -1)]
    async with running_simulator(options(*events, dialect=dialect)) as simulator:
        pages = await read_pages(client, simulator)

    assert [len(page) for page in pages] == [10, 10, 10, 10, 10, 7]
    assert [one for page in pages for one in page] == [str(UUID(int=n)) for n in range(1, 58)]


@pytest.mark.parametrize("page_size", [1, 2, 7, 10, 300])
@pytest.mark.parametrize("dialect", PAGED)
async def test_sample_events_with_equal_timestamps_are_all_listed_once(
    client: aiohttp.ClientSession, dialect: str, page_size: int
) -> None:
    chosen = options(
        dialect=dialect, page_size=page_size, equal_timestamps=True, world=None, events=120
    )
    async with running_simulator(chosen) as simulator:
        pages = await read_pages(client, simulator)

        listed = [one for page in pages for one in page]
        assert listed == [str(event.id) for event in simulator.world.events]
        assert len(set(listed)) == 120


async def test_groups_of_equal_timestamps_straddle_the_ends_of_pages() -> None:
    async with running_simulator(SimulatorOptions(equal_timestamps=True)) as simulator:
        moments = [event.changed_at for event in simulator.world.events]

    assert all(moments[end - 1] == moments[end] for end in range(10, 300, 10))


async def test_timestamps_of_sample_events_are_unique_unless_asked_otherwise() -> None:
    async with running_simulator(SimulatorOptions()) as simulator:
        events = simulator.world.events

    assert len({event.changed_at for event in events}) == 300
    assert {"Концерты Чайковского", "Новогодняя Ёлка", "Конференция по Python"} <= {
        event.name for event in events
    }
    assert {event.status for event in events} == {
        "new", "published", "registration_closed", "finished", "cancelled"
    }  # fmt: skip
    assert all(event.changed_at.utcoffset() == timedelta(hours=3) for event in events)


async def test_the_oldest_dialect_lists_everything_at_once_without_places(
    client: aiohttp.ClientSession,
) -> None:
    events = [an_event(n, status="registration_closed", max_visitors=9) for n in range(1, 58)]
    async with running_simulator(options(*events, dialect="v0")) as simulator:
        status, listed = await answer(client, "GET", f"{simulator.url}/api/events/")

    assert status == 200
    assert len(listed) == 57
    assert listed[0] == {
        "id": str(EVENT_ID),
        "name": "Событие 1",
        "event_time": "2026-02-03T22:28:35.325270+03:00",
        "registration_deadline": "2026-02-02T22:28:35.325270+03:00",
        "status": "registration closed",
        "max_visitors": 9,
        "number_of_visitors": 0,
    }


async def test_the_middle_dialect_shows_short_places_and_both_words_for_published(
    client: aiohttp.ClientSession,
) -> None:
    events = [an_event(1), an_event(2), an_event(3, place=None, status="new")]
    async with running_simulator(options(*events, dialect="v1")) as simulator:
        _, page = await answer(client, "GET", f"{simulator.url}/api/events/")

    results = page["results"]
    assert results[0]["place"] == {"id": str(PLACE.id), "name": PLACE.name}
    assert results[2]["place"] is None
    assert [one["status"] for one in results] == ["published", "open", "new"]
    assert "number_of_visitors" not in results[0]


async def test_the_current_dialect_shows_an_event_as_the_contract_does(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options()) as simulator:
        url = f"{simulator.url}/api/events/?changed_at=2000-01-01"
        _, page = await answer(client, "GET", url)

    assert (page["next"], page["previous"]) == (None, None)
    (shown,) = page["results"]
    assert set(shown) == {
        "id", "name", "place", "event_time", "registration_deadline", "status",
        "number_of_visitors", "changed_at", "created_at", "status_changed_at",
    }  # fmt: skip
    assert set(shown["place"]) == {
        "id", "name", "city", "address", "seats_pattern", "changed_at", "created_at"
    }  # fmt: skip
    assert shown["changed_at"] == "2026-01-04T22:28:35.325270+03:00"


async def test_changed_at_means_that_day_or_later_in_the_offset_of_the_event(
    client: aiohttp.ClientSession,
) -> None:
    just_after_midnight = datetime(2026, 1, 5, 0, 30, tzinfo=MOSCOW)
    events = [an_event(1), an_event(2, changed_at=just_after_midnight)]
    async with running_simulator(options(*events)) as simulator:
        url = f"{simulator.url}/api/events/?changed_at=2026-01-05"
        _, page = await answer(client, "GET", url)

    assert [one["id"] for one in page["results"]] == [str(UUID(int=2))]


@pytest.mark.parametrize(
    "query",
    ["", "?changed_at=", "?changed_at=yesterday", "?changed_at=2026-02-30",
     "?changed_at=2026-01-01T00:00:00", "?changed_at=20260101"],
)  # fmt: skip
async def test_a_missing_or_bad_date_is_refused_by_the_current_dialect(
    client: aiohttp.ClientSession, query: str
) -> None:
    async with running_simulator(options()) as simulator:
        status, body = await answer(client, "GET", f"{simulator.url}/api/events/{query}")

    assert status == 400
    assert "changed_at" in body["detail"]


@pytest.mark.parametrize("cursor", ["nonsense", "cD0yMDI2LTAxLTA0", "%D0%AF"])
async def test_a_cursor_that_was_never_handed_out_is_refused(
    client: aiohttp.ClientSession, cursor: str
) -> None:
    async with running_simulator(options()) as simulator:
        url = f"{simulator.url}/api/events/?changed_at=2000-01-01&cursor={cursor}"
        status, body = await answer(client, "GET", url)

    assert (status, body) == (404, {"detail": "Invalid cursor."})


async def test_next_is_an_absolute_url_that_keeps_the_date_and_previous_leads_back(
    client: aiohttp.ClientSession,
) -> None:
    events = [an_event(number) for number in range(1, 26)]
    async with running_simulator(options(*events)) as simulator:
        first_url = f"{simulator.url}/api/events/?changed_at=2026-01-01"
        _, first = await answer(client, "GET", first_url)
        _, second = await answer(client, "GET", str(URL(first["next"], encoded=True)))
        _, back = await answer(client, "GET", str(URL(second["previous"], encoded=True)))

        assert first["next"].startswith(f"{simulator.url}/api/events/?")
    assert parse_qs(urlsplit(first["next"]).query)["changed_at"] == ["2026-01-01"]
    assert back["results"] == first["results"]
    assert back["previous"] is None


async def test_the_host_of_next_can_be_wrong(client: aiohttp.ClientSession) -> None:
    events = [an_event(number) for number in range(1, 26)]
    async with running_simulator(options(*events, wrong_next_host=True)) as simulator:
        url = f"{simulator.url}/api/events/?changed_at=2000-01-01"
        _, page = await answer(client, "GET", url)
        pages = await read_pages(client, simulator)

    assert page["next"].startswith("http://provider.internal/api/events/?")
    assert sum(map(len, pages)) == 25


# Keys


@pytest.mark.parametrize(
    ("dialect", "headers", "expected"),
    [
        ("v0", {}, 200),
        ("v1", {}, 403),
        ("v1", {"Authorization": "Token secret"}, 403),
        ("v1", {"Authorization": "Bearer wrong"}, 401),
        ("v1", {"Authorization": "Bearer secret"}, 200),
        ("v2", {}, 401),
        ("v2", {"x-api-key": "wrong"}, 401),
        ("v2", {"Authorization": "Bearer secret"}, 401),
        ("v2", {"x-api-key": "secret"}, 200),
    ],
)
async def test_each_dialect_checks_its_own_key(
    client: aiohttp.ClientSession, dialect: str, headers: dict[str, str], expected: int
) -> None:
    async with running_simulator(options(dialect=dialect, token="secret")) as simulator:
        url = f"{simulator.url}/api/events/?changed_at=2000-01-01"
        status, body = await answer(client, "GET", url, headers=headers)

    assert status == expected
    assert expected == 200 or "detail" in body


async def test_registering_with_a_bad_key_registers_nobody(client: aiohttp.ClientSession) -> None:
    async with running_simulator(options(token="secret")) as simulator:
        status, _ = await register(client, simulator)

        assert status == 401
        assert simulator.world.registrations == {}


# Registration


@pytest.mark.parametrize(
    ("dialect", "body", "field"),
    [("v0", {"id": None}, "visitor_id"), ("v1", {}, "ticket_id"), ("v2", {}, "ticket_id")],
)
async def test_a_visitor_gets_a_ticket_in_every_dialect(
    client: aiohttp.ClientSession, dialect: str, body: dict[str, Any], field: str
) -> None:
    async with running_simulator(options(dialect=dialect)) as simulator:
        status, given = await register(client, simulator, **body)

        (made,) = simulator.world.registrations[EVENT_ID]
        assert (status, given) == (201, {field: made.ticket_id})
        assert str(UUID(made.ticket_id)) == made.ticket_id
        assert simulator.world.event(EVENT_ID).number_of_visitors == 1
        assert simulator.world.event(EVENT_ID).changed_at > DAY


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("v0", VISITOR),
        ("v1", {**VISITOR, "seat": "A1"}),
        ("v2", {**VISITOR, "email": "anna"}),
        ("v2", {**VISITOR, "first_name": ""}),
        ("v2", {**VISITOR, "phone": "1"}),
        ("v2", {"email": "anna@example.com"}),
        ("v2", []),
    ],
)
async def test_a_body_of_another_shape_is_refused(
    client: aiohttp.ClientSession, dialect: str, body: object
) -> None:
    async with running_simulator(options(dialect=dialect)) as simulator:
        url = f"{simulator.url}/api/events/{EVENT_ID}/register/"
        status, given = await answer(client, "POST", url, json=body)

    assert status == 400
    assert given["detail"]


async def test_a_body_that_is_not_json_is_refused(client: aiohttp.ClientSession) -> None:
    async with running_simulator(options()) as simulator:
        url = f"{simulator.url}/api/events/{EVENT_ID}/register/"
        form, _ = await answer(client, "POST", url, data=VISITOR)
        headers = {"Content-Type": "application/json"}
        broken, _ = await answer(client, "POST", url, data=b"{", headers=headers)

    assert (form, broken) == (400, 400)


async def test_a_seat_is_sold_once(client: aiohttp.ClientSession) -> None:
    async with running_simulator(options()) as simulator:
        first, _ = await register(client, simulator, seat="A1")
        second, body = await register(client, simulator, seat="A1", email="other@example.com")

    assert first == 201
    assert (second, body) == (400, ["This ticket is not available (already sold)."])


async def test_a_seat_that_the_place_does_not_have_is_refused(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options()) as simulator:
        status, body = await register(client, simulator, seat="Z9")

    assert (status, body) == (400, {"detail": "There is no such seat."})


async def test_an_email_registers_once_whatever_its_case_and_seat(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options(an_event(max_visitors=1))) as simulator:
        await register(client, simulator, seat="A1")
        status, body = await register(client, simulator, email="ANNA@Example.com", seat="A1")

    assert (status, body) == (400, {"detail": "Visitor is already registered for this event."})


async def test_a_full_event_is_sold_out(client: aiohttp.ClientSession) -> None:
    full = an_event(max_visitors=5, number_of_visitors=5)
    async with running_simulator(options(full)) as simulator:
        status, body = await register(client, simulator)

    assert (status, body) == (400, {"detail": "No places left: sold out."})


@pytest.mark.parametrize(
    ("event_status", "detail"),
    [
        ("new", "Registration is closed."),
        ("registration_closed", "Registration is closed."),
        ("finished", "Registration is closed."),
        ("cancelled", "Event is cancelled."),
    ],
)
async def test_only_a_published_event_registers(
    client: aiohttp.ClientSession, event_status: str, detail: str
) -> None:
    async with running_simulator(options(an_event(status=event_status))) as simulator:
        status, body = await register(client, simulator)

    assert (status, body) == (400, {"detail": detail})


@pytest.mark.parametrize("event_id", [str(UUID(int=404)), "not-an-id"])
@pytest.mark.parametrize(
    ("method", "action", "body"),
    [("POST", "register", VISITOR), ("DELETE", "unregister", {"ticket_id": "1"}),
     ("GET", "seats", None)],
)  # fmt: skip
async def test_an_unknown_event_is_not_found(
    client: aiohttp.ClientSession, event_id: str, method: str, action: str, body: object
) -> None:
    async with running_simulator(options()) as simulator:
        url = f"{simulator.url}/api/events/{event_id}/{action}/"
        status, given = await answer(client, method, url, json=body)

    assert (status, given) == (404, {"detail": "Event not found."})


async def test_by_default_an_idempotency_key_is_kept_but_not_honoured(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options()) as simulator:
        await register(client, simulator, key="k1", seat="A1")
        status, body = await register(client, simulator, key="k1", seat="A1")

        (made,) = simulator.world.registrations[EVENT_ID]
        assert made.idempotency_key == "k1"
    assert (status, body) == (400, {"detail": "Visitor is already registered for this event."})


async def test_an_idempotent_aggregator_gives_the_same_ticket_for_the_same_key(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options(idempotent=True)) as simulator:
        first = await register(client, simulator, key="k1", seat="A1")
        again = await register(client, simulator, key="k1", seat="A1")

        assert again == first
        assert first[0] == 201
        assert len(simulator.world.registrations[EVENT_ID]) == 1


async def test_a_ticket_given_back_frees_its_seat(client: aiohttp.ClientSession) -> None:
    async with running_simulator(options()) as simulator:
        seats_url = f"{simulator.url}/api/events/{EVENT_ID}/seats/"
        _, given = await register(client, simulator, seat="A1")
        taken = await answer(client, "GET", seats_url)
        returned = await unregister(client, simulator, given["ticket_id"])
        free = await answer(client, "GET", seats_url)

        assert taken == (200, {"seats": ["A2", "B1"]})
        assert returned == (200, {"success": True})
        assert free == (200, {"seats": ["A1", "A2", "B1"]})
        assert simulator.world.event(EVENT_ID).number_of_visitors == 0


async def test_a_ticket_is_given_back_once(client: aiohttp.ClientSession) -> None:
    async with running_simulator(options()) as simulator:
        _, given = await register(client, simulator)
        await unregister(client, simulator, given["ticket_id"])
        again = await unregister(client, simulator, given["ticket_id"])

    assert again == (404, {"detail": "Ticket not found."})


async def test_seats_of_an_unpublished_event_break_the_aggregator(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options(an_event(status="new"))) as simulator:
        response = await client.get(f"{simulator.url}/api/events/{EVENT_ID}/seats/")
        body = await response.text()

    assert (response.status, response.content_type) == (500, "text/html")
    assert "UnexpectedEventStatus" in body


@pytest.mark.parametrize("dialect", ["v0", "v1"])
async def test_older_dialects_have_neither_seats_nor_returns(
    client: aiohttp.ClientSession, dialect: str
) -> None:
    async with running_simulator(options(dialect=dialect)) as simulator:
        event_url = f"{simulator.url}/api/events/{EVENT_ID}"
        async with client.get(f"{event_url}/seats/") as seats:
            pass
        async with client.delete(f"{event_url}/unregister/", json={}) as returned:
            pass

    assert (seats.status, returned.status) == (404, 404)


# Notifications

NOTIFICATION_V1 = {
    "id": str(UUID(int=71)),
    "owner_id": str(UUID(int=72)),
    "email": "anna@example.com",
    "message": "Вы зарегистрированы",
}
NOTIFICATION_V2 = {
    "message": "Вы зарегистрированы",
    "reference_id": "r-1",
    "idempotency_key": "n-1",
    "email": "anna@example.com",
}
NOTIFICATIONS = [("v1", NOTIFICATION_V1), ("v2", NOTIFICATION_V2)]


@pytest.mark.parametrize(("dialect", "body"), NOTIFICATIONS)
async def test_a_notification_is_accepted_once_and_then_answered_as_seen(
    client: aiohttp.ClientSession, dialect: str, body: dict[str, str]
) -> None:
    async with running_simulator(options(notifier_dialect=dialect)) as simulator:
        url = f"{simulator.url}/api/notifications"
        first, _ = await answer(client, "POST", url, json=body)
        again, _ = await answer(client, "POST", url, json=body)

        (received,) = simulator.world.notifications
    assert (first, again) == (201, 409)
    assert received.key == body.get("idempotency_key", body.get("id"))
    assert (received.message, received.times) == ("Вы зарегистрированы", 2)


async def test_the_current_notifier_answers_with_what_it_made(
    client: aiohttp.ClientSession,
) -> None:
    async with running_simulator(options()) as simulator:
        url = f"{simulator.url}/api/notifications"
        _, made = await answer(client, "POST", url, json=NOTIFICATION_V2)

    assert set(made) == {
        "id", "user_id", "message", "reference_id", "created_at", "idempotency_key"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "body", "missing"),
    [(dialect, body, field) for dialect, body in NOTIFICATIONS for field in body],
)
async def test_a_notification_without_one_of_its_fields_is_refused(
    client: aiohttp.ClientSession, dialect: str, body: dict[str, str], missing: str
) -> None:
    left = {name: value for name, value in body.items() if name != missing}
    async with running_simulator(options(notifier_dialect=dialect)) as simulator:
        url = f"{simulator.url}/api/notifications"
        status, given = await answer(client, "POST", url, json=left)

        assert simulator.world.notifications == []
    assert status == 400
    assert missing in given["detail"]


@pytest.mark.parametrize(
    ("dialect", "headers", "expected"),
    [
        ("v1", {}, 401),
        ("v1", {"Authorization": "Bearer wrong"}, 401),
        ("v1", {"Authorization": "Bearer secret"}, 201),
        ("v2", {}, 401),
        ("v2", {"X-API-Key": "wrong"}, 401),
        ("v2", {"X-API-Key": "secret"}, 201),
    ],
)
async def test_each_notifier_dialect_checks_its_own_key(
    client: aiohttp.ClientSession, dialect: str, headers: dict[str, str], expected: int
) -> None:
    body = dict(NOTIFICATIONS)[dialect]
    chosen = options(notifier_dialect=dialect, notifier_token="secret")
    async with running_simulator(chosen) as simulator:
        url = f"{simulator.url}/api/notifications"
        status, _ = await answer(client, "POST", url, json=body, headers=headers)

    assert status == expected
