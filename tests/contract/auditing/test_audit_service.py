"""``audit.v1.AuditService`` on the wire: what it takes, what it refuses, and in which words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from contract.storage.postgres import OwnServer, own_server
from events_face_adapters.auditing import open_audit_log, to_wire
from events_face_adapters.auditing.generated import audit_pb2, audit_pb2_grpc
from events_face_core.kernel import DependencyUnavailableError, StorageUnavailableError
from support.audit import PATIENCE, a_record, all_records, audit_storage, running_audit
from support.waiting import until

CODE = grpc.StatusCode


@pytest.fixture
async def stub(database: str) -> AsyncIterator[audit_pb2_grpc.AuditServiceStub]:
    async with (
        running_audit(database) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        yield audit_pb2_grpc.AuditServiceStub(channel)


def _log(**changes: object) -> audit_pb2.LogRequest:
    message = to_wire(a_record())
    for name, value in changes.items():
        if value is None:
            message.ClearField(name)
        elif isinstance(value, Timestamp):
            message.occurred_at.CopyFrom(value)
        elif isinstance(value, dict):
            message.details.update(value)
        else:
            setattr(message, name, value)
    return audit_pb2.LogRequest(record=message)


async def _refused(call: Any) -> tuple[grpc.StatusCode, str]:  # noqa: ANN401  # of any method
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value.code(), caught.value.details() or ""


def _stream(*event_ids: str) -> Iterable[audit_pb2.LogBatchRequest]:
    return [audit_pb2.LogBatchRequest(record=to_wire(a_record(id_))) for id_ in event_ids]


async def test_a_record_tells_whether_it_was_new(stub: audit_pb2_grpc.AuditServiceStub) -> None:
    first = await stub.Log(_log())
    second = await stub.Log(_log())

    assert (first.stored, second.stored) == (True, False)


async def test_a_batch_is_summed_up(stub: audit_pb2_grpc.AuditServiceStub) -> None:
    await stub.Log(_log())

    summary = await stub.LogBatch(_stream("e-1", "e-2", "e-3", "e-2"))

    assert (summary.stored, summary.duplicates) == (2, 2)


async def test_an_empty_batch_is_summed_up(stub: audit_pb2_grpc.AuditServiceStub) -> None:
    summary = await stub.LogBatch(_stream())

    assert (summary.stored, summary.duplicates) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"event_id": ""}, "event_id: must not be empty"),
        ({"action": ""}, "action: must not be empty"),
        ({"entity": ""}, "entity: must not be empty"),
        ({"actor_id": "x" * 201}, "actor_id: must be at most 200 characters long"),
        ({"request_id": "a\nb"}, "request_id: must not contain control characters"),
        ({"occurred_at": None}, "occurred_at: must be set"),
        (
            {"occurred_at": Timestamp(seconds=10**12)},
            "occurred_at: must be an instant of the years 1 to 9999",
        ),
        ({"details": {"key": "a\0"}}, "details: must be text, without NUL and lone surrogates"),
        ({"details": {"key": "x" * 20_000}}, "details: must be at most 16384 bytes as JSON"),
    ],
)
async def test_a_bad_record_is_refused_with_its_field(
    stub: audit_pb2_grpc.AuditServiceStub, changes: dict[str, object], why: str
) -> None:
    assert await _refused(stub.Log(_log(**changes))) == (CODE.INVALID_ARGUMENT, why)


async def test_a_request_without_a_record_is_refused(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    refused = await _refused(stub.Log(audit_pb2.LogRequest()))

    assert refused == (CODE.INVALID_ARGUMENT, "record: must be set")


async def test_of_a_batch_with_a_bad_record_nothing_new_is_stored(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    bad = audit_pb2.LogBatchRequest(record=to_wire(a_record("e-2")))
    bad.record.action = ""

    code, why = await _refused(stub.LogBatch([*_stream("e-1"), bad]))

    assert (code, why) == (CODE.INVALID_ARGUMENT, "action: must not be empty")
    assert (await _refused(stub.Get(audit_pb2.GetRequest(event_id="e-1"))))[0] is CODE.NOT_FOUND


async def test_a_batch_that_is_cut_off_is_sent_again_safely(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    call = stub.LogBatch()
    for request in _stream("e-1", "e-2"):
        await call.write(request)
    call.cancel()

    summary = await stub.LogBatch(_stream("e-1", "e-2", "e-3"))

    response = await stub.List(audit_pb2.ListRequest())
    assert summary.stored + summary.duplicates == 3
    assert sorted(record.event_id for record in response.records) == ["e-1", "e-2", "e-3"]


async def test_a_message_that_is_too_large_is_refused(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    code, _ = await _refused(stub.Log(_log(details={"key": "x" * 100_000})))

    assert code is CODE.RESOURCE_EXHAUSTED


async def test_one_record_is_got_as_it_was_sent(stub: audit_pb2_grpc.AuditServiceStub) -> None:
    await stub.Log(_log())

    response = await stub.Get(audit_pb2.GetRequest(event_id="e-1"))

    assert response.record == _log().record


async def test_a_record_that_is_not_there_is_not_found(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    refused = await _refused(stub.Get(audit_pb2.GetRequest(event_id="none")))

    assert refused == (CODE.NOT_FOUND, "No audit record has this event id.")


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (audit_pb2.ListRequest(page_size=-1), "limit: must be from 1 to 100"),
        (audit_pb2.ListRequest(page_size=101), "limit: must be from 1 to 100"),
        (
            audit_pb2.ListRequest(page_token="nonsense"),
            "page_token: must be the next_page_token of a page",
        ),
        (
            audit_pb2.ListRequest(page_token="WyIyMDI2LTAxLTE1VDEyOjAwOjAwIiwiZSJd"),
            "page_token: must be the next_page_token of a page",
        ),
        (audit_pb2.ListRequest(action="a\nb"), "action: must not contain control characters"),
    ],
)
async def test_a_bad_question_is_refused_with_its_field(
    stub: audit_pb2_grpc.AuditServiceStub, request_: audit_pb2.ListRequest, why: str
) -> None:
    assert await _refused(stub.List(request_)) == (CODE.INVALID_ARGUMENT, why)


async def test_a_list_without_a_size_has_twenty_records(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    await stub.LogBatch(_stream(*(f"{number}" for number in range(21))))

    first = await stub.List(audit_pb2.ListRequest())
    second = await stub.List(audit_pb2.ListRequest(page_token=first.next_page_token))

    assert (len(first.records), len(second.records), second.next_page_token) == (20, 1, "")


async def test_a_guest_can_be_asked_for(stub: audit_pb2_grpc.AuditServiceStub) -> None:
    await stub.Log(_log(event_id="guest", actor_id=""))
    await stub.Log(_log(event_id="anna"))

    guests = await stub.List(audit_pb2.ListRequest(actor_id=""))

    assert [record.event_id for record in guests.records] == ["guest"]


async def test_a_deadline_that_passes_ends_the_call(
    stub: audit_pb2_grpc.AuditServiceStub,
) -> None:
    call = stub.LogBatch(timeout=0.2)
    await call.write(next(iter(_stream("e-1"))))

    code, _ = await _refused(call)

    assert code is CODE.DEADLINE_EXCEEDED


async def test_a_call_under_way_is_answered_though_the_service_stops(database: str) -> None:
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(running_audit(database))
        async with grpc.aio.insecure_channel(address) as channel:
            call = audit_pb2_grpc.AuditServiceStub(channel).LogBatch()
            first, second = _stream("e-1", "e-2")
            await call.write(first)
            await asyncio.sleep(0.2)
            stopping = asyncio.create_task(stack.aclose())
            await asyncio.sleep(0.2)
            await call.write(second)
            await call.done_writing()
            summary = await call
            await stopping

    assert summary.stored == 2


async def test_more_calls_than_the_service_bears_are_turned_away_until_others_end(
    tmp_path: Path,
) -> None:
    # Connections of their own: each takes but a hundred calls at a time.
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with (
        running_audit(f"sqlite:///{tmp_path}/audit.db") as address,
        AsyncExitStack() as stack,
    ):
        stubs = []
        for _ in range(3):
            channel = grpc.aio.insecure_channel(address, options=options)
            stubs.append(audit_pb2_grpc.AuditServiceStub(await stack.enter_async_context(channel)))
        streams = [stub.LogBatch() for stub in stubs for _ in range(90)]
        begun = (stream.write(next(iter(_stream("e-1")))) for stream in streams)
        await asyncio.gather(*begun, return_exceptions=True)

        await until(lambda: any(stream.done() for stream in streams))
        turned_away = {await stream.code() for stream in streams if stream.done()}
        for stream in streams:
            stream.cancel()

        assert turned_away == {CODE.RESOURCE_EXHAUSTED}
        await until(lambda: _accepted(stubs[0]))


async def _accepted(stub: audit_pb2_grpc.AuditServiceStub) -> bool:
    try:
        await stub.Log(_log())
    except grpc.aio.AioRpcError as error:
        return error.code() is not CODE.RESOURCE_EXHAUSTED
    return True


async def test_the_database_is_closed_only_after_calls_that_were_cut_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        running_audit(f"sqlite:///{tmp_path}/audit.db") as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        calls = [stub.Log(_log(event_id=f"e-{number}")) for number in range(90)]
        await asyncio.sleep(0.02)
        for call in calls:
            call.cancel()

    assert caplog.records == []


async def test_a_port_that_is_taken_is_a_clear_error(database: str) -> None:
    async with running_audit(database) as address:
        port = int(address.rpartition(":")[2])

        with pytest.raises(OSError, match=f"127.0.0.1:{port} cannot be listened on"):
            async with running_audit(database, port=port):
                pass


async def test_the_service_says_that_it_serves(database: str) -> None:
    async with (
        running_audit(database) as address,
        open_audit_log(address, patience=PATIENCE) as service,
    ):
        assert await service.is_serving()


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as own:
        yield own


async def test_while_the_database_is_away_calls_are_unavailable_and_the_health_says_so(
    server: OwnServer,
) -> None:
    async with (
        running_audit(server.url) as address,
        open_audit_log(address, patience=PATIENCE) as service,
    ):
        await service.log([a_record()])
        await asyncio.to_thread(server.stop)
        with pytest.raises(DependencyUnavailableError, match="audit: UNAVAILABLE: PostgreSQL"):
            await service.log([a_record("e-2")])
        await until(lambda: _not(service.is_serving()))
        await asyncio.to_thread(server.start)
        await until(service.is_serving, seconds=20)
        await service.log([a_record("e-2")])

        assert len(await all_records(service)) == 2


async def _not(condition: Any) -> bool:  # noqa: ANN401  # a coroutine
    return not await condition


async def test_a_file_that_is_removed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    async with audit_storage(f"sqlite:///{path}") as storage:
        await storage.check()
        path.unlink()

        with pytest.raises(StorageUnavailableError, match="The database file is gone"):
            await storage.check()
