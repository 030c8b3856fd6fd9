"""The contract of the port ``EventSource``, over real sockets: every dialect, bare and guarded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import RawTestServer, unused_port

from contract.conftest import PATIENCE
from contract.scripted import Script
from events_face_adapters.http import HttpService
from events_face_adapters.provider import HttpEventSource, provider_dialect
from events_face_adapters.resilience import (
    Breaker,
    Bulkhead,
    Deadline,
    Guard,
    GuardedEventSource,
)
from events_face_core.catalogue import (
    EventSource,
    EventStatus,
    Place,
    SourceBrokenError,
    SourceEvent,
    SourcePage,
)
from events_face_core.kernel import DependencyUnavailableError
from events_face_runners.simulator import (
    MOSCOW,
    Faults,
    SimulatedEvent,
    SimulatedPlace,
    SimulatorOptions,
    running_simulator,
)

TOKEN = "s3cret"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CHANGED = datetime(2026, 1, 4, 1, 28, 35, 325270, tzinfo=MOSCOW)
DIALECTS = ["v0", "v1", "v2"]
PAGED = ["v1", "v2"]
HASTE = 0.2
EVENT: dict[str, Any] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "name": "Конференция по Python",
    "place": {"id": "p", "name": "Технопарк", "city": "Москва", "address": "ул. Ленина, д. 1"},
    "event_time": "2026-01-11T17:00:00+03:00",
    "registration_deadline": "2026-01-10T17:00:00+03:00",
    "status": "published",
    "number_of_visitors": 5,
    "changed_at": "2026-01-04T22:28:35.325270+03:00",
    "added_later": {"by": "the aggregator"},
}

MakeSource = Callable[..., EventSource]


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(params=["bare", "guarded"])
def make_source(request: pytest.FixtureRequest, session: ClientSession) -> MakeSource:
    """Builds the adapter, with and without its guard."""

    def make(base_url: str, dialect: str = "v2") -> EventSource:
        clock = FixedClock()
        service = HttpService(name="provider", session=session, base_url=base_url, clock=clock)
        source = HttpEventSource(
            service=service, dialect=provider_dialect(dialect, TOKEN), clock=clock
        )
        if request.param == "bare":
            return source
        # The guard is the first to lose patience.
        deadline = Deadline(limit=timedelta(seconds=(session.timeout.total or PATIENCE) / 2))
        guard = Guard("provider", Breaker("provider"), Bulkhead(), deadline)
        return GuardedEventSource(source=source, guard=guard)

    return make


@pytest.fixture
def source(make_source: MakeSource, url: str) -> EventSource:
    return make_source(url)


def page_of(*entries: object, next_url: str | None = None) -> dict[str, object]:
    return {"next": next_url, "previous": None, "results": entries}


def simulated(number: int, **changes: object) -> SimulatedEvent:
    fields: dict[str, Any] = {
        "id": UUID(int=number),
        "name": f"Событие {number}",
        "event_time": CHANGED + timedelta(days=30),
        "registration_deadline": CHANGED + timedelta(days=29),
        "changed_at": CHANGED,
    }
    return SimulatedEvent(**{**fields, **changes})


def options(dialect: str, *world: SimulatedEvent, **choices: object) -> SimulatorOptions:
    fixed: dict[str, Any] = {"token": TOKEN, "change_interval": 0, "world": world}
    return SimulatorOptions(**{**fixed, "dialect": dialect, **choices})


async def pages(source: EventSource, since: date | None = None) -> list[SourcePage]:
    read = [await source.changes(since)]
    while read[-1].next is not None:
        read.append(await source.changes(since, read[-1].next))
    return read


def events(read: list[SourcePage]) -> list[SourceEvent]:
    return [event for page in read for event in page.events]


class TestReading:
    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_57_events_with_one_timestamp_are_read_once_each(
        self, make_source: MakeSource, dialect: str
    ) -> None:
        world = [simulated(number) for number in range(1, 58)]
        async with running_simulator(options(dialect, *world, page_size=10)) as simulator:
            read = await pages(make_source(simulator.url, dialect))
        assert sorted(e.event.id for e in events(read)) == [str(one.id) for one in world]
        assert len(read) == (1 if dialect == "v0" else 6)

    @pytest.mark.parametrize("dialect", PAGED)
    async def test_pages_are_followed_past_a_wrong_host(
        self, make_source: MakeSource, dialect: str
    ) -> None:
        world = [simulated(number) for number in range(1, 26)]
        chosen = options(dialect, *world, page_size=10, wrong_next_host=True)
        async with running_simulator(chosen) as simulator:
            read = await pages(make_source(simulator.url, dialect))
        assert len(events(read)) == 25

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_an_event_says_what_its_dialect_knows(
        self, make_source: MakeSource, dialect: str
    ) -> None:
        hall = SimulatedPlace(
            id=UUID(int=7),
            name="Зал",
            city="Москва",
            address="ул. Ленина, д. 1",
            seats_pattern="A1-2",
            changed_at=CHANGED,
            created_at=CHANGED,
        )
        world = [simulated(1, place=hall, number_of_visitors=3)]
        places = {
            "v0": None,
            "v1": Place(id=str(UUID(int=7)), name="Зал"),
            "v2": Place(id=str(UUID(int=7)), name="Зал", city="Москва", address="ул. Ленина, д. 1"),
        }
        async with running_simulator(options(dialect, *world)) as simulator:
            [read] = events(await pages(make_source(simulator.url, dialect)))
        assert read.event.place == places[dialect]
        assert read.event.number_of_visitors == (None if dialect == "v1" else 3)
        assert read.event.event_time == CHANGED + timedelta(days=30)
        assert read.event.event_time.utcoffset() == timedelta(0)
        assert read.event.registration_deadline.utcoffset() == timedelta(0)

    @pytest.mark.parametrize("dialect", PAGED)
    async def test_changed_at_keeps_the_offset_it_was_written_with(
        self, make_source: MakeSource, dialect: str
    ) -> None:
        async with running_simulator(options(dialect, simulated(1))) as simulator:
            [read] = events(await pages(make_source(simulator.url, dialect)))
        assert read.stamped
        assert read.event.changed_at == CHANGED
        assert read.event.changed_at.utcoffset() == timedelta(hours=3)

    async def test_an_unstamped_event_of_v0_gets_the_time_of_reading(
        self, make_source: MakeSource
    ) -> None:
        async with running_simulator(options("v0", simulated(1))) as simulator:
            [read] = events(await pages(make_source(simulator.url, "v0")))
        assert not read.stamped
        assert read.event.changed_at == NOW

    async def test_a_stamp_in_v0_is_believed(
        self, make_source: MakeSource, url: str, script: Script
    ) -> None:
        script.says([EVENT])
        [read] = (await make_source(url, "v0").changes(None)).events
        assert read.stamped
        assert read.event.changed_at == datetime.fromisoformat(EVENT["changed_at"])

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("new", EventStatus.NEW),
            ("published", EventStatus.OPEN),
            ("open", EventStatus.OPEN),
            ("registration_closed", EventStatus.REGISTRATION_CLOSED),
            ("registration closed", EventStatus.REGISTRATION_CLOSED),
            ("finished", EventStatus.FINISHED),
            ("cancelled", EventStatus.CANCELLED),
        ],
    )
    async def test_every_dialect_understands_every_word_for_a_status(
        self,
        *,
        make_source: MakeSource,
        url: str,
        script: Script,
        dialect: str,
        word: str,
        status: EventStatus,
    ) -> None:
        entry = {**EVENT, "status": word}
        script.says([entry] if dialect == "v0" else page_of(entry))
        [read] = (await make_source(url, dialect).changes(None)).events
        assert read.event.status is status

    async def test_the_order_of_the_source_is_kept(
        self, source: EventSource, script: Script
    ) -> None:
        script.says(page_of(*({**EVENT, "id": str(n)} for n in (3, 1, 2))))
        assert [e.event.id for e in (await source.changes(None)).events] == ["3", "1", "2"]

    async def test_an_empty_listing_is_a_page(self, source: EventSource, script: Script) -> None:
        script.says(page_of())
        assert await source.changes(date(2026, 1, 1)) == SourcePage(events=[])


class TestAsking:
    @pytest.mark.parametrize(
        ("dialect", "since", "asked"),
        [
            ("v0", None, "/api/events/"),
            ("v1", None, "/api/events/"),
            ("v2", None, "/api/events/?changed_at=2000-01-01"),
            ("v0", date(2026, 1, 4), "/api/events/?changed_at=2026-01-04"),
            ("v1", date(2026, 1, 4), "/api/events/?changed_at=2026-01-04"),
            ("v2", date(2026, 1, 4), "/api/events/?changed_at=2026-01-04"),
        ],
    )
    async def test_the_day_is_asked_for_as_the_dialect_wants_it(
        self,
        *,
        make_source: MakeSource,
        url: str,
        script: Script,
        dialect: str,
        since: date | None,
        asked: str,
    ) -> None:
        script.says([] if dialect == "v0" else page_of())
        await make_source(url, dialect).changes(since)
        assert [str(request.rel_url) for request, _ in script.asked] == [asked]

    @pytest.mark.parametrize(
        ("dialect", "header", "value"),
        [("v1", "Authorization", f"Bearer {TOKEN}"), ("v2", "x-api-key", TOKEN)],
    )
    async def test_the_token_is_sent_as_the_dialect_wants_it(
        self,
        *,
        make_source: MakeSource,
        url: str,
        script: Script,
        dialect: str,
        header: str,
        value: str,
    ) -> None:
        script.says(page_of())
        await make_source(url, dialect).changes(None)
        assert script.asked[0][0].headers[header] == value

    async def test_v0_sends_no_token(
        self, make_source: MakeSource, url: str, script: Script
    ) -> None:
        script.says([])
        await make_source(url, "v0").changes(None)
        assert TOKEN not in str(script.asked[0][0].headers)

    async def test_a_prefix_in_the_base_url_stays(
        self, make_source: MakeSource, url: str, script: Script
    ) -> None:
        script.says(page_of())
        await make_source(f"{url}behind/a%20proxy/").changes(date(2026, 1, 4))
        assert script.asked[0][0].raw_path == "/behind/a%20proxy/api/events/?changed_at=2026-01-04"

    @pytest.mark.parametrize(
        "next_url",
        [
            "https://elsewhere.example/api/events/?changed_at=2026-01-01&cursor=a%2Bb%3D",
            "//elsewhere.example/api/events/?changed_at=2026-01-01&cursor=a%2Bb%3D",
            "/admin/?changed_at=2026-01-01&cursor=a%2Bb%3D",
            "?changed_at=2026-01-01&cursor=a%2Bb%3D",
        ],
    )
    async def test_only_the_query_of_next_is_followed(
        self, source: EventSource, script: Script, next_url: str
    ) -> None:
        script.says(page_of(next_url=next_url))
        first = await source.changes(date(2026, 1, 1))
        await source.changes(date(2026, 1, 1), first.next)
        second = script.asked[1][0]
        assert second.path == "/api/events/"
        assert dict(second.query) == {"changed_at": "2026-01-01", "cursor": "a+b="}

    async def test_nothing_is_sent_to_the_other_host_that_next_names(
        self, source: EventSource, script: Script
    ) -> None:
        other = Script()
        async with RawTestServer(other) as elsewhere:
            script.says(page_of(EVENT, next_url=str(elsewhere.make_url("/api/events/?cursor=c"))))
            first = await source.changes(None)
            script.says(page_of())
            await source.changes(None, first.next)
        assert other.asked == []
        assert [request.headers["x-api-key"] for request, _ in script.asked] == [TOKEN, TOKEN]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_not_followed(
        self, source: EventSource, script: Script, status: int
    ) -> None:
        other = Script()
        other.says(page_of(EVENT))
        async with RawTestServer(other) as elsewhere:
            script.says(None, status, Location=str(elsewhere.make_url("/api/events/")))
            with pytest.raises(DependencyUnavailableError):
                await source.changes(None)
        assert other.asked == []


class TestUnreadableEntries:
    @pytest.mark.parametrize(
        "spoilt",
        [
            {"name": None},
            {"status": "postponed"},
            {"event_time": "2026-01-11T17:00:00"},
            {"event_time": "soon"},
            {"registration_deadline": "0001-01-01T00:00:00+03:00"},
            {"changed_at": "0001-01-01T00:00:00+03:00"},
            {"changed_at": None},
            {"number_of_visitors": -1},
            {"number_of_visitors": 2**63},
            {"id": ""},
            {"id": "x" * 201},
            {"name": "x" * 1001},
            {"name": "a\0b"},
            {"place": {"name": "a place without an id"}},
        ],
        ids=str,
    )
    async def test_an_unreadable_entry_is_counted_and_left_out(
        self, source: EventSource, script: Script, spoilt: dict[str, object]
    ) -> None:
        script.says(page_of(EVENT, {**EVENT, "id": "2", **spoilt}, {**EVENT, "id": "3"}))
        page = await source.changes(None)
        assert [e.event.id for e in page.events] == [EVENT["id"], "3"]
        assert page.unreadable == 1

    @pytest.mark.parametrize("entry", [None, 5, "event", [], {}])
    async def test_an_entry_may_be_anything(
        self, source: EventSource, script: Script, entry: object
    ) -> None:
        script.says(page_of(entry, EVENT))
        page = await source.changes(None)
        assert (len(page.events), page.unreadable) == (1, 1)

    async def test_an_unreadable_entry_is_logged_with_its_id(
        self, source: EventSource, script: Script, caplog: pytest.LogCaptureFixture
    ) -> None:
        script.says(page_of({**EVENT, "id": "e-7", "status": "postponed"}, []))
        with caplog.at_level(logging.WARNING):
            await source.changes(None)
        first, second = caplog.messages
        assert "'e-7'" in first
        assert "postponed" in first
        assert "of unknown id" in second

    async def test_the_longest_id_and_name_are_read(
        self, source: EventSource, script: Script
    ) -> None:
        script.says(page_of({**EVENT, "id": "x" * 200, "name": "x" * 1000}))
        assert (await source.changes(None)).unreadable == 0


class TestFailures:
    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507, 401, 403, 304])
    async def test_a_failing_source_is_unavailable(
        self, source: EventSource, script: Script, status: int
    ) -> None:
        script.says({"detail": "Simulated failure."}, status)
        with pytest.raises(DependencyUnavailableError):
            await source.changes(None)

    @pytest.mark.parametrize("status", [404, 405])
    async def test_a_proxy_without_a_source_is_unavailable(
        self, source: EventSource, script: Script, status: int
    ) -> None:
        script.status, script.body = status, b"<html>404 page not found</html>"
        with pytest.raises(DependencyUnavailableError):
            await source.changes(None)

    @pytest.mark.parametrize("status", [400, 404, 405, 410, 422])
    async def test_a_refused_listing_is_broken(
        self, source: EventSource, script: Script, status: int
    ) -> None:
        script.says({"detail": "Invalid cursor."}, status)
        with pytest.raises(SourceBrokenError, match=f"{status}.*Invalid cursor"):
            await source.changes(None)

    @pytest.mark.parametrize(
        ("header", "wait"),
        [
            ("7", timedelta(seconds=7)),
            ("Mon, 05 Jan 2026 12:01:00 GMT", timedelta(minutes=1)),
            ("86400", timedelta(minutes=10)),
            ("Mon, 05 Jan 2026 11:59:00 GMT", None),
            ("-5", None),
            ("soon", None),
        ],
    )
    @pytest.mark.parametrize("status", [429, 503])
    async def test_the_source_says_how_long_to_wait(
        self,
        *,
        source: EventSource,
        script: Script,
        status: int,
        header: str,
        wait: timedelta | None,
    ) -> None:
        script.says(None, status, Retry_After=header)
        with pytest.raises(DependencyUnavailableError) as caught:
            await source.changes(None)
        assert caught.value.retry_after == wait

    @pytest.mark.parametrize(
        ("dialect", "body"),
        [
            *((dialect, b"") for dialect in DIALECTS),
            *((dialect, b"<!doctype html><title>OK</title>") for dialect in DIALECTS),
            ("v0", b'[{"id": "1'),
            ("v1", b'{"next": null, "results": [{"id": "1'),
            ("v2", b'{"next": null, "results": [{"id": "1'),
        ],
    )
    async def test_a_listing_that_is_not_json_may_be_one_later(
        self, make_source: MakeSource, url: str, script: Script, dialect: str, body: bytes
    ) -> None:
        script.body = body
        with pytest.raises(DependencyUnavailableError) as caught:
            await make_source(url, dialect).changes(None)
        assert caught.value.reached

    @pytest.mark.parametrize(
        ("dialect", "value"),
        [
            ("v0", page_of()),
            ("v0", None),
            ("v1", []),
            ("v2", []),
            ("v2", {"next": None}),
            ("v2", {"next": 5, "results": []}),
            ("v2", {"next": None, "results": {}}),
        ],
    )
    async def test_a_listing_of_another_shape_is_broken(
        self, make_source: MakeSource, url: str, script: Script, dialect: str, value: object
    ) -> None:
        script.says(value)
        with pytest.raises(SourceBrokenError, match=dialect):
            await make_source(url, dialect).changes(None)

    @pytest.mark.parametrize("next_url", ["http://[", "http://elsewhere.example/api/events/"])
    async def test_a_next_that_leads_nowhere_is_broken(
        self, source: EventSource, script: Script, next_url: str
    ) -> None:
        script.says(page_of(next_url=next_url))
        with pytest.raises(SourceBrokenError, match="next page"):
            await source.changes(None)

    async def test_a_listing_without_end_is_broken(
        self, source: EventSource, script: Script
    ) -> None:
        script.body = b"[" + b" " * (16 * 1024 * 1024) + b"]"
        with pytest.raises(SourceBrokenError, match="longer"):
            await source.changes(None)

    @pytest.mark.parametrize("session", [HASTE], indirect=True)
    async def test_a_source_that_hangs_is_unavailable(
        self, source: EventSource, script: Script
    ) -> None:
        script.hang = True
        with pytest.raises(DependencyUnavailableError) as caught:
            await source.changes(None)
        assert caught.value.reached

    async def test_a_cut_connection_is_unavailable(
        self, source: EventSource, script: Script
    ) -> None:
        script.cut = True
        with pytest.raises(DependencyUnavailableError) as caught:
            await source.changes(None)
        assert caught.value.reached

    async def test_nobody_there_is_unavailable(self, make_source: MakeSource) -> None:
        with pytest.raises(DependencyUnavailableError) as caught:
            await make_source(f"http://127.0.0.1:{unused_port()}").changes(None)
        assert not caught.value.reached

    @pytest.mark.parametrize("dialect", PAGED)
    async def test_a_wrong_token_is_told_to_the_operator(
        self,
        make_source: MakeSource,
        dialect: Literal["v0", "v1", "v2"],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        chosen = SimulatorOptions(token="another", change_interval=0, dialect=dialect, events=1)
        async with running_simulator(chosen) as simulator:
            with pytest.raises(DependencyUnavailableError):
                await make_source(simulator.url, dialect).changes(None)
        [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert "token" in record.getMessage()
        assert TOKEN not in caplog.text

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_it_reads_on_after_a_failure(self, make_source: MakeSource, dialect: str) -> None:
        chosen = options(dialect, simulated(1), faults=Faults(fail_first=1, html_errors=True))
        async with running_simulator(chosen) as simulator:
            source = make_source(simulator.url, dialect)
            with pytest.raises(DependencyUnavailableError):
                await source.changes(None)
            page = await source.changes(None)
        assert len(page.events) == 1
