"""Mail over TLS: a password is said to the right server only, and to nobody on the way."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
import trustme

from contract.test_smtp_notifier import NOTIFICATION, SENDER
from events_face_adapters.notifier.smtp import read_server
from events_face_adapters.notifier.smtp.notifier import SmtpNotifier
from events_face_adapters.texts import subject
from events_face_core.kernel import DependencyUnavailableError
from support.mail_server import MailServer, running_mail_server

How = Literal["starttls", "tls"]


def _context(name: str, authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """An authority that this process believes."""
    authority = trustme.CA()
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


async def _send(server: MailServer, how: How, query: str = "") -> None:
    scheme = "smtps" if how == "tls" else "smtp"
    notifier = SmtpNotifier(
        server=read_server(f"{scheme}://anna:right@localhost:{server.port}{query}"),
        sender=SENDER,
        subject=subject,
        timeout=timedelta(seconds=5),
    )
    await notifier.send(NOTIFICATION)


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_mail_goes_to_a_server_that_proves_who_it_is(trusted: trustme.CA, how: How) -> None:
    async with running_mail_server(**{how: _context("localhost", trusted)}) as server:
        await _send(server, how)

    assert (len(server.received), server.logins) == (1, [("anna", "right")])


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_server_that_nobody_vouches_for_hears_no_password(how: How) -> None:
    async with running_mail_server(**{how: _context("localhost", trustme.CA())}) as server:
        with pytest.raises(DependencyUnavailableError):
            await _send(server, how)

    assert (server.received, server.logins) == ([], [])


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_server_with_the_certificate_of_another_hears_no_password(
    trusted: trustme.CA, how: How
) -> None:
    async with running_mail_server(**{how: _context("other.example", trusted)}) as server:
        with pytest.raises(DependencyUnavailableError):
            await _send(server, how)

    assert (server.received, server.logins) == ([], [])


async def test_where_tls_must_be_an_offer_that_was_struck_out_ends_the_conversation() -> None:
    async with running_mail_server() as server:
        with pytest.raises(DependencyUnavailableError):
            await _send(server, "starttls", "?starttls=yes")

    assert (server.received, server.logins) == ([], [])
