"""An audit record is delivered at least once, under one id."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import pytest
from attrs import define, evolve, field, frozen

from events_face_core.auditing import (
    AuditRecord,
    AuditRecordRefusedError,
    AuditRecordWritten,
    SendAuditRecordHandler,
)
from events_face_core.kernel import (
    Delivery,
    DependencyUnavailableError,
    Message,
    OutboxState,
    StorageUnavailableError,
    UndeliverableError,
)
from unit.fakes import NOON, FakeHouse

WRITTEN = AuditRecordWritten(
    action="booking.confirmed",
    entity="booking",
    entity_id="b-1",
    actor_id="u-1",
    request_id="r-1",
    occurred_at="2026-01-15T15:00:00+03:00",
    details=json.dumps({"quantity": "2"}),
)


@frozen(kw_only=True)
class OtherMessage(Message):
    name: ClassVar[str] = "other"


@define
class FakeAuditLog:
    """Keeps records, or fails as it is told to, and never inside our transaction."""

    house: FakeHouse
    errors: list[Exception] = field(factory=list)
    kept: list[AuditRecord] = field(factory=list)

    async def log(self, records: Sequence[AuditRecord]) -> None:
        assert not self.house.turn.locked(), "the audit service is called inside a transaction"
        if self.errors:
            raise self.errors.pop(0)
        self.kept += records


async def _claimed(house: FakeHouse, message: Message = WRITTEN) -> Delivery:
    async with house() as tx:
        await tx.publish(message)
    async with house() as tx:
        (delivery,) = await tx.outbox.claim([message.name], limit=1, now=NOON, until=NOON)
    return delivery


def _send(house: FakeHouse, audit_log: FakeAuditLog) -> SendAuditRecordHandler:
    return SendAuditRecordHandler(unit_of_work=house, audit_log=audit_log, clock=house.clock)


async def test_what_was_written_is_kept_under_the_id_of_its_row() -> None:
    house = FakeHouse()
    audit_log = FakeAuditLog(house)
    delivery = await _claimed(house)

    await _send(house, audit_log)(delivery)

    assert audit_log.kept == [
        AuditRecord(
            event_id=delivery.id,
            actor_id="u-1",
            action="booking.confirmed",
            entity="booking",
            entity_id="b-1",
            request_id="r-1",
            occurred_at=datetime.fromisoformat("2026-01-15T12:00:00Z"),
            details={"quantity": "2"},
        )
    ]
    assert house.outbox.all[delivery.id].state is OutboxState.DELIVERED


async def test_what_could_not_be_kept_stays_to_be_kept() -> None:
    house = FakeHouse()
    audit_log = FakeAuditLog(house, [DependencyUnavailableError("away", reached=True)])
    delivery = await _claimed(house)

    with pytest.raises(DependencyUnavailableError):
        await _send(house, audit_log)(delivery)

    assert house.outbox.all[delivery.id].state is OutboxState.PENDING


async def test_what_is_sent_twice_is_sent_under_one_id() -> None:
    house = FakeHouse()
    audit_log = FakeAuditLog(house)
    delivery = await _claimed(house)
    house.fail_at = 3  # the completion

    with pytest.raises(StorageUnavailableError):
        await _send(house, audit_log)(delivery)
    await _send(house, audit_log)(delivery)

    first, second = audit_log.kept
    assert first == second


async def test_what_the_service_refuses_is_left_to_an_operator() -> None:
    house = FakeHouse()
    audit_log = FakeAuditLog(house, [AuditRecordRefusedError("action: is unknown")])
    delivery = await _claimed(house)

    with pytest.raises(UndeliverableError, match="action: is unknown"):
        await _send(house, audit_log)(delivery)


async def test_what_is_no_record_is_left_to_an_operator() -> None:
    house = FakeHouse()
    audit_log = FakeAuditLog(house)
    delivery = await _claimed(house, evolve(WRITTEN, details=json.dumps({"text": "x" * 20_000})))

    with pytest.raises(UndeliverableError, match="details"):
        await _send(house, audit_log)(delivery)

    assert audit_log.kept == []


async def test_another_message_is_not_for_this_handler() -> None:
    house = FakeHouse()
    delivery = await _claimed(house, OtherMessage())

    with pytest.raises(TypeError, match="other"):
        await _send(house, FakeAuditLog(house))(delivery)
