"""What the audit service answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NoReturn, TypeAlias

import grpc
from attrs import field, frozen

from events_face_adapters.auditing import from_wire, query_from_wire, to_page_token, to_wire
from events_face_adapters.auditing.generated import audit_pb2, audit_pb2_grpc
from events_face_core.auditing import AuditRecord, AuditRecordNotFoundError, AuditRecords
from events_face_core.kernel import ErrorKind, EventsFaceError, InvalidInputError

log = logging.getLogger(__name__)

_BATCH = 200
"""How many records of a stream are stored together."""

_TIDY_SECONDS = 1.5
"""Longer than anything needs to tidy up when it is cancelled."""

_CODES = {
    ErrorKind.NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorKind.CONFLICT: grpc.StatusCode.ALREADY_EXISTS,
    ErrorKind.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorKind.UNAUTHENTICATED: grpc.StatusCode.UNAUTHENTICATED,
    ErrorKind.FORBIDDEN: grpc.StatusCode.PERMISSION_DENIED,
    ErrorKind.STALE: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorKind.THROTTLED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorKind.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


@frozen(kw_only=True)
class AuditService(audit_pb2_grpc.AuditServiceServicer):
    """``audit.v1.AuditService`` over the records.

    When a caller's deadline passes or it goes away, gRPC cancels the call, and a transaction
    under way is rolled back. Of a stream that is cut off an unknown part is stored: gRPC tells of
    its end before it tells that it was no end.

    Attributes:
        limit: the longest call of a caller who sets no deadline; of a stream, the longest wait
            for its next record and for storing some.
    """

    records: AuditRecords
    limit: timedelta = field(default=timedelta(seconds=10))
    _under_way: set[asyncio.Task[Any] | None] = field(factory=set, init=False)

    async def finish(self) -> None:
        """Wait until no call is under way, but not for ever.

        A call whose caller went away is over for gRPC while it is still rolled back here.
        """
        tasks = {task for task in self._under_way if task is not None}
        if tasks:
            await asyncio.wait(tasks, timeout=_TIDY_SECONDS)

    async def Log(  # noqa: N802  # the name in the contract
        self, request: audit_pb2.LogRequest, context: Context
    ) -> audit_pb2.LogResponse:
        """Keep a record."""
        async with self._answering(context), self._in_time():
            stored = await self.records.add([_record(request)])
            return audit_pb2.LogResponse(stored=bool(stored))

    async def LogBatch(  # noqa: N802  # the name in the contract
        self, request_iterator: AsyncIterator[audit_pb2.LogBatchRequest], context: Context
    ) -> audit_pb2.LogBatchResponse:
        """Keep many records, some hundred at a time."""
        async with self._answering(context):
            stored = received = 0
            async for some in self._in_batches(request_iterator):
                async with self._in_time():
                    stored += await self.records.add(some)
                received += len(some)
            return audit_pb2.LogBatchResponse(stored=stored, duplicates=received - stored)

    async def Get(  # noqa: N802  # the name in the contract
        self, request: audit_pb2.GetRequest, context: Context
    ) -> audit_pb2.GetResponse:
        """Return one record."""
        async with self._answering(context), self._in_time():
            record = await self.records.find(request.event_id)
            if record is None:
                raise AuditRecordNotFoundError
            return audit_pb2.GetResponse(record=to_wire(record))

    async def List(  # noqa: N802  # the name in the contract
        self, request: audit_pb2.ListRequest, context: Context
    ) -> audit_pb2.ListResponse:
        """Return records by their filters."""
        async with self._answering(context), self._in_time():
            page = await self.records.page(query_from_wire(request))
            return audit_pb2.ListResponse(
                records=map(to_wire, page.records), next_page_token=to_page_token(page.next)
            )

    async def _in_batches(
        self, requests: AsyncIterator[audit_pb2.LogBatchRequest]
    ) -> AsyncIterator[list[AuditRecord]]:
        some: list[AuditRecord] = []
        while (request := await self._next(requests)) is not None:
            some.append(_record(request))
            if len(some) == _BATCH:
                yield some
                some = []
        if some:
            yield some

    async def _next(
        self, requests: AsyncIterator[audit_pb2.LogBatchRequest]
    ) -> audit_pb2.LogBatchRequest | None:
        async with self._in_time():
            return await anext(requests, None)

    def _in_time(self) -> asyncio.Timeout:
        return asyncio.timeout(self.limit.total_seconds())

    @asynccontextmanager
    async def _answering(self, context: Context) -> AsyncIterator[None]:
        """Turn errors into answers: each kind has its code, and a bug tells nobody its text."""
        task = asyncio.current_task()
        self._under_way.add(task)
        try:
            yield
        except EventsFaceError as error:
            await _refuse(context, _CODES[error.kind], str(error))
        except TimeoutError:
            await _refuse(context, grpc.StatusCode.DEADLINE_EXCEEDED, "it took too long")
        except Exception:
            log.exception("a call failed")
            await _refuse(context, grpc.StatusCode.INTERNAL, "internal error")
        finally:
            self._under_way.discard(task)


def _record(request: audit_pb2.LogRequest | audit_pb2.LogBatchRequest) -> AuditRecord:
    if not request.HasField("record"):
        raise InvalidInputError("record", "must be set")
    return from_wire(request.record)


async def _refuse(context: Context, code: grpc.StatusCode, details: str) -> NoReturn:
    await context.abort(code, details)
    raise AssertionError("abort raises")
