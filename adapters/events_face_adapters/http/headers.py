"""Values for HTTP headers."""

from events_face_core.kernel import has_control_characters


def header_value(setting: str, value: str) -> str:
    """Return a secret or other setting that is sent in a header.

    Raises:
        ValueError: it holds control characters, such as the line feed at the end of a file. The
            message names the setting and not the value, which is a secret.
    """
    if has_control_characters(value):
        raise ValueError(f"{setting} must not hold line feeds or other control characters")
    return value
