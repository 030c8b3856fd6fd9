"""Reads of registration."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from attrs import frozen

from events_face_core.registration import (
    Registration,
    RegistrationNotFoundError,
    RegistrationQueries,
)
from unit.fakes import NOON
from unit.registration.making import MINUTE, a_registration


@frozen
class FakeReads:
    registration: Registration

    async def find(self, registration_id: str) -> Registration | None:
        return self.registration if registration_id == self.registration.id else None

    async def export(self, *, since: datetime | None) -> AsyncIterator[Registration]:
        if since is None or self.registration.created_at >= since:
            yield self.registration


QUERIES = RegistrationQueries(reads=FakeReads(a_registration()))


async def test_a_registration_is_shown() -> None:
    assert await QUERIES.registration("registration") == a_registration()


async def test_an_unknown_registration_is_not_found() -> None:
    with pytest.raises(RegistrationNotFoundError):
        await QUERIES.registration("another")


async def test_all_registrations_are_exported() -> None:
    assert [one async for one in QUERIES.export()] == [a_registration()]


async def test_registrations_are_exported_since_an_instant() -> None:
    assert [one async for one in QUERIES.export(since=NOON + MINUTE)] == []
