"""What people do is audited outside: nothing is blocked, nothing lost, each record kept once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import define, field

from contract.storage.making import an_event, put_events
from events_face_core.auditing import AuditRecord
from events_face_core.kernel import OutboxState
from events_face_core.registration import AcceptRegistration
from events_face_runners.background import run_background
from events_face_runners.wiring.app import open_events_face
from events_face_runners.wiring.settings import Settings
from support.audit import all_records, audit_process, audited, keeps, running_audit
from support.making import a_visitor, event_id
from support.processes import free_port
from support.service import Service
from support.stage import Choices, stage
from support.waiting import until

ACCEPTED, DECIDED = "registration.accepted", "registration.decided"


def _settings(address: str) -> Choices:
    return {"audit_address": address, "breaker_recovery": timedelta(seconds=1)}


async def _registered(service: Service, number: int = 0) -> str:
    answer = await service.register(event_id(), a_visitor(number))
    assert answer.status == 202, answer
    registration_id: str = answer.json()["id"]
    return registration_id


async def _waiting(service: Service) -> int:
    rows = await service.app.outbox_reads.rows(OutboxState.PENDING, limit=1000)
    return sum(row.name == "audit.record-written" for row in rows)


async def _all_confirmed(service: Service, ids: Sequence[str]) -> bool:
    return all([await service.status(one) == "confirmed" for one in ids])


def _stories(records: Sequence[AuditRecord]) -> dict[str, list[str]]:
    """Return what was kept of each registration, in the order of its time."""
    stories: dict[str, list[str]] = {}
    for record in sorted(records, key=lambda record: record.occurred_at):
        stories.setdefault(record.entity_id, []).append(record.action)
    return stories


async def test_a_registration_is_audited_with_its_actor_and_its_request(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with (
        running_audit(url) as address,
        stage(tmp_path, settings=_settings(address)) as (_, service),
    ):
        answer = await service.call(
            "POST",
            f"/api/events/{event_id()}/registrations",
            json=a_visitor(0),
            headers={"X-Request-ID": "request-1"},
        )
        registration_id = answer.json()["id"]
        await until(keeps(address, lambda records: len(records) == 2))
        circuits = service.app.circuits()
    async with audited(url) as reads:
        decided, accepted = await all_records(reads)

    assert (accepted.action, decided.action) == (ACCEPTED, DECIDED)
    assert (accepted.actor_id, decided.actor_id) == ("", "system")
    assert (accepted.request_id, decided.request_id) == ("request-1", "")
    assert {record.entity_id for record in (accepted, decided)} == {registration_id}
    assert decided.details == {"status": "confirmed", "reason": ""}
    assert circuits["audit"] == "closed"


async def test_nothing_of_the_person_is_audited(tmp_path: Path) -> None:
    visitor = a_visitor(0)
    async with (
        audited(f"sqlite:///{tmp_path}/audit.db") as reads,
        running_audit(f"sqlite:///{tmp_path}/audit.db") as address,
        stage(tmp_path, settings=_settings(address)) as (_, service),
    ):
        await _registered(service)
        await until(keeps(address, lambda records: len(records) == 2))
        kept = str(await all_records(reads))

    for secret in visitor.values():
        assert str(secret) not in kept


async def test_records_wait_for_a_service_that_is_killed_and_started_again(
    tmp_path: Path,
) -> None:
    port = free_port()
    address = f"127.0.0.1:{port}"
    process = audit_process(tmp_path, port)
    async with stage(tmp_path, settings=_settings(address)) as (_, service):
        before = [await _registered(service, number) for number in range(5)]
        await until(lambda: _all_confirmed(service, before))
        waited = await _waiting(service)
        await process.start()
        await until(keeps(address, lambda records: len(records) >= 5), seconds=20)
        await process.kill()
        after = [await _registered(service, number) for number in range(5, 10)]
        await until(lambda: _all_confirmed(service, after))
        await process.start()
        await until(keeps(address, lambda records: len(records) >= 20), seconds=20)
        await until(lambda: _none_waits(service))
        code = await process.stop()
    async with audited(f"sqlite:///{tmp_path}/audit.db") as reads:
        kept = await all_records(reads)

    assert waited == 10
    assert _stories(kept) == {one: [ACCEPTED, DECIDED] for one in [*before, *after]}
    assert code == 0


async def _none_waits(service: Service) -> bool:
    return await _waiting(service) == 0


async def test_two_workers_have_each_record_kept_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with running_audit(url) as address, audited(url) as reads:
        settings = _settings(address)
        async with stage(tmp_path, settings=settings, background=False) as (_, service):
            ids = [await _registered(service, number) for number in range(10)]
            stop = asyncio.Event()
            async with (
                open_events_face(service.app.settings) as other,
                asyncio.TaskGroup() as workers,
            ):
                for app in (service.app, other):
                    workers.create_task(run_background(app, stop))
                await until(keeps(address, lambda records: len(records) >= 20))
                await until(lambda: _none_waits(service))
                stop.set()
            kept = await all_records(reads)

    assert _stories(kept) == {one: [ACCEPTED, DECIDED] for one in ids}


@define
class OwnAuditLog:
    """An audit log of somebody who embeds us."""

    kept: list[AuditRecord] = field(factory=list)

    async def log(self, records: Sequence[AuditRecord]) -> None:
        self.kept += records


async def test_an_audit_log_of_ones_own_is_told(tmp_path: Path) -> None:
    own = OwnAuditLog()
    settings = Settings(database_url=f"sqlite:///{tmp_path}/events.db")
    async with open_events_face(settings, audit_log=own) as app:
        await put_events(app.storage, an_event(event_time=datetime.now(UTC) + timedelta(days=30)))
        registration = await app.accept(
            AcceptRegistration(
                event_id="event", first_name="Анна", last_name="Ким", email="anna@example.com"
            )
        )
        await app.deliver()

    assert [(record.action, record.entity_id) for record in own.kept] == [
        (ACCEPTED, registration.id)
    ]


async def test_without_an_address_nothing_is_written(tmp_path: Path) -> None:
    async with stage(tmp_path, background=False) as (_, service):
        await _registered(service)

        assert await _waiting(service) == 0
        assert "audit" not in service.app.circuits()


async def test_what_waits_when_auditing_is_switched_off_waits_for_it_to_come_back(
    tmp_path: Path,
) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    async with stage(tmp_path, settings=_settings(nobody), background=False) as (_, service):
        registration_id = await _registered(service)
    async with stage(tmp_path) as (_, service):
        meanwhile = await _waiting(service)
    async with running_audit(f"sqlite:///{tmp_path}/audit.db") as address:
        async with stage(tmp_path, settings=_settings(address)):
            await until(keeps(address, lambda records: len(records) >= 1))
        async with audited(f"sqlite:///{tmp_path}/audit.db") as reads:
            kept = await all_records(reads)

    assert meanwhile == 1
    assert _stories(kept)[registration_id][0] == ACCEPTED
