"""How the aggregator's adapters are built, and what they refuse to be built with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from events_face_adapters.http import HttpService
from events_face_adapters.provider import HttpEventSource, provider_dialect

TOKEN = "s3cret"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.mark.parametrize("name", ["v0", "v1", "v2"])
def test_a_dialect_is_picked_by_name(name: str) -> None:
    assert provider_dialect(name, TOKEN).name == name


def test_an_unknown_dialect_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'v9'.*v0, v1, v2"):
        provider_dialect("v9", TOKEN)


def test_a_token_with_a_line_feed_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="token") as caught:
        provider_dialect("v2", f"{TOKEN}\n")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("name", ["v1", "v2"])
async def test_the_token_is_in_no_representation(name: str, session: ClientSession) -> None:
    clock = FixedClock()
    service = HttpService(name="p", session=session, base_url="http://localhost", clock=clock)
    source = HttpEventSource(service=service, dialect=provider_dialect(name, TOKEN), clock=clock)
    assert TOKEN not in repr(source)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "localhost:8080",
        "/api",
        "ftp://localhost",
        "http://user:pass@localhost",
        "http://localhost?a=b",
        "http://localhost#a",
    ],
)
async def test_a_base_url_that_is_none_is_refused(base_url: str, session: ClientSession) -> None:
    with pytest.raises(ValueError, match=r"URL|query"):
        HttpService(name="p", session=session, base_url=base_url, clock=FixedClock())
