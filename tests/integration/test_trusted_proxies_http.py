"""Behind a proxy: visitors are counted by their own addresses, and links still lead back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from events_face_runners.simulator import Simulator, running_simulator
from support.making import an_event, calm, quick_settings
from support.people import PASSWORD
from support.service import Service, running_service

ANNA, BORIS, MADE_UP = "203.0.113.5", "203.0.113.6", "198.51.100.1"


@asynccontextmanager
async def _strict(
    tmp_path: Path, simulator: Simulator, proxies: str = ""
) -> AsyncIterator[Service]:
    """A service with limits, behind the proxies of a setting: this test connects from 127.0.0.1."""
    settings = quick_settings(
        tmp_path,
        simulator,
        http_trusted_proxies=proxies,
        auth_signups_per_hour=1,
        auth_logins_per_minute=1,
    )
    async with running_service(settings, background=False) as service:
        yield service


@pytest.fixture
async def proxied(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Service]:
    async with _strict(tmp_path, simulator, "10.0.0.0/8,127.0.0.1") as service:
        yield service


async def _sign_up(service: Service, name: str, forwarded: str) -> int:
    return await _post(service, "register", name, forwarded)


async def _login(service: Service, name: str, forwarded: str) -> int:
    return await _post(service, "login", name, forwarded)


async def _post(service: Service, what: str, name: str, forwarded: str) -> int:
    answer = await service.call(
        "POST",
        f"/api/auth/{what}",
        json={"email": f"{name}@example.com", "password": PASSWORD},
        headers={"X-Forwarded-For": forwarded},
    )
    return answer.status


async def test_addresses_of_one_network_of_ipv6_share_its_sign_ups(proxied: Service) -> None:
    statuses = [
        await _sign_up(proxied, "a", "2001:db8:1:2::1"),
        await _sign_up(proxied, "b", "2001:db8:1:2::2"),
        await _sign_up(proxied, "c", "2001:db8:1:3::1"),
    ]

    assert statuses == [201, 429, 201]


async def test_visitors_behind_one_proxy_sign_up_each_for_themselves(proxied: Service) -> None:
    statuses = [
        await _sign_up(proxied, "a", ANNA),
        await _sign_up(proxied, "b", BORIS),
        await _sign_up(proxied, "c", ANNA),
    ]

    assert statuses == [201, 201, 429]


async def test_visitors_behind_one_proxy_log_in_each_for_themselves(proxied: Service) -> None:
    # Three logins a minute are taken from one address.
    annas = [await _login(proxied, f"a{number}", ANNA) for number in range(4)]
    boris = await _login(proxied, "b", BORIS)

    assert annas == [401, 401, 401, 429]
    assert boris == 401


async def test_an_address_that_a_visitor_makes_up_changes_nothing(proxied: Service) -> None:
    first = await _sign_up(proxied, "a", ANNA)

    again = await _sign_up(proxied, "b", f"{MADE_UP}, {ANNA}")

    assert (first, again) == (201, 429)


async def test_without_trusted_proxies_nobody_is_believed(
    tmp_path: Path, simulator: Simulator
) -> None:
    async with _strict(tmp_path, simulator) as service:
        statuses = [await _sign_up(service, "a", ANNA), await _sign_up(service, "b", BORIS)]

    assert statuses == [201, 429]


async def test_links_lead_back_the_way_that_the_request_came(tmp_path: Path) -> None:
    """They name no scheme and no host, so that no proxy has to tell us its own."""
    told = {"x_forwarded_proto": "https", "x_forwarded_host": "events.example.com"}
    async with (
        running_simulator(calm(an_event(1), an_event(2))) as simulator,
        _strict(tmp_path, simulator, "127.0.0.1") as service,
    ):
        await service.sync()
        first = (await service.get("/api/events?limit=1", host="inside:8080", **told)).json()
        second = (await service.get(first["next"], **told)).json()

    assert first["next"].startswith("/api/events?")
    assert second["previous"].startswith("/api/events?")
