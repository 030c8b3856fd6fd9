"""The contract of the port ``RegistrationGateway``, over real sockets, bare and guarded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from contract.conftest import PATIENCE
from contract.scripted import Script
from events_face_adapters.http import HttpService
from events_face_adapters.provider import HttpRegistrationGateway, provider_dialect
from events_face_adapters.resilience import (
    Breaker,
    Bulkhead,
    Deadline,
    Guard,
    GuardedRegistrationGateway,
)
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.registration import (
    AlreadyRegisteredThere,
    EventSnapshot,
    Language,
    NotTakenBack,
    Reason,
    Refused,
    Registered,
    Registration,
    RegistrationGateway,
    TakenBack,
    Visitor,
)
from events_face_runners.simulator import (
    Faults,
    SimulatedEvent,
    SimulatedPlace,
    Simulator,
    SimulatorOptions,
    running_simulator,
)

TOKEN = "s3cret"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
DIALECTS = ["v0", "v1", "v2"]
HASTE = 0.2
EVENT_ID = str(UUID(int=1))

MakeGateway = Callable[..., RegistrationGateway]


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(params=["bare", "guarded"])
def make_gateway(request: pytest.FixtureRequest, session: ClientSession) -> MakeGateway:
    """Builds the adapter, with and without its guard."""

    def make(base_url: str, dialect: str = "v2", **choices: bool) -> RegistrationGateway:
        service = HttpService(
            name="provider", session=session, base_url=base_url, clock=FixedClock()
        )
        gateway = HttpRegistrationGateway(
            service=service, dialect=provider_dialect(dialect, TOKEN), **choices
        )
        if request.param == "bare":
            return gateway
        # The guard is the first to lose patience.
        deadline = Deadline(limit=timedelta(seconds=(session.timeout.total or PATIENCE) / 2))
        guard = Guard("provider", Breaker("provider"), Bulkhead(), deadline)
        return GuardedRegistrationGateway(gateway=gateway, guard=guard)

    return make


@pytest.fixture
def gateway(make_gateway: MakeGateway, url: str) -> RegistrationGateway:
    return make_gateway(url)


def registration(
    registration_id: str = "r-1",
    *,
    event_id: str = EVENT_ID,
    email: str = "anna@example.com",
    seat: str | None = None,
) -> Registration:
    return Registration(
        id=registration_id,
        event=EventSnapshot(id=event_id, name="Событие", event_time=NOW),
        visitor=Visitor(first_name="Анна", last_name="Ким", email=email),
        seat=seat,
        language=Language.RUSSIAN,
        created_at=NOW,
        decision_due_at=NOW + timedelta(hours=1),
    )


def options(
    dialect: str = "v2", event: dict[str, Any] | None = None, **choices: object
) -> SimulatorOptions:
    """A simulator with one event, which differs from an open one as told."""
    hall = SimulatedPlace(
        id=UUID(int=7),
        name="Зал",
        city="Москва",
        address="ул. Ленина, д. 1",
        seats_pattern="A1-2",
        changed_at=NOW,
        created_at=NOW,
    )
    open_event: dict[str, Any] = {
        "id": UUID(EVENT_ID),
        "name": "Событие",
        "place": hall,
        "event_time": NOW + timedelta(days=30),
        "registration_deadline": NOW + timedelta(days=29),
        "changed_at": NOW,
    }
    world = [SimulatedEvent(**{**open_event, **(event or {})})]
    fixed: dict[str, Any] = {"token": TOKEN, "change_interval": 0, "world": world}
    return SimulatorOptions(**{**fixed, "dialect": dialect, **choices})


def places(simulator: Simulator) -> list[str]:
    return [one.ticket_id for one in simulator.world.registrations.get(UUID(EVENT_ID), [])]


class TestRegistering:
    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_a_visitor_gets_the_ticket(self, make_gateway: MakeGateway, dialect: str) -> None:
        async with running_simulator(options(dialect)) as simulator:
            answer = await make_gateway(simulator.url, dialect).register(registration())
            assert [answer] == [Registered(ticket_id=one) for one in places(simulator)]

    @pytest.mark.parametrize(
        ("dialect", "body"),
        [
            (
                "v0",
                {
                    "first_name": "Анна",
                    "last_name": "Ким",
                    "email": "anna@example.com",
                    "id": None,
                },
            ),
            ("v1", {"first_name": "Анна", "last_name": "Ким", "email": "anna@example.com"}),
            (
                "v2",
                {
                    "first_name": "Анна",
                    "last_name": "Ким",
                    "email": "anna@example.com",
                    "seat": "A1",
                },
            ),
        ],
    )
    async def test_the_body_is_the_dialects_and_the_key_is_the_registrations(
        self,
        *,
        make_gateway: MakeGateway,
        url: str,
        script: Script,
        dialect: str,
        body: dict[str, object],
    ) -> None:
        script.says({"ticket_id": "t", "visitor_id": "t"}, 201)
        await make_gateway(url, dialect).register(registration("r-9", seat="A1"))
        [(request, sent)] = script.asked
        assert (request.method, request.path) == ("POST", f"/api/events/{EVENT_ID}/register/")
        assert request.headers["Idempotency-Key"] == "r-9"
        assert request.content_type == "application/json"
        assert sent == body

    async def test_no_seat_is_sent_where_none_was_asked_for(
        self, gateway: RegistrationGateway, script: Script
    ) -> None:
        script.says({"ticket_id": "t"}, 201)
        await gateway.register(registration())
        assert "seat" not in script.asked[0][1]

    @pytest.mark.parametrize(
        ("dialect", "field"), [("v0", "visitor_id"), ("v1", "ticket_id"), ("v2", "ticket_id")]
    )
    @pytest.mark.parametrize("status", [200, 201])
    async def test_a_ticket_may_be_a_number(
        self,
        *,
        make_gateway: MakeGateway,
        url: str,
        script: Script,
        dialect: str,
        field: str,
        status: int,
    ) -> None:
        script.says({field: 17, "more": True}, status)
        answer = await make_gateway(url, dialect).register(registration())
        assert answer == Registered(ticket_id="17")

    @pytest.mark.parametrize(
        ("event_id", "path"),
        [
            ("../x y/й?#%", "/api/events/..%2Fx%20y%2F%D0%B9%3F%23%25/register/"),
            ("..", "/api/events/%2E%2E/register/"),
            (".", "/api/events/%2E/register/"),
        ],
    )
    async def test_no_event_id_can_change_the_path(
        self, gateway: RegistrationGateway, script: Script, event_id: str, path: str
    ) -> None:
        script.says({"ticket_id": "t"}, 201)
        await gateway.register(registration(event_id=event_id))
        assert script.asked[0][0].raw_path == path

    @pytest.mark.parametrize("idempotent", [True, False])
    async def test_whether_retries_are_exact_is_a_setting(
        self, *, make_gateway: MakeGateway, url: str, idempotent: bool
    ) -> None:
        assert make_gateway(url, idempotent=idempotent).idempotent is idempotent

    async def test_a_retry_at_an_idempotent_provider_gets_the_same_ticket(
        self, make_gateway: MakeGateway
    ) -> None:
        chosen = options(idempotent=True, faults=Faults(lost_reply_rate=1))
        async with running_simulator(chosen) as simulator:
            gateway = make_gateway(simulator.url, idempotent=True)
            with pytest.raises(DependencyUnavailableError):
                await gateway.register(registration())
            simulator.faults = Faults()
            answer = await gateway.register(registration())
            assert [answer] == [Registered(ticket_id=one) for one in places(simulator)]

    async def test_of_a_race_for_one_seat_one_wins(self, make_gateway: MakeGateway) -> None:
        async with running_simulator(options()) as simulator:
            gateway = make_gateway(simulator.url)
            answers = await asyncio.gather(
                *(
                    gateway.register(registration(f"r-{n}", email=f"v{n}@example.com", seat="A1"))
                    for n in range(6)
                )
            )
        assert len([one for one in answers if isinstance(one, Registered)]) == 1
        sold = [one.reason for one in answers if isinstance(one, Refused)]
        assert sold == [Reason.SOLD_OUT] * 5


class TestRefusals:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            ({"status": "cancelled"}, Reason.EVENT_CANCELLED),
            ({"status": "registration_closed"}, Reason.REGISTRATION_CLOSED),
            ({"max_visitors": 0}, Reason.SOLD_OUT),
            ({"id": UUID(int=2)}, Reason.EVENT_NOT_FOUND),
        ],
    )
    async def test_the_reason_is_understood(
        self, make_gateway: MakeGateway, dialect: str, event: dict[str, Any], reason: Reason
    ) -> None:
        async with running_simulator(options(dialect, event=event)) as simulator:
            answer = await make_gateway(simulator.url, dialect).register(registration())
        assert isinstance(answer, Refused)
        assert answer.reason is reason

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_a_second_registration_is_known_as_such(
        self, make_gateway: MakeGateway, dialect: str
    ) -> None:
        async with running_simulator(options(dialect)) as simulator:
            gateway = make_gateway(simulator.url, dialect)
            await gateway.register(registration("r-1"))
            answer = await gateway.register(registration("r-2"))
        assert answer == AlreadyRegisteredThere()

    @pytest.mark.parametrize(
        ("status", "body", "reason"),
        [
            (400, ["This ticket is not available (already sold)."], Reason.SOLD_OUT),
            (400, {"detail": "This ticket is not available (already sold)."}, Reason.SOLD_OUT),
            (409, {"detail": ["Мест нет."]}, Reason.SOLD_OUT),
            (422, {"detail": "Something else."}, Reason.REJECTED_BY_PROVIDER),
            (404, {"detail": "Event not found."}, Reason.EVENT_NOT_FOUND),
            (410, None, Reason.EVENT_NOT_FOUND),
            (500, "UnexpectedEventStatus: new", Reason.REGISTRATION_CLOSED),
        ],
    )
    async def test_a_refusal_is_final(
        self,
        *,
        gateway: RegistrationGateway,
        script: Script,
        status: int,
        body: object,
        reason: Reason,
    ) -> None:
        script.says(body, status)
        answer = await gateway.register(registration())
        assert isinstance(answer, Refused)
        assert answer.reason is reason


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("status", "reached"),
        [
            (302, False),
            (401, False),
            (403, False),
            (405, False),
            (408, True),
            (429, False),
            (500, True),
            (502, True),
            (503, True),
            (504, True),
            (520, True),
        ],
    )
    @pytest.mark.parametrize("body", [b'{"detail": "Simulated failure."}', b"<html>oops</html>"])
    async def test_the_error_tells_whether_the_provider_may_have_acted(
        self,
        *,
        gateway: RegistrationGateway,
        script: Script,
        status: int,
        body: bytes,
        reached: bool,
    ) -> None:
        script.status, script.body, script.headers = status, body, {"Retry-After": "7"}
        with pytest.raises(DependencyUnavailableError) as caught:
            await gateway.register(registration())
        assert caught.value.reached is reached
        assert caught.value.retry_after == timedelta(seconds=7)

    @pytest.mark.parametrize("body", [b"<html>404</html>", b"", b"[]", b'{"error": "no route"}'])
    async def test_a_404_that_is_not_the_contracts_says_nothing_of_the_event(
        self, gateway: RegistrationGateway, script: Script, body: bytes
    ) -> None:
        script.status, script.body = 404, body
        with pytest.raises(DependencyUnavailableError) as caught:
            await gateway.register(registration())
        assert not caught.value.reached

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>OK</html>",
            b'{"ticket_id": "t',
            b"{}",
            b'{"ticket_id": null}',
            b'{"ticket_id": ""}',
            b'{"visitor_id": "another dialect\'s"}',
        ],
    )
    @pytest.mark.parametrize("status", [200, 201, 204])
    async def test_a_success_without_a_ticket_may_hold_a_place(
        self, gateway: RegistrationGateway, script: Script, status: int, body: bytes
    ) -> None:
        script.status, script.body = status, body
        with pytest.raises(DependencyUnavailableError) as caught:
            await gateway.register(registration())
        assert caught.value.reached

    async def test_a_lost_reply_may_hold_a_place(self, make_gateway: MakeGateway) -> None:
        async with running_simulator(options(faults=Faults(lost_reply_rate=1))) as simulator:
            with pytest.raises(DependencyUnavailableError) as caught:
                await make_gateway(simulator.url).register(registration())
            assert len(places(simulator)) == 1
        assert caught.value.reached

    async def test_garbage_may_hold_a_place(self, make_gateway: MakeGateway) -> None:
        async with running_simulator(options(faults=Faults(garbage_rate=1))) as simulator:
            with pytest.raises(DependencyUnavailableError) as caught:
                await make_gateway(simulator.url).register(registration())
        assert caught.value.reached

    @pytest.mark.parametrize("session", [HASTE], indirect=True)
    async def test_a_provider_that_hangs_may_have_acted(
        self, gateway: RegistrationGateway, script: Script
    ) -> None:
        script.hang = True
        with pytest.raises(DependencyUnavailableError) as caught:
            await gateway.register(registration())
        assert caught.value.reached

    async def test_a_refused_connection_cannot_have_acted(self, make_gateway: MakeGateway) -> None:
        gateway = make_gateway(f"http://127.0.0.1:{unused_port()}")
        with pytest.raises(DependencyUnavailableError) as caught:
            await gateway.register(registration())
        assert not caught.value.reached

    async def test_a_call_is_never_repeated_behind_our_back(
        self, gateway: RegistrationGateway, script: Script
    ) -> None:
        script.says({"ticket_id": "t"}, 201)
        await gateway.register(registration())
        script.cut = True
        with pytest.raises(DependencyUnavailableError):
            await gateway.register(registration())
        assert len(script.asked) == 2

    async def test_a_refused_token_is_told_to_the_operator(
        self, gateway: RegistrationGateway, script: Script, caplog: pytest.LogCaptureFixture
    ) -> None:
        script.says({"detail": "Invalid or missing API key."}, 401)
        with pytest.raises(DependencyUnavailableError):
            await gateway.register(registration())
        assert [record.levelno for record in caplog.records] == [logging.ERROR]
        assert TOKEN not in caplog.text


class TestTakingBack:
    async def test_a_place_is_given_back_once_and_again(self, make_gateway: MakeGateway) -> None:
        async with running_simulator(options()) as simulator:
            gateway = make_gateway(simulator.url)
            await gateway.register(registration())
            [ticket_id] = places(simulator)
            first = await gateway.take_back(EVENT_ID, ticket_id)
            second = await gateway.take_back(EVENT_ID, ticket_id)
            assert places(simulator) == []
        assert first == second == TakenBack()

    async def test_the_ticket_is_named_in_the_body(
        self, gateway: RegistrationGateway, script: Script
    ) -> None:
        script.says({"success": True})
        await gateway.take_back(EVENT_ID, "t-1")
        [(request, sent)] = script.asked
        assert (request.method, request.path) == ("DELETE", f"/api/events/{EVENT_ID}/unregister/")
        assert request.headers["x-api-key"] == TOKEN
        assert sent == {"ticket_id": "t-1"}

    @pytest.mark.parametrize("dialect", ["v0", "v1"])
    async def test_early_dialects_cannot_and_do_not_call(
        self, make_gateway: MakeGateway, url: str, script: Script, dialect: str
    ) -> None:
        answer = await make_gateway(url, dialect).take_back(EVENT_ID, "t")
        assert answer == NotTakenBack(detail=f"dialect {dialect} cannot unregister")
        assert script.asked == []

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b'{"success": true}'),
            (200, b""),
            (204, b""),
            (404, b'{"detail": "Ticket not found."}'),
            (404, b"[]"),
            (410, b""),
        ],
    )
    async def test_what_is_not_held_is_taken_back(
        self, gateway: RegistrationGateway, script: Script, status: int, body: bytes
    ) -> None:
        script.status, script.body = status, body
        assert await gateway.take_back(EVENT_ID, "t") == TakenBack()

    @pytest.mark.parametrize("status", [400, 405, 409, 422])
    async def test_a_refusal_to_take_back_is_final(
        self, gateway: RegistrationGateway, script: Script, status: int
    ) -> None:
        script.says({"detail": "Too late."}, status)
        answer = await gateway.take_back(EVENT_ID, "t")
        assert answer == NotTakenBack(detail=f'HTTP {status}: {{"detail": "Too late."}}')

    @pytest.mark.parametrize(
        ("status", "body"),
        [(200, b'{"success": false}'), (500, b"<title>UnexpectedEventStatus: new</title>")],
    )
    async def test_a_provider_that_cannot_do_it_keeps_the_place(
        self, gateway: RegistrationGateway, script: Script, status: int, body: bytes
    ) -> None:
        script.status, script.body = status, body
        assert isinstance(await gateway.take_back(EVENT_ID, "t"), NotTakenBack)

    @pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 405, 408, 429, 500, 503])
    async def test_a_page_of_html_is_no_answer(
        self, gateway: RegistrationGateway, script: Script, status: int
    ) -> None:
        script.status, script.body = status, b"<html>oops</html>"
        with pytest.raises(DependencyUnavailableError):
            await gateway.take_back(EVENT_ID, "t")
