"""A real mail server in the test's own loop, which refuses, hangs and dies as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from attrs import define, field

from support.processes import free_port

_HOST = "127.0.0.1"


@define
class MailServer:
    """What it received, and how it answers.

    Attributes:
        rcpt: the answer to a recipient, where it is not to be "250 OK".
        mail: the answer to a sender, likewise.
        data: the answer to a mail, likewise; it is then not received.
        lost_replies: how many mails it receives, and then cuts the connection.
        hang: whether it never answers to a recipient.
        logins: the names and passwords that it was given.
        starttls: with what it becomes encrypted when asked to, if it offers that.
        tls: with what it is encrypted from the first byte, if it is.
    """

    port: int = field(factory=free_port)
    received: list[EmailMessage] = field(factory=list)
    rcpt: str = "250 OK"
    mail: str = "250 OK"
    data: str = "250 OK"
    lost_replies: int = 0
    hang: bool = False
    logins: list[tuple[str, str]] = field(factory=list)
    starttls: SSLContext | None = None
    tls: SSLContext | None = None
    _server: asyncio.Server | None = None
    _open: list[SMTP] = field(factory=list)
    _released: asyncio.Event = field(factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"smtp://{_HOST}:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The ``Message-ID`` of each mail, in the order they came."""
        return [str(mail["Message-ID"]) for mail in self.received]

    async def start(self) -> None:
        loop = asyncio.get_running_loop()

        def connected() -> SMTP:
            protocol = SMTP(
                self,
                loop=loop,
                hostname="mail.test",
                enable_SMTPUTF8=True,
                authenticator=self._authenticate,
                auth_require_tls=False,
                tls_context=self.starttls,
            )
            self._open.append(protocol)
            return protocol

        self._server = await loop.create_server(connected, _HOST, self.port, ssl=self.tls)

    async def stop(self) -> None:
        """Die: connections are cut."""
        self._released.set()
        if self._server is not None:
            self._server.close()
        for protocol in self._open:
            _cut(protocol)
        self._open.clear()
        await asyncio.sleep(0)
        self._server = None

    async def handle_MAIL(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.mail

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if self.hang:
            await self._released.wait()
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802  # the library's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if not self.data.startswith("250"):
            return self.data
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        mail["X-Envelope-To"] = ",".join(envelope.rcpt_tos)
        mail["X-Envelope-From"] = envelope.mail_from
        self.received.append(mail)
        if self.lost_replies:
            self.lost_replies -= 1
            _cut(server)
        return self.data

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"right", handled=False)


def _cut(protocol: SMTP) -> None:
    if isinstance(protocol.transport, asyncio.WriteTransport):
        protocol.transport.abort()


@asynccontextmanager
async def running_mail_server(
    *, starttls: SSLContext | None = None, tls: SSLContext | None = None
) -> AsyncIterator[MailServer]:
    server = MailServer(starttls=starttls, tls=tls)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
