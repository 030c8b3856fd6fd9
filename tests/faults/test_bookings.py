"""People book and cancel while one of two web processes is killed every second."""

import asyncio
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from events_face_runners.embedding import Settings, open_events_face
from support.box_office import Rush, make_event, make_people
from support.fault_table import FAULT, FaultRow
from support.keys import SIGNING_KEY
from support.records import kind_of
from support.web_processes import WebProcess, web_processes

Record = Callable[[str, object], None]

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("everything at once"),
]

PEOPLE = 200
EVENTS = 20
KILLED_EVERY = 1.0


async def die_in_turn(webs: list[WebProcess], over: asyncio.Event) -> int:
    """Kill one every second, and wait until it is up again; return how many were killed."""
    killed = 0
    for web in cycle(webs):
        await asyncio.sleep(KILLED_EVERY)
        if over.is_set():
            break
        await web.die()
        killed += 1
    return killed


async def test_no_seat_is_lost_or_sold_twice_whatever_is_killed(
    tmp_path: Path, database: str, record_property: Record
) -> None:
    began, over, chance = monotonic(), asyncio.Event(), Random(4)
    settings = Settings(database_url=database, auth_signing_key=SIGNING_KEY)
    async with open_events_face(settings) as app, web_processes(tmp_path, database) as webs:
        tokens = await make_people(app, PEOPLE)
        rush = Rush([web.url for web in webs], webs[0].session)
        deaths = asyncio.create_task(die_in_turn(webs, over))
        for _ in range(EVENTS):
            await rush.book_and_cancel(tokens, await make_event(app), chance)
        over.set()
        killed = await deaths
        findings = await rush.findings(database)
    row = FaultRow(
        fault="2 web processes, 200 people for 10 seats, again and again: one killed every second",
        database=kind_of(database),
        times=killed,
        registrations=len(rush.held) + len(rush.cancelled),
        repeats=rush.repeats,
        lost=sum(finding.startswith("lost") for finding in findings),
        doubled=sum(finding.startswith("doubled") for finding in findings),
        seconds=round(monotonic() - began),
    )
    record_property(FAULT, row.recorded())
    assert findings == []
    assert killed >= 3
    assert len(rush.cancelled) > EVENTS
