"""The mail server, as a URL names it."""

from __future__ import annotations

from ipaddress import ip_address

from attrs import field, frozen
from yarl import URL

_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS: dict[str, bool | None] = {"auto": None, "yes": True, "no": False}


@frozen(kw_only=True)
class SmtpServer:
    """Where mail is handed over.

    Attributes:
        user: empty where the server wants no name.
        tls: whether the connection is encrypted from its first byte.
        starttls: whether it becomes so by ``STARTTLS``: it must, it must not, or (none) it does
            where the server offers it.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool | None = None


def read_server(url: str) -> SmtpServer:
    """Return the server that a URL names: ``smtp://user:password@host:587?starttls=yes``.

    ``smtps`` means TLS from the first byte. ``starttls`` is ``yes``, ``no`` or ``auto``, the
    default: then a password waits for TLS unless the server is this machine, so that nobody on
    the way can make us say it in the clear.

    Raises:
        ValueError: it is no such URL; the message says what is wrong and holds no password.
    """
    parsed = URL(url)
    if parsed.scheme not in _PORTS or not parsed.host:
        raise ValueError("must be a URL such as smtp://user:password@host:587 or smtps://host")
    if parsed.path not in {"", "/"} or parsed.fragment or set(parsed.query) - {"starttls"}:
        raise ValueError("must hold no more than a host, a port, a user and ?starttls=")
    wanted = parsed.query.get("starttls", "auto")
    if wanted not in _STARTTLS:
        raise ValueError(f"starttls must be one of {', '.join(_STARTTLS)}")
    tls = parsed.scheme == "smtps"
    if tls and wanted == "yes":
        raise ValueError("smtps:// is encrypted from the first byte: leave starttls out")
    starttls = False if tls else _STARTTLS[wanted]
    if starttls is None and parsed.password and not _is_this_machine(parsed.host):
        starttls = True
    return SmtpServer(
        host=parsed.host,
        port=parsed.explicit_port or _PORTS[parsed.scheme],
        user=parsed.user or "",
        password=parsed.password or "",
        tls=tls,
        starttls=starttls,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
