"""Have the audit service keep what somebody changed."""

from __future__ import annotations

import json
from datetime import datetime

from attrs import frozen

from events_face_core.auditing.errors import AuditRecordRefusedError
from events_face_core.auditing.events import AuditRecordWritten
from events_face_core.auditing.model import AuditRecord
from events_face_core.auditing.ports import AuditLog
from events_face_core.kernel import (
    Clock,
    Delivery,
    InvalidInputError,
    Transaction,
    UndeliverableError,
    UnitOfWork,
)


@frozen(kw_only=True)
class SendAuditRecordHandler:
    """Delivers ``audit.record-written``, at least once, under the id of its outbox row."""

    unit_of_work: UnitOfWork[Transaction]
    audit_log: AuditLog
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Deliver.

        Raises:
            DependencyUnavailableError: it may not be stored; deliver again later.
            UndeliverableError: the audit service will never take it.
        """
        message = delivery.message
        if not isinstance(message, AuditRecordWritten):
            raise TypeError(f"{message.name} is not for this handler")
        try:
            await self.audit_log.log([_record(delivery.id, message)])
        except (AuditRecordRefusedError, InvalidInputError) as error:
            raise UndeliverableError(str(error)) from error
        async with self.unit_of_work() as tx:
            await tx.outbox.complete(delivery.id, now=self.clock.now())


def _record(event_id: str, message: AuditRecordWritten) -> AuditRecord:
    return AuditRecord(
        event_id=event_id,
        actor_id=message.actor_id,
        action=message.action,
        entity=message.entity,
        entity_id=message.entity_id,
        request_id=message.request_id,
        occurred_at=datetime.fromisoformat(message.occurred_at),
        details=json.loads(message.details),
    )
