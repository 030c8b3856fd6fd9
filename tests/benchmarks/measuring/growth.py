"""What an item costs when there are many, against what it costs when there are few."""

from contextlib import AsyncExitStack, closing
from datetime import timedelta
from sqlite3 import connect
from statistics import median
from time import perf_counter

from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.mirroring import Mirrored
from benchmarks.measuring.stage import Stage
from contract.storage.postgres import ask
from events_face_core.registration import RegistrationAccepted
from events_face_runners.embedding import EventsFace, Settings, open_events_face

_BAR = Bar(most_ratio=1.25)
"""Linear: however many there are, an item takes no more than a quarter longer."""

_SYNCED = (10_000, 100_000, 1_000_000)
_ITEMS, _BATCH = 800, 8
_LEASE = timedelta(minutes=5)

_DELIVERED_IN_POSTGRES = """
INSERT INTO outbox (id, name, version, payload, state, attempts, created_at, due_at, finished_at)
SELECT md5(n::text), 'registration.accepted', 1, '{{"registration_id": "' || md5(n::text) || '"}}',
    'delivered', 1, now(), now(), now() - n * interval '100 milliseconds'
FROM generate_series(1, {}) AS n
"""
_DELIVERED_IN_SQLITE = """
WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < {})
INSERT INTO outbox (id, name, version, payload, state, attempts, created_at, due_at, finished_at)
SELECT printf('%08x%08x', n * 2654435761 % 4294967296, n), 'registration.accepted', 1,
    '{{"registration_id": "' || printf('%032x', n) || '"}}',
    'delivered', 1, 1, 1, unixepoch() * 1000000 - n * 100000
FROM one
"""


async def measure(stage: Stage) -> list[Figure]:
    """Syncs of more and more events; the outbox with more and more behind it."""
    postgres, sqlite = await stage.mirrored(), await stage.in_sqlite(stage.sizes.many)
    return [
        *_syncs("PostgreSQL", postgres),
        *_syncs("SQLite", sqlite),
        await _outbox(stage, "PostgreSQL", *await _postgres_outboxes(stage)),
        await _outbox(stage, "SQLite", *await _sqlite_outboxes(stage)),
    ]


def _syncs(database: str, mirrored: Mirrored) -> list[Figure]:
    """Of one sync: the first ten thousand events of a million are a sync of ten thousand."""
    last = mirrored.moments[-1].events
    few, *more = (events for events in _SYNCED if events <= last)
    return [
        Figure(
            what=f"sync into {database}, each of {many:,} events",
            ours=mirrored.each(many),
            unit="µs",
            against=f"each of {few:,}",
            reference=mirrored.each(few),
            bar=_BAR,
        )
        for many in more
    ]


async def _postgres_outboxes(stage: Stage) -> tuple[str, str]:
    """Return the URLs of a database with an empty outbox, and of one with a long history."""
    empty, long = await stage.new_postgres(), await stage.new_postgres()
    for url in (empty, long):
        async with open_events_face(Settings(database_url=url)):
            pass
    await ask(long, _DELIVERED_IN_POSTGRES.format(stage.sizes.delivered))
    for url in (empty, long):
        await ask(url, "VACUUM ANALYZE", "CHECKPOINT")
    return empty, long


async def _sqlite_outboxes(stage: Stage) -> tuple[str, str]:
    empty, long = stage.new_sqlite("outbox-empty"), stage.new_sqlite("outbox-long")
    for url in (empty, long):
        async with open_events_face(Settings(database_url=url)):
            pass
    with closing(connect(long.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(_DELIVERED_IN_SQLITE.format(stage.sizes.delivered))
    return empty, long


async def _outbox(stage: Stage, database: str, empty: str, long: str) -> Figure:
    each: dict[str, list[float]] = {empty: [], long: []}
    async with AsyncExitStack() as stack:
        apps = {
            url: await stack.enter_async_context(open_events_face(Settings(database_url=url)))
            for url in (empty, long)
        }
        for _ in range(stage.sizes.rounds):
            for url, app in apps.items():
                each[url].append(await _claim_and_complete(app))
    return Figure(
        what=f"claim and complete in {database}, {stage.sizes.delivered:,} delivered rows behind",
        ours=median(each[long]),
        unit="µs",
        against="nothing delivered before",
        reference=median(each[empty]),
        bar=_BAR,
        details={"ours": each[long], "reference": each[empty]},
    )


async def _claim_and_complete(app: EventsFace) -> float:
    """Return the microseconds that each row takes: claimed with others, completed alone."""
    async with app.storage() as tx:
        for number in range(_ITEMS):
            await tx.publish(RegistrationAccepted(registration_id=f"{number}"))
    done, started = 0, perf_counter()
    while done < _ITEMS:
        now = app.clock.now()
        async with app.storage() as tx:
            deliveries = await tx.outbox.claim(
                [RegistrationAccepted.name], limit=_BATCH, now=now, until=now + _LEASE
            )
        for delivery in deliveries:
            async with app.storage() as tx:
                await tx.outbox.complete(delivery.id, now=app.clock.now())
        done += len(deliveries)
    return (perf_counter() - started) / _ITEMS * 1e6
