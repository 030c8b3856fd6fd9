"""A sync into PostgreSQL, against COPY of the same rows into the same table with its indexes."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter

import asyncpg

from benchmarks.measuring.catalogue import Catalogue
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.sources import ready_pages
from benchmarks.measuring.stage import Stage
from contract.storage.postgres import ask
from events_face_adapters.storage.event_rows import COLUMNS, to_row
from events_face_adapters.storage.search_text import SearchText
from events_face_core.catalogue import Event, SyncCatalogue
from events_face_runners.embedding import Settings, open_events_face

_PAGES = {10: 0.1, 500: 1.0}
"""Events on a page: the provider's default, and a large page; each with its share of the events."""

_COLUMNS = [*(column.strip() for column in COLUMNS.split(",")), "search_words"]


async def measure(stage: Stage) -> list[Figure]:
    """With the provider's pages of 10, and with pages of 500; every commit reaches the disk."""
    figures: list[Figure] = []
    for size, share in _PAGES.items():
        count = int(stage.sizes.synced * share)
        events = [event for block in Catalogue(count).blocks() for event in block]
        ours: list[float] = []
        copied: list[float] = []
        for _ in range(stage.sizes.rounds):
            copied.append(count / await _copy(await stage.new_postgres(), events))
            ours.append(count / await _sync(await stage.new_postgres(), events, size))
        figures.append(
            Figure(
                what=f"sync into PostgreSQL, pages of {size} events",
                ours=median(ours),
                unit="events/s",
                against="asyncpg COPY of the same rows at once, same table and indexes",
                reference=median(copied),
                bar=Bar(least_ratio=0.5),
                details={"events": count, "ours": ours, "copied": copied},
            )
        )
    return figures


async def _copy(url: str, events: Sequence[Event]) -> float:
    """Return the seconds that COPY takes; the rows are made beforehand."""
    async with open_events_face(Settings(database_url=url)):
        text = SearchText()
    rows = [to_row(event, text.document(event.name)) for event in events]
    connection = await asyncpg.connect(url)
    await connection.execute("CHECKPOINT")
    started = perf_counter()
    await connection.copy_records_to_table("event", records=rows, columns=_COLUMNS)
    seconds = perf_counter() - started
    await connection.close()
    return seconds


async def _sync(url: str, events: Sequence[Event], page_size: int) -> float:
    """Return the seconds that a sync takes, without those that it spends in its source."""
    source = ready_pages(events, page_size)
    async with open_events_face(Settings(database_url=url), source=source) as app:
        await ask(url, "CHECKPOINT")
        started = perf_counter()
        report = await app.sync(SyncCatalogue())
        seconds = perf_counter() - started
    assert report.applied == len(events)
    return seconds - source.seconds
