"""The contract of the port ``Notifier``, over real sockets: every dialect, bare and guarded."""

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
from events_face_adapters.notifier import HttpNotifier, notifier_dialect
from events_face_adapters.resilience import Breaker, Bulkhead, Deadline, Guard, GuardedNotifier
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.notifications import Notification, NotificationRefusedError, Notifier
from events_face_runners.simulator import Faults, SimulatorOptions, running_simulator

TOKEN = "s3cret"
OWNER = str(UUID(int=9))
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
DIALECTS = ["v1", "v2"]
HASTE = 0.2
NOTIFICATION = Notification(
    id=str(UUID(int=1)),
    reference_id="r-1",
    email="anna@example.com",
    language="ru",
    template="registration-confirmed",
    message="Вы зарегистрированы",
    created_at=NOW,
)

MakeNotifier = Callable[..., Notifier]


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def script() -> Script:
    return Script(status=201, body=b"{}")


@pytest.fixture(params=["bare", "guarded"])
def make_notifier(request: pytest.FixtureRequest, session: ClientSession) -> MakeNotifier:
    """Builds the adapter, with and without its guard."""

    def make(base_url: str, dialect: str = "v2") -> Notifier:
        service = HttpService(
            name="notifier", session=session, base_url=base_url, clock=FixedClock()
        )
        notifier = HttpNotifier(service=service, dialect=notifier_dialect(dialect, TOKEN, OWNER))
        if request.param == "bare":
            return notifier
        # The guard is the first to lose patience.
        deadline = Deadline(limit=timedelta(seconds=(session.timeout.total or PATIENCE) / 2))
        guard = Guard("notifier", Breaker("notifier"), Bulkhead(), deadline)
        return GuardedNotifier(notifier=notifier, guard=guard)

    return make


@pytest.fixture
def notifier(make_notifier: MakeNotifier, url: str) -> Notifier:
    return make_notifier(url)


def options(dialect: str, **choices: object) -> SimulatorOptions:
    fixed: dict[str, Any] = {"notifier_token": TOKEN, "change_interval": 0, "world": []}
    return SimulatorOptions(**{**fixed, "notifier_dialect": dialect, **choices})


class TestSending:
    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_a_notification_arrives_once_however_often_it_is_sent(
        self, make_notifier: MakeNotifier, dialect: str
    ) -> None:
        async with running_simulator(options(dialect)) as simulator:
            notifier = make_notifier(simulator.url, dialect)
            await asyncio.gather(*(notifier.send(NOTIFICATION) for _ in range(3)))
            [received] = simulator.world.notifications
        assert (received.key, received.times) == (NOTIFICATION.id, 3)
        assert received.message == NOTIFICATION.message

    @pytest.mark.parametrize("dialect", DIALECTS)
    async def test_a_notification_whose_reply_was_lost_is_sent_again_safely(
        self, make_notifier: MakeNotifier, dialect: str
    ) -> None:
        chosen = options(dialect, faults=Faults(lost_reply_rate=1))
        async with running_simulator(chosen) as simulator:
            notifier = make_notifier(simulator.url, dialect)
            with pytest.raises(DependencyUnavailableError) as caught:
                await notifier.send(NOTIFICATION)
            simulator.faults = Faults()
            await notifier.send(NOTIFICATION)
            assert len(simulator.world.notifications) == 1
        assert caught.value.reached

    @pytest.mark.parametrize(
        ("dialect", "header", "value", "body"),
        [
            (
                "v1",
                "Authorization",
                f"Bearer {TOKEN}",
                {
                    "id": NOTIFICATION.id,
                    "owner_id": OWNER,
                    "email": NOTIFICATION.email,
                    "message": NOTIFICATION.message,
                },
            ),
            (
                "v2",
                "X-API-Key",
                TOKEN,
                {
                    "idempotency_key": NOTIFICATION.id,
                    "reference_id": NOTIFICATION.reference_id,
                    "email": NOTIFICATION.email,
                    "message": NOTIFICATION.message,
                },
            ),
        ],
    )
    async def test_the_request_is_the_dialects(
        self,
        *,
        make_notifier: MakeNotifier,
        url: str,
        script: Script,
        dialect: str,
        header: str,
        value: str,
        body: dict[str, str],
    ) -> None:
        await make_notifier(url, dialect).send(NOTIFICATION)
        [(request, sent)] = script.asked
        assert (request.method, request.raw_path) == ("POST", "/api/notifications")
        assert request.headers[header] == value
        assert sent == body

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("status", [200, 201, 202, 204, 409])
    @pytest.mark.parametrize("body", [b"{}", b"", b"OK"])
    async def test_accepted_and_seen_before_are_both_done(
        self,
        *,
        make_notifier: MakeNotifier,
        url: str,
        script: Script,
        dialect: str,
        status: int,
        body: bytes,
    ) -> None:
        script.status, script.body = status, body
        await make_notifier(url, dialect).send(NOTIFICATION)
        assert len(script.asked) == 1


class TestFailing:
    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
    async def test_a_permanent_error_is_a_refusal_with_its_reason(
        self, make_notifier: MakeNotifier, url: str, script: Script, dialect: str, status: int
    ) -> None:
        script.status, script.body = status, b'{"detail":\n "no such address"}' + b" " * 10_000
        with pytest.raises(NotificationRefusedError) as caught:
            await make_notifier(url, dialect).send(NOTIFICATION)
        assert str(status) in str(caught.value)
        assert "no such address" in str(caught.value)
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize("status", [404, 405])
    @pytest.mark.parametrize("body", [b"", b"<html>no such service</html>"])
    async def test_a_proxy_without_its_service_asks_for_patience(
        self, notifier: Notifier, script: Script, status: int, body: bytes
    ) -> None:
        script.status, script.body = status, body
        with pytest.raises(DependencyUnavailableError):
            await notifier.send(NOTIFICATION)

    @pytest.mark.parametrize("status", [401, 403])
    async def test_a_refused_token_is_told_to_the_operator(
        self, notifier: Notifier, script: Script, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        script.status = status
        with pytest.raises(NotificationRefusedError):
            await notifier.send(NOTIFICATION)
        assert [record.levelno for record in caplog.records] == [logging.ERROR]
        assert TOKEN not in caplog.text

    @pytest.mark.parametrize("dialect", DIALECTS)
    @pytest.mark.parametrize("status", [307, 408, 429, 500, 502, 503, 504])
    async def test_a_transient_error_asks_for_patience(
        self, make_notifier: MakeNotifier, url: str, script: Script, dialect: str, status: int
    ) -> None:
        script.status, script.headers = status, {"Retry-After": "7"}
        with pytest.raises(DependencyUnavailableError) as caught:
            await make_notifier(url, dialect).send(NOTIFICATION)
        assert caught.value.retry_after == timedelta(seconds=7)

    async def test_a_proxys_page_is_not_the_services_word(
        self, notifier: Notifier, script: Script
    ) -> None:
        script.status, script.body = 200, b"\n<!doctype html><title>Maintenance</title>"
        with pytest.raises(DependencyUnavailableError):
            await notifier.send(NOTIFICATION)

    @pytest.mark.parametrize("session", [HASTE], indirect=True)
    async def test_a_service_that_hangs_is_unavailable(
        self, notifier: Notifier, script: Script
    ) -> None:
        script.hang = True
        with pytest.raises(DependencyUnavailableError):
            await notifier.send(NOTIFICATION)

    async def test_a_cut_connection_is_unavailable(
        self, notifier: Notifier, script: Script
    ) -> None:
        script.cut = True
        with pytest.raises(DependencyUnavailableError):
            await notifier.send(NOTIFICATION)

    async def test_nobody_there_is_unavailable(self, make_notifier: MakeNotifier) -> None:
        with pytest.raises(DependencyUnavailableError):
            await make_notifier(f"http://127.0.0.1:{unused_port()}").send(NOTIFICATION)
