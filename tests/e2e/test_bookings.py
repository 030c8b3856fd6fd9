"""Two hundred people want ten seats, at two web processes on one database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from attrs import frozen

from events_face_runners.embedding import Settings, open_events_face
from support.box_office import SEATS, Rush, make_event, make_people
from support.keys import SIGNING_KEY
from support.web_processes import WebProcess, web_processes

PEOPLE = 200


@frozen
class BoxOffice:
    """Two web processes, people at their doors, and an event with ten seats."""

    rush: Rush
    webs: list[WebProcess]
    tokens: list[str]
    event_id: str


@pytest.fixture
async def office(tmp_path: Path, database: str) -> AsyncIterator[BoxOffice]:
    settings = Settings(database_url=database, auth_signing_key=SIGNING_KEY)
    async with open_events_face(settings) as app, web_processes(tmp_path, database) as webs:
        tokens, event_id = await make_people(app, PEOPLE), await make_event(app)
        rush = Rush([web.url for web in webs], webs[0].session)
        yield BoxOffice(rush, webs, tokens, event_id)


async def test_of_two_hundred_bookings_at_once_ten_succeed(
    office: BoxOffice, database: str
) -> None:
    await office.rush.book_at_once(office.tokens, office.event_id)

    assert (len(office.rush.held), office.rush.refused) == (SEATS, PEOPLE - SEATS)
    assert await office.rush.findings(database) == []


async def test_counter_and_rows_agree_whoever_cancels_and_whatever_is_killed(
    office: BoxOffice, database: str
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(office.rush.book_and_cancel(office.tokens, office.event_id, Random(1)))
        await asyncio.sleep(0.3)
        await office.webs[0].die()

    assert office.rush.cancelled
    assert await office.rush.findings(database) == []
