"""Ids of notifications that are written at most once."""

from __future__ import annotations

from hashlib import sha256


def derived_id(*parts: str) -> str:
    """Return the id of the notification that these parts call for: a UUID (RFC 9562, version 8).

    The same parts give the same id, wherever and however often it is asked for; others give
    another. It can be guessed no better than the parts.
    """
    # Each part with its length, so that no two lists of parts read the same.
    told = "".join(f"{len(part)}:{part}" for part in parts)
    digest = bytearray(sha256(told.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    digits = digest.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
