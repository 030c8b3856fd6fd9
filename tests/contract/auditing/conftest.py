"""The audit service's database, and the service on it."""

from collections.abc import AsyncIterator

import pytest

from events_face_adapters.auditing import GrpcAuditLog
from events_face_adapters.storage.audit_records import AuditStorage
from support.audit import audit_storage, audited


@pytest.fixture
async def records(database: str) -> AsyncIterator[AuditStorage]:
    """The storage of the audit service, on each kind of database in turn."""
    async with audit_storage(database) as opened:
        yield opened


@pytest.fixture
async def other(records: AuditStorage, database: str) -> AsyncIterator[AuditStorage]:
    """The same database, as another process sees it."""
    async with audit_storage(database) as opened:
        yield opened


@pytest.fixture
async def service(database: str) -> AsyncIterator[GrpcAuditLog]:
    """A way to a running service, on each kind of database in turn."""
    async with audited(database) as opened:
        yield opened
