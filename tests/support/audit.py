"""The audit service for the tests: in the test's own process, or in one of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from events_face_adapters.auditing import GrpcAuditLog, open_audit_log
from events_face_adapters.storage.audit_records import AuditStorage
from events_face_adapters.system import SystemClock
from events_face_core.auditing import AuditQuery, AuditRecord
from events_face_core.kernel import DependencyUnavailableError
from events_face_runners.audit import ListenAddress, Security, running_audit_service
from events_face_runners.wiring.settings import SQLITE_PREFIX, Settings
from events_face_runners.wiring.storing import make_audit_storage
from support.processes import ServiceProcess

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
PATIENCE = timedelta(seconds=5)

_FIELDS: dict[str, Any] = {
    "event_id": "e-1",
    "actor_id": "anna",
    "action": "booking.confirmed",
    "entity": "booking",
    "entity_id": "b-1",
    "request_id": "r-1",
    "occurred_at": NOON,
    "details": {"quantity": "2", "событие": "Концерт «Ночь»\n🎵"},
}


def a_record(event_id: str = "e-1", **fields: object) -> AuditRecord:
    return AuditRecord(**{**_FIELDS, "event_id": event_id, **fields})


def audit_storage(url: str) -> AuditStorage:
    return make_audit_storage(Settings(audit_database_url=url), clock=SystemClock())


@asynccontextmanager
async def running_audit(
    url: str, *, port: int = 0, security: Security | None = None
) -> AsyncIterator[str]:
    """The audit service on a database while the block runs; its address."""
    async with (
        audit_storage(url) as storage,
        running_audit_service(storage, ListenAddress(port=port), security or Security()) as address,
    ):
        yield address


@asynccontextmanager
async def audited(url: str) -> AsyncIterator[GrpcAuditLog]:
    """A way to an audit service on a database, both while the block runs."""
    async with running_audit(url) as address, open_audit_log(address, patience=PATIENCE) as opened:
        yield opened


def audit_process(directory: Path, port: int, url: str = "") -> ServiceProcess:
    """``events-face audit serve``, not started yet."""
    environment = {
        "EVENTS_FACE_AUDIT_DATABASE_URL": url or f"{SQLITE_PREFIX}{directory}/audit.db",
        "EVENTS_FACE_DATABASE_URL": f"{SQLITE_PREFIX}{directory}/unused.db",
    }
    options = ("serve", "--port", str(port))
    return ServiceProcess(environment, directory / "audit.log", "audit", options)


async def all_records(reads: GrpcAuditLog | AuditStorage, **filters: object) -> list[AuditRecord]:
    """Every record that the filters let through, page by page."""
    chosen: dict[str, Any] = {"limit": 100, **filters}
    records: list[AuditRecord] = []
    after = None
    while True:
        page = await reads.page(AuditQuery(**chosen, after=after))
        records += page.records
        if page.next is None:
            return records
        after = page.next


def keeps(address: str, is_enough: Callable[[list[AuditRecord]], bool]) -> Any:  # noqa: ANN401  # for ``until``
    """A condition: the service is there, and what it keeps is enough."""

    async def condition() -> bool:
        async with open_audit_log(address, patience=PATIENCE) as opened:
            try:
                return is_enough(await all_records(opened))
            except DependencyUnavailableError:
                return False

    return condition
