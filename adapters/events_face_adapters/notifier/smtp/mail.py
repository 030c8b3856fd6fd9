"""A notification as a mail: text, and the same in HTML."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from attrs import frozen

from events_face_core.kernel import has_control_characters
from events_face_core.notifications import Notification

_LONGEST_SUBJECT = 150

_HTML = """\
<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; line-height: 1.5">
{paragraphs}
</body>
</html>
"""


@frozen
class Sender:
    """Whose mail it is.

    Attributes:
        name: the name that is shown; may be empty.
        address: such as ``tickets@example.com``.
    """

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part of the address after the ``@``."""
        return self.address.rpartition("@")[2]


def read_sender(written: str) -> Sender:
    """Return the sender that is written as ``Events <tickets@example.com>`` or as the address.

    Raises:
        ValueError: it is neither.
    """
    name, address = parseaddr(written)
    local, at, domain = address.rpartition("@")
    if has_control_characters(written) or not (local and at and domain and address.isascii()):
        raise ValueError("must be an address such as Events <tickets@example.com>")
    try:
        Address(addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise ValueError("must be an address such as Events <tickets@example.com>") from error
    return Sender(name, address)


def mail_of(notification: Notification, subject: str, sender: Sender) -> EmailMessage:
    """Return the mail.

    Its ``Message-ID`` and ``Date`` are made of the notification, so that the mail is the same
    whenever it is sent, and a server or a reader knows a repetition.

    Raises:
        ValueError: the person's address cannot stand in a mail.
    """
    one_line = " ".join(subject.split())[:_LONGEST_SUBJECT]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(sender.name, addr_spec=sender.address)
    mail["To"] = Address(addr_spec=deliverable(notification.email))
    mail["Subject"] = one_line
    mail["Date"] = format_datetime(notification.created_at)
    mail["Message-ID"] = f"<{notification.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{notification.message}\n")
    mail.add_alternative(_html(notification, one_line), subtype="html")
    # Last: the parts take with them what describes a content.
    mail["Content-Language"] = notification.language
    return mail


def deliverable(address: str) -> str:
    """Return an address as every server knows it: the domain in ASCII (IDNA).

    Raises:
        ValueError: it is no address, its part before the ``@`` is not ASCII (few servers would
            take it), or it holds what would end a header.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or has_control_characters(address):
        raise ValueError("the address cannot stand in a mail")
    try:
        ascii_domain = domain.encode("idna").decode()
        return Address(addr_spec=f"{local}@{ascii_domain}").addr_spec
    except (MessageError, ValueError, IndexError) as error:
        raise ValueError("the address cannot stand in a mail") from error


def _html(notification: Notification, subject: str) -> str:
    paragraphs = [f"<p>{escape(line)}</p>" for line in notification.message.splitlines() if line]
    return _HTML.format(
        language=escape(notification.language),
        subject=escape(subject),
        paragraphs="\n".join(paragraphs),
    )
