"""The mail server as a notifier."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from attrs import frozen

from events_face_adapters.notifier.smtp.mail import Sender, deliverable, mail_of
from events_face_adapters.notifier.smtp.server import SmtpServer
from events_face_core.kernel import DependencyUnavailableError
from events_face_core.notifications import Notification, NotificationRefusedError

log = logging.getLogger(__name__)

_PERMANENT = range(500, 600)
_GOODBYE_SECONDS = 1.0
_LONGEST_REASON = 200


@frozen(kw_only=True)
class SmtpNotifier:
    """The core's ``Notifier`` over SMTP, a connection for each mail.

    SMTP knows no idempotency key: a repetition after a lost reply is a second mail, with the
    ``Message-ID`` of the first.

    Attributes:
        subject: what a mail is about, from the name of the text and the language.
        timeout: how long one step of the conversation may take.
    """

    server: SmtpServer
    sender: Sender
    subject: Callable[[str, str], str]
    timeout: timedelta

    async def send(self, notification: Notification) -> None:
        """Send; see the port.

        Raises:
            NotificationRefusedError: the server refuses the recipient or the mail for good.
            DependencyUnavailableError: the server cannot take it now, or refuses all of ours.
        """
        subject = self.subject(notification.template, notification.language)
        try:
            recipient = deliverable(notification.email)
            mail = mail_of(notification, subject, self.sender)
        except ValueError as error:
            raise NotificationRefusedError(str(error)) from error
        try:
            await self._hand_over(mail, recipient)
        except (SMTPException, OSError) as error:
            raise _translated(error) from error

    async def _hand_over(self, mail: EmailMessage, recipient: str) -> None:
        server = self.server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls,
            start_tls=server.starttls,
            # By default the driver asks the DNS for our name, and the loop waits for the answer.
            local_hostname=self.sender.domain,
            timeout=self.timeout.total_seconds(),
        )
        try:
            await client.connect()
            await client.send_message(mail, sender=self.sender.address, recipients=[recipient])
            # The mail is theirs now, whatever becomes of the goodbye.
            with suppress(SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await client.quit()
        finally:
            client.close()


def _translated(error: SMTPException | OSError) -> Exception:
    """Return what an error means to the port."""
    for refusal in _refusals(error):
        if refusal.code in _PERMANENT:
            return NotificationRefusedError(f"the mail server refused it: {_reason(refusal)}")
    if isinstance(error, SMTPAuthenticationError):
        log.error("the mail server refused our name or password: %s", _reason(error))
    elif isinstance(error, SMTPResponseException) and error.code in _PERMANENT:
        # Not this mail: all of ours. It waits until an operator has mended it.
        log.error("the mail server refused us: %s", _reason(error))
    reached = not isinstance(
        error, SMTPConnectError | SMTPResponseException | SMTPRecipientsRefused
    )
    return DependencyUnavailableError(f"mail server: {_reason(error)}", reached=reached)


def _refusals(error: SMTPException | OSError) -> Sequence[SMTPResponseException]:
    """Return the server's answers to this very mail, if that is what went wrong."""
    if isinstance(error, SMTPRecipientsRefused):
        return error.recipients
    if isinstance(error, SMTPRecipientRefused | SMTPDataError):
        return (error,)
    return ()


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(map(_reason, error.recipients))
    if isinstance(error, SMTPResponseException):
        words = f"{error.code} {error.message}"
    else:
        words = str(error) or type(error).__name__
    return " ".join(words.split())[:_LONGEST_REASON]
