"""Email addresses: what is one, and when two are the same."""

import re

from events_face_core.kernel.errors import InvalidInputError
from events_face_core.kernel.text import one_line

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
LONGEST_EMAIL_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1

_EMAIL = re.compile(
    r"(?P<local>[^\s@<>()\[\],;:\\\"]+)@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)


def email_address(value: str) -> str:
    """Return the address, trimmed.

    The rule is that of RFC 5321 in practice: one ``@``, a local part of at most 64 characters,
    a domain with a dot, no quotes, comments or address literals.

    Raises:
        InvalidInputError: it is not an email address.
    """
    trimmed = one_line("email", value, longest=LONGEST_EMAIL)
    match = _EMAIL.fullmatch(trimmed)
    local = match["local"] if match else ""
    misdotted = local.startswith(".") or local.endswith(".") or ".." in local
    if not local or misdotted or len(local) > LONGEST_EMAIL_LOCAL_PART:
        raise InvalidInputError("email", "is not an email address")
    return trimmed
