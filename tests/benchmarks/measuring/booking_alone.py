"""Booking while Kafka, the mail server, the audit service and Redis are dead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
from attrs import frozen

from benchmarks.measuring.asking import Asker, post, side_by_side
from benchmarks.measuring.figures import Bar, Figure
from benchmarks.measuring.halls import FIRST, LAST, open_halls, settle, sign_in
from benchmarks.measuring.neighbours import Neighbours, neighbours
from benchmarks.measuring.service import mailing, serving
from benchmarks.measuring.stage import Stage
from benchmarks.measuring.times import percentile
from events_face_runners.embedding import Settings, open_events_face
from support.audit import running_audit
from support.keys import SIGNING_KEY
from support.mail_server import running_mail_server

RATE = 50.0
"""Bookings a second, at each of the two services."""

_BEFORE = 200
"""So many bookings are told of again and again by then: each breaker has heard of it."""

_EVENTS = LAST - FIRST + 1


@frozen
class _House:
    """A service with a mail process beside it, and what both reach."""

    asker: Asker
    around: Neighbours
    people: Sequence[str]

    def requests(self, begin: int, end: int) -> list[bytes]:
        """Each books for another pair of a person and an event."""
        return [
            post(
                "/api/bookings",
                msgspec.json.encode({"event_id": str(FIRST + number % _EVENTS)}),
                token=self.people[number // _EVENTS],
            )
            for number in range(begin, end)
        ]

    async def book_before(self) -> None:
        await asyncio.gather(*(self.asker.ask(each) for each in self.requests(0, _BEFORE)))


async def measure(stage: Stage) -> list[Figure]:
    """The mail process of either service runs on, too."""
    number = _BEFORE + int(stage.sizes.seconds * 2 * RATE)
    async with (
        _a_house(stage, "healthy", number) as healthy,
        _a_house(stage, "lonely", number) as lonely,
    ):
        await lonely.around.die()
        for house in (healthy, lonely):
            await house.book_before()
        alive, alone = await side_by_side(
            (healthy.asker, healthy.requests(_BEFORE, number)),
            (lonely.asker, lonely.requests(_BEFORE, number)),
            each_second=RATE,
        )
    return [
        Figure(
            what="booking p95, Kafka, mail server, audit service and Redis dead",
            ours=percentile(alone, 0.95),
            unit="ms",
            against="the same with all of them healthy",
            reference=percentile(alive, 0.95),
            bar=Bar(most_ratio=1.1),
            details={
                name: {
                    f"p{percent}": round(percentile(taken, percent / 100), 2)
                    for percent in (50, 99)
                }
                for name, taken in (("healthy", alive), ("dead", alone))
            },
        )
    ]


@asynccontextmanager
async def _a_house(stage: Stage, name: str, bookings: int) -> AsyncIterator[_House]:
    url = await stage.new_postgres()
    async with open_events_face(Settings(database_url=url, auth_signing_key=SIGNING_KEY)) as app:
        await open_halls(app)
        people = await sign_in(app, bookings // _EVENTS + 1)
    await settle(url)
    log, mail_log = (stage.directory / f"{name}-{part}.log" for part in ("serve", "mail"))
    async with neighbours() as around:
        enter = around.stack.enter_async_context
        mail = await enter(running_mail_server())
        audit = await enter(running_audit(stage.new_sqlite(f"{name}-audit")))
        settings = {"database_url": url, "audit_address": audit, **around.settings}
        # Mail goes out by the mail process alone.
        del settings["notifier_url"]
        async with (
            serving(log, settings, "--background") as service,
            mailing(mail_log, {**settings, "smtp_url": mail.url}),
        ):
            asker = Asker(service.port)
            yield _House(asker, around, people)
            asker.close()
