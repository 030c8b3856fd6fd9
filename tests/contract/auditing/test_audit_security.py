"""The audit service with a token and with TLS: who is let in, and whom clients believe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
import trustme

from events_face_adapters.auditing import GrpcAuditLog, open_audit_log, to_wire
from events_face_adapters.auditing.generated import audit_pb2, audit_pb2_grpc
from events_face_core.kernel import DependencyUnavailableError
from events_face_runners.audit.security import make_security
from events_face_runners.wiring.settings import Settings
from support.audit import PATIENCE, a_record, all_records, running_audit

TOKEN = "s3cret-t0ken"
REFUSED = "audit: UNAUTHENTICATED: the token is missing or wrong"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/audit.db"


@asynccontextmanager
async def _audit(url: str, **settings: str) -> AsyncIterator[str]:
    """The service with these settings; its address, by the name that its certificate has."""
    security = make_security(Settings(**{f"audit_{key}": value for key, value in settings.items()}))  # type: ignore[arg-type]
    async with running_audit(url, security=security) as address:
        yield address.replace("127.0.0.1", "localhost")


@asynccontextmanager
async def _client(
    address: str, *, token: str = "", ca: Path | None = None
) -> AsyncIterator[GrpcAuditLog]:
    async with open_audit_log(
        address, patience=PATIENCE, token=token, authority=str(ca or "")
    ) as opened:
        yield opened


def _authority(directory: Path) -> tuple[trustme.CA, Path]:
    authority, path = trustme.CA(), directory / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return authority, path


def _certified(directory: Path, authority: trustme.CA, name: str = "localhost") -> dict[str, str]:
    """The settings of a service with a certificate for a name."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    issued = authority.issue_cert(name)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    return {"tls_certificate": str(certificate), "tls_key": str(key)}


# Tokens


async def test_whoever_brings_the_token_writes_and_reads(url: str) -> None:
    async with _audit(url, token=TOKEN) as address, _client(address, token=TOKEN) as service:
        await service.log([a_record()])
        await service.log([a_record("e-2"), a_record("e-3")])

        assert len(await all_records(service)) == 3
        assert await service.find("e-1") == a_record()


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x"])
async def test_whoever_brings_another_token_or_none_neither_writes_nor_reads(
    url: str, token: str
) -> None:
    async with _audit(url, token=TOKEN) as address, _client(address, token=token) as service:
        calls = (
            service.log([a_record()]),
            service.log([a_record("e-2"), a_record("e-3")]),
            service.find("e-1"),
            all_records(service),
        )
        for call in calls:
            with pytest.raises(DependencyUnavailableError, match=REFUSED):
                await call
        async with _client(address, token=TOKEN) as known:
            assert await all_records(known) == []


async def test_a_stream_without_the_token_is_refused_before_it_ends(url: str) -> None:
    async def endless() -> AsyncIterator[audit_pb2.LogBatchRequest]:
        while True:
            yield audit_pb2.LogBatchRequest(record=to_wire(a_record()))

    async with (
        _audit(url, token=TOKEN) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await audit_pb2_grpc.AuditServiceStub(channel).LogBatch(endless(), timeout=5)

    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_probes_need_no_token(url: str) -> None:
    async with _audit(url, token=TOKEN) as address, _client(address) as service:
        assert await service.is_serving()


async def test_a_service_that_asks_for_no_token_takes_whoever_brings_one(url: str) -> None:
    async with _audit(url) as address, _client(address, token=TOKEN) as service:
        await service.log([a_record()])

        assert len(await all_records(service)) == 1


# TLS


async def test_over_tls_records_and_tokens_go_to_a_service_that_proves_who_it_is(
    url: str, tmp_path: Path
) -> None:
    authority, ca = _authority(tmp_path)
    certified = _certified(tmp_path, authority)
    async with (
        _audit(url, token=TOKEN, **certified) as address,
        _client(address, token=TOKEN, ca=ca) as service,
    ):
        await service.log([a_record()])

        assert await all_records(service) == [a_record()]


@pytest.mark.parametrize("name", ["localhost", "other.example"], ids=["unknown", "misnamed"])
async def test_a_service_with_the_certificate_of_somebody_else_is_told_nothing(
    url: str, tmp_path: Path, name: str
) -> None:
    authority, ca = _authority(tmp_path)
    certified = _certified(tmp_path, trustme.CA() if name == "localhost" else authority, name)
    async with _audit(url, **certified) as address, _client(address, ca=ca) as service:
        with pytest.raises(DependencyUnavailableError, match="audit: UNAVAILABLE"):
            await service.log([a_record()])


async def test_where_one_side_alone_speaks_tls_nobody_is_told_anything(
    url: str, tmp_path: Path
) -> None:
    authority, ca = _authority(tmp_path)
    certified = _certified(tmp_path, authority)
    async with _audit(url, **certified) as secure, _client(secure) as service:
        with pytest.raises(DependencyUnavailableError, match="audit: UNAVAILABLE"):
            await service.log([a_record()])
    async with _audit(url) as bare, _client(bare, ca=ca) as service:
        with pytest.raises(DependencyUnavailableError, match="audit: UNAVAILABLE"):
            await service.log([a_record()])
