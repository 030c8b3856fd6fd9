"""What auditing needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from events_face_core.auditing.model import AuditPage, AuditQuery, AuditRecord


class AuditLog(Protocol):
    """Keeps audit records, somewhere outside.

    A record is known by its event id: the first one sent is kept, every later one with that id
    is passed over, whatever it says and whoever sends it at the same moment.
    """

    async def log(self, records: Sequence[AuditRecord]) -> None:
        """Keep records; when it returns, each of them is stored, and stored once.

        Raises:
            DependencyUnavailableError: some may not be stored; sending all again is harmless.
            AuditRecordRefusedError: one will never be taken; some of the others may be stored.
        """
        ...


class AuditReads(Protocol):
    """Answers questions about the audit records that are kept."""

    async def find(self, event_id: str) -> AuditRecord | None:
        """Return one record.

        Raises:
            EventsFaceError: of the kind *unavailable*, when there is no answer to be had.
        """
        ...

    async def page(self, query: AuditQuery) -> AuditPage:
        """Return records by a query, newest first; of one instant, the larger id goes first.

        A record that is stored meanwhile moves no other: going on after the last record of a
        page repeats none and leaves none out.

        Raises:
            EventsFaceError: of the kind *unavailable*, when there is no answer to be had.
        """
        ...


class AuditRecords(AuditReads, Protocol):
    """The records of the audit service, in its own database."""

    async def add(self, records: Sequence[AuditRecord]) -> int:
        """Store those records whose event id is new, all or none; return how many that were.

        Of two calls at once with one id, one stores it and neither fails.

        Raises:
            StorageUnavailableError: nothing is stored, as far as anybody knows.
        """
        ...
