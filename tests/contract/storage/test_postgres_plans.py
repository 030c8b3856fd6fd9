"""What PostgreSQL does for a page of the listing, and for a claim, when the tables are large."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pytest
from attrs import evolve, field, frozen

from contract.storage.making import DAY, HOUR, accepted, claim, publish
from contract.storage.many_events import CURSORS, DOWN, QUERIES, asked, expected
from contract.storage.postgres import ask, made_database, postgres
from events_face_adapters.storage.event_reads import StoredEventReads
from events_face_adapters.storage.postgres import PostgresStorage
from events_face_adapters.storage.postgres.question import PostgresQuestion
from events_face_adapters.storage.search_text import SearchText
from events_face_adapters.storage.session import Row, Session
from events_face_core.catalogue import EventQuery
from unit.fakes import NOON

FEW = 10_000
"""Of 200,000 rows, a page may look at so many, and sort so many."""

FEW_BLOCKS = 200
"""Of some 1,500 blocks of an index, a page may read so many, with the blocks of its rows."""

FILL = """
INSERT INTO event (id, name, status, event_time, registration_deadline, changed_at, search_words)
SELECT md5(n::text), 'Событие',
    (ARRAY['open', 'open', 'open', 'new', 'cancelled', 'finished'])[1 + n % 6],
    at, at - interval '1 day' * (1 + n % 30), at, 'событие событ' || CASE
        WHEN n % 4 = 0 THEN ' концерт'
        WHEN n % 200 = 1 THEN ' гамлет'
        WHEN n % 20000 = 2 THEN ' редкость'
        WHEN at > timestamptz '2027-06-01 00:00+00' THEN ' далеко'
        ELSE '' END
FROM generate_series(1, 200000) AS n, LATERAL (
    SELECT timestamptz '2026-01-15 12:00+00' + interval '1 minute' * (n * 7919::bigint % 999983)
) AS time (at)
"""
FILL_OUTBOX = """
INSERT INTO outbox (id, name, version, payload, state, created_at, due_at, finished_at)
SELECT md5(n::text), 'registration.accepted', 1, '{}', 'delivered', now(), now(), now()
FROM generate_series(1, 200000) AS n
"""
FILL_KEYS = """
INSERT INTO outbox (id, name, version, payload, key, created_at, due_at)
SELECT 'k' || n, 'announcement.written', 1,
    '{"type": "", "subject": "", "occurred_at": "", "data": ""}', 'k' || n % 50000, at,
    CASE WHEN n <= 1000 THEN at + interval '1 day' ELSE at END
FROM generate_series(1, 200000) AS n, LATERAL (
    SELECT timestamptz '2026-01-15 11:00+00' + interval '1 millisecond' * n
) AS time (at) WHERE n <= 1000 OR n > 50000
"""


async def _fill(url: str) -> None:
    async with postgres(url):
        pass
    await ask(
        url,
        FILL,
        FILL_OUTBOX,
        FILL_KEYS,
        "VACUUM ANALYZE event",
        "VACUUM ANALYZE outbox",
    )


@pytest.fixture(scope="module")
def url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a database with many events, and a long history of deliveries."""
    with made_database(postgres_server, _fill) as filled:
        yield filled


@pytest.fixture(scope="module")
def every_event(url: str) -> list[Any]:
    return asyncio.run(
        ask(
            url,
            "SELECT id, event_time, status, registration_deadline, search_words FROM event"
            " ORDER BY event_time, id",
        )
    )


@pytest.fixture
async def storage(url: str) -> AsyncIterator[PostgresStorage]:
    async with postgres(url) as opened:
        yield opened


@frozen
class Explaining:
    """A session that keeps the plans of what runs in it."""

    session: Session
    plans: list[Any] = field(factory=list)
    locking: str = ""

    async def fetch(self, statement: str, *values: object) -> Sequence[Row]:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        rows = await self.session.fetch(explain, *values)
        self.plans.append(msgspec.json.decode(rows[0][0])[0]["Plan"])
        return await self.session.fetch(statement, *values)

    def instant(self, stored: datetime) -> datetime:
        return self.session.instant(stored)


def _nodes(plan: Any) -> Iterator[Any]:  # noqa: ANN401  # PostgreSQL's JSON
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _rows(node: Any) -> float:  # noqa: ANN401  # PostgreSQL's JSON
    """Return how many rows of a table or index a node of a plan looked at."""
    each = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return float(node["Actual Loops"] * sum(node.get(name, 0) for name in each))


def _check_plans(plans: list[Any]) -> None:
    nodes = [node for plan in plans for node in _nodes(plan)]
    scans = [node for node in nodes if node["Node Type"].endswith("Scan")]
    sorts = [node["Plans"][0] for node in nodes if node["Node Type"].endswith("Sort")]
    assert scans
    assert [node for node in scans if node["Node Type"] == "Seq Scan"] == []
    assert [_rows(node) for node in scans if _rows(node) > FEW] == []
    assert [_rows(node) for node in sorts if _rows(node) > FEW] == []


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("name", QUERIES)
async def test_a_page_of_many_events_neither_reads_nor_sorts_many(
    storage: PostgresStorage, name: str, cursor: str
) -> None:
    explaining = Explaining(storage._reading)

    await StoredEventReads(explaining, SearchText(), PostgresQuestion).page(asked(name, cursor))

    _check_plans(explaining.plans)


@pytest.mark.parametrize(
    "window",
    [
        {"time_from": NOON + DAY},
        {"time_to": NOON + 690 * DAY, "ordering": DOWN},
        {"deadline_from": NOON + DAY},
        {"deadline_to": NOON + 690 * DAY, "ordering": DOWN},
        {"time_from": NOON + DAY, "deadline_from": NOON + DAY},
        {"time_from": NOON + 351 * DAY, "deadline_from": NOON + DAY},
        {"time_to": NOON + 349 * DAY, "deadline_to": NOON + 690 * DAY, "ordering": DOWN},
        {"time_from": NOON + DAY, "deadline_from": NOON + 351 * DAY},
    ],
)
async def test_a_page_deep_in_a_window_begins_at_the_cursor(
    storage: PostgresStorage, window: dict[str, Any]
) -> None:
    explaining = Explaining(storage._reading)
    query = EventQuery(limit=20, cursor=CURSORS["a page in the middle"], **window)

    await StoredEventReads(explaining, SearchText(), PostgresQuestion).page(query)

    (plan,) = explaining.plans
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < FEW_BLOCKS


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("name", QUERIES)
async def test_a_page_of_many_events_holds_what_it_should(
    storage: PostgresStorage, every_event: list[Any], name: str, cursor: str
) -> None:
    query = asked(name, cursor)

    page = await storage.event_reads.page(query)

    assert [event.id for event in page.items] == expected(query, every_event)


async def test_a_claim_reads_nothing_of_what_was_delivered(storage: PostgresStorage) -> None:
    await publish(storage, accepted("due"))

    async with storage() as tx:
        explaining = Explaining(tx.session)
        outbox = evolve(tx.outbox, session=explaining)
        await outbox.claim(["registration.accepted"], limit=10, now=NOON, until=NOON + HOUR)

    _check_plans(explaining.plans)
    (delivery,) = await claim(storage, "registration.accepted", now=NOON + DAY)
    async with storage() as tx:
        await tx.outbox.complete(delivery.id, now=NOON)


async def test_a_claim_reads_little_of_what_waits_for_its_turn(storage: PostgresStorage) -> None:
    """Of 50,000 keys, the first thousand wait until the oldest of their rows is due again."""
    async with storage() as tx:
        explaining = Explaining(tx.session)
        outbox = evolve(tx.outbox, session=explaining)
        claimed = await outbox.claim(
            ["announcement.written"], limit=32, now=NOON, until=NOON + HOUR
        )

    _check_plans(explaining.plans)
    # Explaining a claim claims, too.
    assert [delivery.id for delivery in claimed] == [f"k{n}" for n in range(51_033, 51_065)]
