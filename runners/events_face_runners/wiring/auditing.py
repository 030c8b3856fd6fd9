"""Auditing, wired."""

from datetime import timedelta

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.auditing import AuditLog, AuditRecordWritten, SendAuditRecordHandler
from events_face_core.kernel import Chance, Clock, Gate, Relay, Traces
from events_face_runners.wiring.outside import AUDITING_CONCURRENCY


class AuditingContainer(containers.DeclarativeContainer):
    """The use cases of auditing over what the application opened."""

    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    audit_log: providers.Dependency[AuditLog] = providers.Dependency()
    gate: providers.Dependency[Gate] = providers.Dependency()
    lease: providers.Dependency[timedelta] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()

    send = providers.Factory(
        SendAuditRecordHandler, unit_of_work=storage, audit_log=audit_log, clock=clock
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=gate,
        traces=traces,
        lease=lease,
        concurrency=AUDITING_CONCURRENCY,
        handlers=providers.Dict({AuditRecordWritten.name: send}),
    )
