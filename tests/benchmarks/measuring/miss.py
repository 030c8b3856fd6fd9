"""Listings that no cache has: among many events and among few, side by side."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle, islice
from random import Random

import msgspec
from attrs import frozen
from yarl import URL

from benchmarks.measuring.asking import Asker, get, side_by_side
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.questions import KINDS, RAREST, Question
from benchmarks.measuring.service import Service, serving
from benchmarks.measuring.stage import Stage
from benchmarks.measuring.times import percentile

RATE = 50.0
"""Requests a second, to each of the two services."""

LATER_PAGE = 200
_WALKS = 6
_PAGE, _LARGEST_PAGE = 20, 100
_WARM_UP = 50


class _Page(msgspec.Struct):
    next: str | None


@frozen
class Pair:
    """A service with many events, and one with few."""

    many: Asker
    few: Asker


async def measure(stage: Stage) -> list[Figure]:
    """On PostgreSQL."""
    many = (await stage.mirrored()).url
    bar = Bar(most=10, most_ratio=1.5)
    async with _pair(stage, many, await stage.few_in_postgres()) as pair:
        return await _figures(stage, "PostgreSQL", pair, bar)


async def measure_sqlite(stage: Stage) -> list[Figure]:
    """On SQLite."""
    many = await stage.in_sqlite(stage.sizes.many)
    few = await stage.in_sqlite(stage.sizes.few)
    async with _pair(stage, many.url, few.url) as pair:
        return await _figures(stage, "SQLite", pair, Bar(most=25))


@asynccontextmanager
async def _pair(stage: Stage, many: str, few: str) -> AsyncIterator[Pair]:
    def without_cache(url: str) -> AbstractAsyncContextManager[Service]:
        settings = {"database_url": url, "listing_cache_ttl": "0s"}
        return serving(stage.directory / "miss.log", settings, "--no-background")

    async with without_cache(many) as one, without_cache(few) as other:
        pair = Pair(Asker(one.port), Asker(other.port))
        yield pair
        pair.many.close()
        pair.few.close()


async def _figures(stage: Stage, database: str, pair: Pair, bar: Bar) -> list[Figure]:
    figures: list[Figure] = []
    count = _WARM_UP + int(stage.sizes.seconds * RATE)
    for kind, make in KINDS.items():
        questions = [make(Random(number)) for number in range(count)]
        first = [get(question.path()) for question in questions]
        what = f"listing miss, {database}, {kind}"
        figures.append(await _figure(stage, f"{what}, page 1", (pair, first, first), bar))
        if kind == RAREST:
            continue
        many = await _later_pages(pair.many, questions[:_WALKS], count)
        few = await _later_pages(pair.few, questions[:_WALKS], count)
        what += f", page {LATER_PAGE}"
        figures.append(await _figure(stage, what, (pair, many, few), bar))
    return figures


async def _figure(
    stage: Stage, what: str, asked: tuple[Pair, Sequence[bytes], Sequence[bytes]], bar: Bar
) -> Figure:
    pair, of_many, of_few = asked
    warm_up = (pair.many, of_many[:_WARM_UP]), (pair.few, of_few[:_WARM_UP])
    await side_by_side(*warm_up, each_second=RATE)
    many, few = await side_by_side(
        (pair.many, of_many[_WARM_UP:]), (pair.few, of_few[_WARM_UP:]), each_second=RATE
    )
    return Figure(
        what=f"{what}: p99 among {stage.sizes.many:,} events, {RATE:g} requests/s",
        ours=percentile(many, 0.99),
        unit="ms",
        against=f"the same among {stage.sizes.few:,}",
        reference=percentile(few, 0.99),
        bar=bar,
        details={
            "p50": round(percentile(many, 0.5), 2),
            "p50 of the reference": round(percentile(few, 0.5), 2),
            "requests": len(many),
        },
    )


async def _later_pages(asker: Asker, questions: Sequence[Question], count: int) -> list[bytes]:
    """Return requests for the later page of some questions, or the last where there are fewer."""
    unique = {question.path(): question for question in questions}.values()
    later = [get(await _later_page(asker, question)) for question in unique]
    return [*islice(cycle(later), count)]


async def _later_page(asker: Asker, question: Question) -> str:
    """Follow the references from page to page, in large steps where that saves time."""
    path, missing = question.path(), (LATER_PAGE - 1) * _PAGE
    while missing > 0:
        step = _LARGEST_PAGE if missing >= _LARGEST_PAGE else _PAGE
        answer = await asker.ask(get(f"{path}&limit={step}"))
        following = msgspec.json.decode(answer.body, type=_Page).next
        if following is None:
            break
        path, missing = question.path(cursor=URL(following).query["cursor"]), missing - step
    return path
