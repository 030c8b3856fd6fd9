"""The QR code of a ticket."""

from io import BytesIO

import segno

_SCALE = 8
"""Pixels to a module: large enough for a phone's screen, and for paper at 5 cm."""


def qr_code(code: str) -> bytes:
    """Return a PNG of the code, readable with up to 15 % of it damaged.

    Raises:
        ValueError: the code is too long for a QR code (some 2000 characters).
    """
    image = BytesIO()
    segno.make_qr(code, error="m").save(image, kind="png", scale=_SCALE)
    return image.getvalue()
