"""The contract of the port ``AuditLog``, over gRPC on a real socket: bare and guarded."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from events_face_adapters.auditing import GrpcAuditLog, open_audit_log
from events_face_adapters.resilience import (
    Breaker,
    Bulkhead,
    Deadline,
    Guard,
    GuardedAuditLog,
)
from events_face_core.auditing import AuditLog, AuditRecord
from events_face_core.kernel import DependencyUnavailableError
from support.audit import PATIENCE, a_record, all_records, running_audit
from support.processes import free_port
from support.tcp_proxy import Address, TcpProxy, tcp_proxy
from support.waiting import until


def _guarded(audit_log: AuditLog) -> AuditLog:
    guard = Guard("audit", Breaker("audit"), Bulkhead(), Deadline(limit=PATIENCE))
    return GuardedAuditLog(audit_log=audit_log, guard=guard)


@pytest.fixture(params=["bare", "guarded"])
def audit_log(request: pytest.FixtureRequest, service: GrpcAuditLog) -> AuditLog:
    return service if request.param == "bare" else _guarded(service)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where connections are taken and nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
async def proxied(database: str) -> AsyncIterator[tuple[TcpProxy, GrpcAuditLog]]:
    """A way to the service that can be cut off."""
    async with running_audit(database) as address:
        host, _, port = address.rpartition(":")
        async with (
            tcp_proxy(Address(host, int(port))) as proxy,
            open_audit_log(f"127.0.0.1:{proxy.port}", patience=timedelta(seconds=1)) as opened,
        ):
            yield proxy, opened


async def test_records_are_kept(audit_log: AuditLog, service: GrpcAuditLog) -> None:
    await audit_log.log([a_record()])

    assert await service.find("e-1") == a_record()


async def test_nothing_to_keep_is_no_error(audit_log: AuditLog, service: GrpcAuditLog) -> None:
    await audit_log.log([])

    assert await all_records(service) == []


async def test_a_record_is_kept_once_however_often_it_is_sent(
    audit_log: AuditLog, service: GrpcAuditLog
) -> None:
    for _ in range(3):
        await audit_log.log([a_record()])

    assert await all_records(service) == [a_record()]


async def test_of_two_records_with_one_id_the_first_is_kept(
    audit_log: AuditLog, service: GrpcAuditLog
) -> None:
    await audit_log.log([a_record()])

    await audit_log.log([a_record(actor_id="boris")])

    assert await all_records(service) == [a_record()]


async def test_calls_at_once_with_one_id_keep_it_once(
    audit_log: AuditLog, service: GrpcAuditLog
) -> None:
    await asyncio.gather(*(audit_log.log([a_record()]) for _ in range(8)))

    assert await all_records(service) == [a_record()]


async def test_many_records_are_kept_each_once(audit_log: AuditLog, service: GrpcAuditLog) -> None:
    many = [a_record(f"e-{number}") for number in range(450)]

    await asyncio.gather(audit_log.log(many), audit_log.log(many[::-1]))

    kept = await all_records(service)
    assert len(kept) == 450
    assert {record.event_id for record in kept} == {record.event_id for record in many}


async def test_a_full_page_of_the_largest_records_is_read(service: GrpcAuditLog) -> None:
    largest = [a_record(f"{n}", details={"key": "я" * 8000}) for n in range(100)]
    await service.log(largest)

    kept = await all_records(service)

    assert len(kept) == 100


@pytest.mark.parametrize("guarded", [False, True])
async def test_a_service_that_is_not_there_is_unavailable(*, guarded: bool) -> None:
    async with open_audit_log(f"127.0.0.1:{free_port()}", patience=PATIENCE) as bare:
        audit_log = _guarded(bare) if guarded else bare

        with pytest.raises(DependencyUnavailableError, match="audit: UNAVAILABLE"):
            await audit_log.log([a_record()])


async def test_a_service_that_is_silent_is_unavailable_in_time(silent_port: int) -> None:
    timeout = timedelta(seconds=0.3)
    async with open_audit_log(f"127.0.0.1:{silent_port}", patience=timeout) as audit_log:
        async with asyncio.timeout(2):
            with pytest.raises(DependencyUnavailableError):
                await audit_log.log([a_record()])
            with pytest.raises(DependencyUnavailableError):
                await audit_log.log([a_record(), a_record("e-2")])


async def test_a_record_whose_reply_was_lost_is_sent_again_safely(
    proxied: tuple[TcpProxy, GrpcAuditLog],
) -> None:
    proxy, audit_log = proxied
    await audit_log.log([a_record("first")])
    proxy.cut_after(0)
    with pytest.raises(DependencyUnavailableError):
        await audit_log.log([a_record()])
    await proxy.forward()

    async def sent_again() -> bool:
        try:
            await audit_log.log([a_record()])
        except DependencyUnavailableError:
            return False
        return True

    await until(sent_again)

    assert [_id(record) for record in await all_records(audit_log)] == ["first", "e-1"]


async def test_a_service_that_comes_back_is_found_again(database: str) -> None:
    port = free_port()
    async with open_audit_log(f"127.0.0.1:{port}", patience=PATIENCE) as audit_log:
        with pytest.raises(DependencyUnavailableError):
            await audit_log.log([a_record()])
        async with running_audit(database, port=port):

            async def is_kept() -> bool:
                try:
                    await audit_log.log([a_record()])
                except DependencyUnavailableError:
                    return False
                return True

            waited = await until(is_kept)

    assert waited < 6


def _id(record: AuditRecord) -> str:
    return record.event_id
