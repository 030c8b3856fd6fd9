"""Own events, bookings and categories over a real socket (accounts-and-ticketing)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from events_face_core.catalogue import PurgeCatalogue
from events_face_core.kernel import Actor
from events_face_runners.wiring.settings import Settings
from support.making import SetClock, utc
from support.problems import problem
from support.service import Answer, Service, running_service
from support.ticketing import (
    ADMIN,
    ANNA,
    BORIS,
    ORGANIZER,
    OTHER_ORGANIZER,
    START,
    bearer,
    book,
    by_token,
    change,
    draft,
    published,
    show,
    wish,
)
from support.waiting import until

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
VISITOR = {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START - 30 * DAY)


@pytest.fixture
async def hall(database: str, clock: SetClock) -> AsyncIterator[Service]:
    """A service with no aggregator, that does nothing by itself."""
    settings = Settings(database_url=database)
    async with running_service(
        settings, clock=clock, background=False, authenticate=by_token
    ) as service:
        yield service


async def _cancel_event(service: Service, event_id: str, **changes: object) -> Answer:
    body = {"reason": "дождь", **changes}
    path = f"/api/events/{event_id}/cancel"
    return await service.call("POST", path, headers=ORGANIZER, json=body)


def _kind(answer: Answer) -> str:
    """Return which problem an answer is, and check that it is one."""
    slug = str(answer.json()["type"]).removeprefix("/problems/")
    return str(problem(answer, answer.status, slug)["type"])


async def _listed(service: Service) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await service.get("/api/events")).json()["results"]
    return listed


# Drafts


async def test_a_draft_is_answered_with_all_that_is_known_of_it(hall: Service) -> None:
    answer = await hall.call("POST", "/api/events", headers=ORGANIZER, json=wish())

    made = answer.json()
    assert answer.status == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/api/events/{made['id']}"
    assert (made["status"], made["origin"], made["organizer_id"]) == ("draft", "own", "o1")
    assert (made["event_time"], made["registration_deadline"]) == (utc(START), utc(START - DAY))
    assert (made["capacity"], made["available_seats"]) == (2, 2)
    assert (made["rating"], made["review_count"], made["category"]) == (None, 0, None)


async def test_a_draft_is_seen_by_its_organiser_and_administrators_only(hall: Service) -> None:
    path = f"/api/events/{(await draft(hall))['id']}"

    statuses = [
        (await hall.call("GET", path, headers=token)).status
        for token in ({}, ANNA, OTHER_ORGANIZER, ORGANIZER, ADMIN)
    ]

    assert statuses == [404, 404, 404, 200, 200]
    assert await _listed(hall) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "я" * 256},
        {"capacity": 0},
        {"capacity": 1_000_001},
        {"image_url": "ftp://example.com/a.png"},
        {"event_time": "2020-01-01T00:00:00Z"},
        {"event_time": "2030-01-01T00:00:00"},
        {"end_time": START.isoformat()},
        {"event_time": "9999-12-31T23:59:59-12:00"},
        {"category_id": "none"},
        {"category_id": "a\x00b"},
        {"place": {"name": "Зал", "latitude": 1.0}},
        {"surprise": 1},
    ],
)
async def test_a_draft_that_breaks_a_rule_is_refused(
    hall: Service, changes: dict[str, object]
) -> None:
    answer = await hall.call("POST", "/api/events", headers=ORGANIZER, json=wish(**changes))

    assert _kind(answer) == "/problems/invalid-input"
    assert answer.status == 422


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"name": "Зал", "latitude": 91, "longitude": 0}, "place.latitude"),
        ({"name": "Зал", "latitude": 0, "longitude": "x"}, "place.longitude"),
        ({"name": "Зал", "city": 1}, "place.city"),
        ({"name": ""}, "place.name"),
        ({"name": " "}, "place.name"),
        ({}, "place.name"),
        ({"name": "Зал", "surprise": 1}, "place.surprise"),
        ({"name": "Зал", "latitude": 1}, "place"),
        (None, "place"),
        ([], "place"),
    ],
)
async def test_a_mistake_within_the_place_is_named_with_its_path(
    hall: Service, place: object, field: str
) -> None:
    answer = await hall.call("POST", "/api/events", headers=ORGANIZER, json=wish(place=place))

    errors = problem(answer, 422, "invalid-input")["errors"]
    assert [error["field"] for error in errors] == [field]


@pytest.mark.parametrize("body", [{}, wish()])
@pytest.mark.parametrize(("token", "status"), [({}, 401), (bearer("nonsense"), 401), (ANNA, 403)])
async def test_who_organises_nothing_hears_so_whatever_was_sent(
    hall: Service, token: dict[str, str], status: int, body: object
) -> None:
    answer = await hall.call("POST", "/api/events", headers=token, json=body)

    assert answer.status == status
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


async def test_a_repeated_call_makes_one_draft_for_each_organiser(hall: Service) -> None:
    async def post(token: str) -> Answer:
        headers = bearer(token, Idempotency_Key="k")
        return await hall.call("POST", "/api/events", headers=headers, json=wish())

    first, again, other = (
        await post("organizer:o1"),
        await post("organizer:o1"),
        await post("organizer:o2"),
    )

    assert first.json() == again.json()
    assert (other.status, other.json()["id"] == first.json()["id"]) == (201, False)


async def test_ones_own_events_are_listed_drafts_included(hall: Service) -> None:
    event = await draft(hall)
    await published(hall, name="Лекция", event_time=(START + DAY).isoformat())

    all_ = await hall.call("GET", "/api/organizer/events", headers=ORGANIZER)
    first = await hall.call("GET", "/api/organizer/events?limit=1", headers=ORGANIZER)
    second = await hall.call("GET", first.json()["next"], headers=ORGANIZER)
    found = await hall.call(
        "GET", f"/api/organizer/events?q={quote('концерт')}&status=draft", headers=ORGANIZER
    )
    others = await hall.call("GET", "/api/organizer/events", headers=OTHER_ORGANIZER)

    names = [[e["name"] for e in a.json()["results"]] for a in (all_, first, second, found, others)]
    assert names == [
        ["Концерты на крыше", "Лекция"],
        ["Концерты на крыше"],
        ["Лекция"],
        ["Концерты на крыше"],
        [],
    ]
    assert found.json()["results"][0]["id"] == event["id"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "limit=000000001000", "cursor=x", "status=x", "q=" + "x" * 201],
)
async def test_a_bad_query_is_refused(hall: Service, query: str) -> None:
    answer = await hall.call("GET", f"/api/organizer/events?{query}", headers=ORGANIZER)

    assert answer.status == 400


# Changing


async def test_a_change_needs_the_version_that_it_changes(hall: Service) -> None:
    event_id = await published(hall)
    path = f"/api/events/{event_id}"
    seen = (await hall.get(path)).headers["ETag"]
    name = {"name": "Другое"}

    missing = await hall.call("PATCH", path, headers=ORGANIZER, json=name)
    changed = await change(hall, event_id, name, seen)
    stale = await change(hall, event_id, {"name": "Третье"}, seen)
    next_ = await change(hall, event_id, {"name": "Третье"}, changed.headers["ETag"])
    any_ = await change(hall, event_id, {"description": "Что угодно"}, "*")

    assert [a.status for a in (missing, changed, stale, next_, any_)] == [428, 200, 412, 200, 200]
    assert _kind(stale) == "/problems/stale-version"
    assert (await show(hall, event_id))["name"] == "Третье"


async def test_bookings_make_no_change_stale(hall: Service) -> None:
    event_id = await published(hall)
    seen = (await hall.get(f"/api/events/{event_id}")).headers["ETag"]
    await book(hall, event_id)

    answer = await change(hall, event_id, {"name": "Другое"}, seen)

    assert answer.status == 200


async def test_the_event_of_another_is_not_there_to_be_changed(hall: Service) -> None:
    event_id = await published(hall)

    answer = await change(hall, event_id, {"name": "x"}, '"2"', OTHER_ORGANIZER)

    assert answer.status == 404


async def test_the_capacity_does_not_fall_below_what_is_booked(hall: Service) -> None:
    event_id = await published(hall)
    await book(hall, event_id, quantity=2)

    answer = await change(hall, event_id, {"capacity": 1}, "*")

    assert _kind(answer) == "/problems/capacity-below-booked"
    assert answer.status == 409


async def test_what_is_told_as_null_is_forgotten(hall: Service) -> None:
    event_id = await published(hall, description="Текст", image_url="https://example.com/a.png")

    await change(hall, event_id, {"description": None}, "*")

    shown = await show(hall, event_id)
    assert (shown["description"], shown["image_url"]) == (None, "https://example.com/a.png")


async def test_a_draft_is_deleted_and_a_published_event_is_not(hall: Service) -> None:
    draft_id, event_id = (await draft(hall))["id"], await published(hall)

    gone = await hall.call("DELETE", f"/api/events/{draft_id}", headers=ORGANIZER)
    kept = await hall.call("DELETE", f"/api/events/{event_id}", headers=ORGANIZER)

    assert (gone.status, gone.body, kept.status) == (204, b"", 409)


# In the listing


async def test_a_published_event_is_listed_and_shown_at_once(hall: Service) -> None:
    assert await _listed(hall) == []
    event_id = await published(hall)

    (listed,) = await _listed(hall)
    shown = await show(hall, event_id)

    assert (listed["id"], listed["status"], listed["origin"]) == (event_id, "open", "own")
    same = {name: value for name, value in listed.items() if name != "place"}
    assert same.items() <= shown.items()
    assert listed["place"].items() <= shown["place"].items()


async def test_a_change_of_a_cached_event_is_seen_at_once(hall: Service) -> None:
    event_id = await published(hall)
    await show(hall, event_id)

    await change(hall, event_id, {"description": "Новое"}, "*")

    assert (await show(hall, event_id))["description"] == "Новое"


async def test_the_seats_that_are_left_are_never_stale(hall: Service) -> None:
    event_id = await published(hall)
    await show(hall, event_id)

    await book(hall, event_id)

    answer = await hall.get(f"/api/events/{event_id}")
    assert answer.json()["available_seats"] == 1
    assert answer.headers["Cache-Control"] == "no-cache"
    again = await hall.get(f"/api/events/{event_id}", If_None_Match=answer.headers["ETag"])
    assert again.status == 304


async def test_the_clock_closes_and_ends_an_event(hall: Service, clock: SetClock) -> None:
    event_id = await published(hall, end_time=(START + HOUR).isoformat())

    seen = []
    for moment in (START - DAY - HOUR, START - DAY, START, START + HOUR):
        clock.time = moment
        await hall.app.deliver()
        listed = (await _listed(hall))[0]["status"]
        seen.append((listed, (await show(hall, event_id))["status"]))

    assert seen == [
        ("open", "open"),
        ("registration_closed", "registration_closed"),
        ("registration_closed", "registration_closed"),
        ("finished", "finished"),
    ]


async def test_an_event_that_was_purged_from_the_listing_is_still_shown(
    hall: Service, clock: SetClock
) -> None:
    event_id = await published(hall)
    clock.time = START + 30 * DAY
    await hall.app.deliver()
    clock.time += 2 * DAY

    await hall.app.purge(PurgeCatalogue(keep=DAY))

    assert await _listed(hall) == []
    assert (await show(hall, event_id))["status"] == "finished"


async def test_an_event_is_published_by_itself_at_its_time(hall: Service, clock: SetClock) -> None:
    event_id = (await draft(hall))["id"]
    at = clock.time + HOUR
    path = f"/api/events/{event_id}/publish"
    body = {"publish_at": at.isoformat()}

    answer = await hall.call("POST", path, headers=ORGANIZER, json=body)
    await hall.app.deliver()
    before = await _listed(hall)
    clock.time = at
    await asyncio.gather(*(hall.app.deliver() for _ in range(2)))

    assert (answer.json()["status"], answer.json()["publish_at"]) == ("draft", utc(at))
    assert before == []
    assert [event["id"] for event in await _listed(hall)] == [event_id]


async def test_publishing_in_the_past_is_refused(hall: Service, clock: SetClock) -> None:
    path = f"/api/events/{(await draft(hall))['id']}/publish"
    body = {"publish_at": clock.time.isoformat()}

    answer = await hall.call("POST", path, headers=ORGANIZER, json=body)

    assert answer.status == 422


# Bookings


async def test_a_booking_is_answered_as_the_contract_says(hall: Service) -> None:
    event_id = await published(hall)

    answer = await book(hall, event_id, quantity=2)

    made = answer.json()
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/bookings/{made['id']}"
    assert made == {
        "id": made["id"],
        "event_id": event_id,
        "user_id": "anna",
        "status": "confirmed",
        "quantity": 2,
        "ticket_code": made["ticket_code"],
        "created_at": made["created_at"],
        "cancelled_at": None,
    }


async def test_refusals_say_why(hall: Service, clock: SetClock) -> None:
    event_id = await published(hall)
    await book(hall, event_id)

    again = await book(hall, event_id)
    sold_out = await book(hall, event_id, BORIS, quantity=2)
    unknown = await book(hall, "unknown", BORIS)
    clock.time = START - DAY
    closed = await book(hall, event_id, BORIS)

    answers = [again, sold_out, closed, unknown]
    assert [answer.status for answer in answers] == [409, 409, 409, 404]
    assert [_kind(answer) for answer in answers] == [
        "/problems/already-booked",
        "/problems/sold-out",
        "/problems/booking-closed",
        "/problems/event-not-found",
    ]
    assert sold_out.json()["available_seats"] == 1


async def test_cancelling_gives_the_seats_back_once(hall: Service) -> None:
    event_id = await published(hall)
    path = f"/api/bookings/{(await book(hall, event_id)).json()['id']}"

    first = await hall.call("POST", f"{path}/cancel", headers=ANNA)
    again = await hall.call("POST", f"{path}/cancel", headers=ANNA)
    rebooked = await book(hall, event_id)

    assert (first.status, again.status, rebooked.status) == (200, 200, 201)
    assert first.json() == again.json()
    assert first.json()["status"] == "cancelled"
    assert (await show(hall, event_id))["available_seats"] == 1


async def test_who_books_is_found_out_once(database: str, clock: SetClock) -> None:
    asked: list[str] = []

    async def authenticate(token: str) -> Actor:
        asked.append(token)
        return await by_token(token)

    async with running_service(
        Settings(database_url=database), clock=clock, background=False, authenticate=authenticate
    ) as hall:
        event_id = await published(hall)
        asked.clear()

        answer = await book(hall, event_id, ANNA)

    assert (answer.status, asked) == (201, [ANNA["Authorization"].removeprefix("Bearer ")])


async def test_a_booking_is_shown_to_its_holder_and_the_organiser(hall: Service) -> None:
    event_id = await published(hall)
    path = f"/api/bookings/{(await book(hall, event_id)).json()['id']}"

    shown = [
        (await hall.call("GET", path, headers=token)).status
        for token in ({}, BORIS, OTHER_ORGANIZER, ANNA, ORGANIZER, ADMIN)
    ]
    cancelled = [
        (await hall.call("POST", f"{path}/cancel", headers=token)).status
        for token in ({}, BORIS, OTHER_ORGANIZER, ORGANIZER)
    ]

    assert shown == [401, 404, 404, 200, 200, 200]
    assert cancelled == [401, 404, 404, 404]


async def test_bookings_are_ones_own_and_an_organiser_sees_all(hall: Service) -> None:
    event_id = await published(hall)
    await book(hall, event_id, ANNA)
    await book(hall, event_id, BORIS)

    async def whose(token: dict[str, str], query: str = "") -> list[str]:
        answer = await hall.call("GET", f"/api/bookings{query}", headers=token)
        return sorted(booking["user_id"] for booking in answer.json()["results"])

    assert await whose(ANNA) == ["anna"]
    assert await whose(ANNA, f"?event_id={event_id}") == ["anna"]
    assert await whose(ANNA, "?status=cancelled") == []
    assert await whose(ORGANIZER, f"?event_id={event_id}") == ["anna", "boris"]
    assert await whose(OTHER_ORGANIZER, f"?event_id={event_id}") == []


async def test_a_repeated_booking_is_one_booking(hall: Service) -> None:
    event_id = await published(hall)
    headers = {**ANNA, "Idempotency-Key": "k"}

    async def post(quantity: int) -> Answer:
        body = {"event_id": event_id, "quantity": quantity}
        return await hall.call("POST", "/api/bookings", headers=headers, json=body)

    first, again, other = await post(1), await post(1), await post(2)

    assert (first.status, first.json()) == (201, again.json())
    assert _kind(other) == "/problems/idempotency-key-reused"


@pytest.mark.parametrize(
    "body",
    [{}, {"event_id": "e", "quantity": 0}, {"event_id": "e", "quantity": 21}, {"event_id": "\x00"}],
)
async def test_a_booking_that_breaks_a_rule_is_refused(hall: Service, body: object) -> None:
    answer = await hall.call("POST", "/api/bookings", headers=ANNA, json=body)

    assert answer.status == 422


async def _booked(service: Service, event_id: str, token: dict[str, str]) -> Answer:
    """Book as people do: again, while a busy machine keeps everybody waiting too long."""
    answer = await book(service, event_id, token)
    while answer.status == 503:
        answer = await book(service, event_id, token)
    return answer


async def test_of_many_bookings_at_once_in_two_processes_as_many_succeed_as_there_are_seats(
    hall: Service, clock: SetClock
) -> None:
    event_id = await published(hall, capacity=10)
    async with running_service(
        hall.app.settings, clock=clock, background=False, authenticate=by_token
    ) as other:
        answers = await asyncio.gather(
            *(_booked((hall, other)[n % 2], event_id, bearer(f"user:{n}")) for n in range(200))
        )

    statuses = [answer.status for answer in answers]
    assert (statuses.count(201), statuses.count(409)) == (10, 190)
    assert (await show(hall, event_id))["available_seats"] == 0


# Registrations


async def test_a_registration_is_decided_at_once_and_shares_the_seats(hall: Service) -> None:
    event_id = await published(hall)
    await book(hall, event_id)

    first = await hall.register(event_id, VISITOR, key="k")
    again = await hall.register(event_id, VISITOR, key="k")
    second = await hall.register(event_id, {**VISITOR, "email": "b@example.com"})

    assert (first.status, first.json()["status"]) == (202, "confirmed")
    assert again.json() == first.json()
    assert (second.status, _kind(second)) == (409, "/problems/sold-out")


async def test_cancelling_a_registration_gives_its_place_back_once(hall: Service) -> None:
    event_id = await published(hall)
    registration_id = (await hall.register(event_id, VISITOR)).json()["id"]

    for _ in range(2):
        await hall.call("DELETE", f"/api/registrations/{registration_id}")

    assert (await show(hall, event_id))["available_seats"] == 2


# Cancelling an event


async def test_with_a_cancelled_event_everything_for_it_ends(hall: Service) -> None:
    event_id = await published(hall)
    booking_id = (await book(hall, event_id)).json()["id"]
    registration_id = (await hall.register(event_id, VISITOR)).json()["id"]

    answer = await _cancel_event(hall, event_id)
    again = await _cancel_event(hall, event_id)
    await hall.app.deliver()

    booking = await hall.call("GET", f"/api/bookings/{booking_id}", headers=ANNA)
    shown = await show(hall, event_id)
    assert (answer.status, answer.json()["status"], again.status) == (200, "cancelled", 200)
    assert (shown["status"], shown["available_seats"]) == ("cancelled", 2)
    assert booking.json()["status"] == "cancelled"
    assert await hall.status(registration_id) == "cancelled: event-cancelled"
    assert _kind(await book(hall, event_id, BORIS)) == "/problems/booking-closed"
    assert (await _listed(hall))[0]["status"] == "cancelled"


async def test_cancelling_needs_a_reason(hall: Service) -> None:
    event_id = await published(hall)

    assert (await _cancel_event(hall, event_id, reason="")).status == 422


# Categories


async def test_categories_are_a_tree_that_administrators_write(hall: Service) -> None:
    async def post(name: str, token: dict[str, str] = ADMIN, **changes: object) -> Answer:
        body = {"name": name, **changes}
        return await hall.call("POST", "/api/categories", headers=token, json=body)

    music = (await post("Музыка")).json()
    jazz = (await post("Джаз", parent_id=music["id"])).json()
    refused = [
        (await post("музыка")).status,
        (await post("Рок", parent_id="none")).status,
        (await post("Рок", ORGANIZER)).status,
        (await post("Рок", {})).status,
    ]
    path = f"/api/categories/{music['id']}"
    body = {"name": "Музыка", "parent_id": jazz["id"]}
    cycle = await hall.call("PUT", path, headers=ADMIN, json=body)
    renamed = await hall.call("PUT", path, headers=ADMIN, json={"name": "Звук"})

    assert refused == [409, 422, 403, 401]
    assert _kind(cycle) == "/problems/category-cycle"
    assert (renamed.status, renamed.json()["name"]) == (200, "Звук")
    (top,) = (await hall.get("/api/categories")).json()["results"]
    assert (top["name"], [child["name"] for child in top["children"]]) == ("Звук", ["Джаз"])
    event = await draft(hall, category_id=jazz["id"])
    assert event["category"] == {"id": jazz["id"], "name": "Джаз"}


async def test_a_renamed_category_is_shown_at_once(hall: Service) -> None:
    async def named(method: str, path: str, name: str) -> dict[str, Any]:
        answer = await hall.call(method, path, headers=ADMIN, json={"name": name})
        category: dict[str, Any] = answer.json()
        return category

    music = await named("POST", "/api/categories", "Музыка")
    event_id = await published(hall, category_id=music["id"])
    before = (await show(hall, event_id))["category"]["name"]
    await named("PUT", f"/api/categories/{music['id']}", "Звук")

    assert (before, (await show(hall, event_id))["category"]["name"]) == ("Музыка", "Звук")


# Another process


async def test_a_change_is_seen_in_another_process_within_a_second(
    hall: Service, clock: SetClock
) -> None:
    settings = hall.app.settings
    event_id = await published(hall)
    async with running_service(
        settings, clock=clock, background=False, authenticate=by_token
    ) as other:
        await show(other, event_id)

        await change(hall, event_id, {"description": "Новое"}, "*")
        await book(hall, event_id)
        seats = (await show(other, event_id))["available_seats"]

        async def seen() -> bool:
            return bool((await show(other, event_id))["description"] == "Новое")

        await until(seen, seconds=1.5)
    assert seats == 1
