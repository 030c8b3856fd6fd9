"""What signed-in people do over HTTP is audited: once each, with who did it in which request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from attrs import define, field

from events_face_core.auditing import AuditRecord
from events_face_core.kernel import OutboxState, Role
from events_face_runners.wiring.settings import Settings
from support.audit import all_records, audit_process, audited, keeps, running_audit
from support.keys import SIGNING_KEY
from support.people import PASSWORD, a_person
from support.processes import free_port
from support.service import Answer, Service, running_service
from support.ticketing import START, wish
from support.waiting import until

Kept = tuple[str, str, str, str]
"""Of a record: its action, what was changed, by whom, in which request."""

ACTIONS = [
    "account.registered",
    "account.logged-in",
    "own-event.created",
    "own-event.published",
    "booking.confirmed",
    "booking.cancelled",
    "booking.confirmed",
    "review.written",
]


@define
class AheadClock:
    """The clock of the machine, set forward by the test."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@define
class Story:
    """What two people do at a service, each time in a request of its own.

    Attributes:
        expected: what is to be kept of it.
        seconds: how long its requests took.
    """

    service: Service
    clock: AheadClock
    expected: list[Kept] = field(factory=list)
    seconds: float = 0.0

    async def tell(self) -> None:
        """Sign up, log in, create and publish, book, cancel, book again, and review."""
        organizer = await a_person(self.service, Role.ORGANIZER)
        guest = {"email": "visitor@example.com", "password": PASSWORD}
        user_id = (await self._post("/api/auth/register", guest)).json()["id"]
        self._expect(user_id, user_id)
        visitor = await self._login(guest)
        self._expect(user_id, user_id)
        event = await self._post("/api/events", wish(), organizer.headers)
        event_id = event.json()["id"]
        self._expect(event_id, organizer.id)
        await self._post(f"/api/events/{event_id}/publish", None, organizer.headers)
        self._expect(event_id, organizer.id)
        booking_id = await self._book(event_id, visitor)
        self._expect(booking_id, user_id)
        await self._post(f"/api/bookings/{booking_id}/cancel", None, visitor)
        self._expect(booking_id, user_id)
        rebooked_id = await self._book(event_id, visitor)
        self._expect(rebooked_id, user_id)
        self.clock.ahead += START - self.clock.now() + timedelta(hours=1)
        visitor = await self._login(guest, request_id="again")
        review = {"event_id": event_id, "rating": 5, "content": "Громко."}
        answer = await self._post("/api/reviews", review, visitor)
        self._expect(answer.json()["id"], user_id)

    async def _book(self, event_id: str, visitor: Mapping[str, str]) -> str:
        answer = await self._post("/api/bookings", {"event_id": event_id}, visitor)
        booking_id: str = answer.json()["id"]
        return booking_id

    async def _login(self, body: object, *, request_id: str = "") -> Mapping[str, str]:
        answer = await self._post("/api/auth/login", body, request_id=request_id)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def _post(
        self,
        path: str,
        body: object,
        headers: Mapping[str, str] | None = None,
        *,
        request_id: str = "",
    ) -> Answer:
        named = {"X-Request-ID": request_id or self._request_id()}
        begun = perf_counter()
        answer = await self.service.call(
            "POST", path, json=body, headers={**(headers or {}), **named}
        )
        self.seconds += perf_counter() - begun
        assert answer.status in {200, 201}, answer
        return answer

    def _request_id(self) -> str:
        """The id of the request whose record is expected next."""
        return f"story-{len(self.expected)}"

    def _expect(self, entity_id: str, actor_id: str) -> None:
        action = ACTIONS[len(self.expected)]
        self.expected.append((action, entity_id, actor_id, self._request_id()))


def _settings(path: Path, address: str) -> Settings:
    path.mkdir(exist_ok=True)
    return Settings(
        database_url=f"sqlite:///{path / 'events-face.db'}",
        audit_address=address,
        breaker_recovery=timedelta(seconds=1),
        auth_signing_key=SIGNING_KEY,
    )


@asynccontextmanager
async def _at_a_service(path: Path, address: str) -> AsyncIterator[Story]:
    """A service whose audit service is to be found at an address, and what people do there."""
    clock = AheadClock()
    async with running_service(_settings(path, address), clock=clock) as service:
        yield Story(service, clock)


def _kept(record: AuditRecord) -> Kept:
    return record.action, record.entity_id, record.actor_id, record.request_id


def _all_of(story: Story) -> Callable[[list[AuditRecord]], bool]:
    return lambda records: {*story.expected} <= {*map(_kept, records)}


def _in_requests(records: Sequence[AuditRecord]) -> list[Kept]:
    """What was kept of the requests of a story, in the order of their time."""
    ordered = sorted(records, key=lambda record: record.occurred_at)
    return [_kept(record) for record in ordered if record.request_id.startswith("story-")]


async def test_whatever_people_do_is_kept_once_with_its_actor_and_its_request(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with running_audit(url) as address, _at_a_service(tmp_path, address) as story:
        await story.tell()
        await until(keeps(address, _all_of(story)), seconds=20)
    async with audited(url) as reads:
        records = await all_records(reads)

    assert [action for action, *_ in story.expected] == ACTIONS
    assert _in_requests(records) == story.expected
    assert len({record.event_id for record in records}) == len(records)


async def test_the_records_of_people_hold_ids_and_nothing_else_of_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with running_audit(url) as address, _at_a_service(tmp_path, address) as story:
        await story.tell()
        await until(keeps(address, _all_of(story)), seconds=20)
    async with audited(url) as reads:
        kept = str(await all_records(reads))

    for secret in ("@example.com", PASSWORD, "Громко"):
        assert secret not in kept


async def test_while_the_audit_service_is_dead_people_wait_no_longer_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    port = free_port()
    address = f"127.0.0.1:{port}"
    process = audit_process(tmp_path, port)
    await process.start()
    await until(keeps(address, lambda records: not records), seconds=20)
    async with _at_a_service(tmp_path / "alive", address) as story:
        await story.tell()
        usual = story.seconds
        await until(keeps(address, _all_of(story)), seconds=20)
    await process.kill()
    async with _at_a_service(tmp_path / "dead", address) as story:
        await story.tell()
        waiting = await _waiting(story.service)
        await process.start()
        await until(keeps(address, _all_of(story)), seconds=30)
        await until(lambda: _none_waits(story.service), seconds=20)
    await process.stop()
    async with audited(f"sqlite:///{tmp_path}/audit.db") as reads:
        records = await all_records(reads)

    mine = [kept for kept in _in_requests(records) if kept in story.expected]
    assert mine == story.expected
    assert waiting >= len(ACTIONS)
    # The machine may be busy with other things, but nobody waited for a call to time out.
    assert story.seconds < 2 * usual + 1


async def _waiting(service: Service) -> int:
    rows = await service.app.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    return sum(row.name == "audit.record-written" for row in rows)


async def _none_waits(service: Service) -> bool:
    return await _waiting(service) == 0
