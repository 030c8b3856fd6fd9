"""The classes of HTTP statuses: the first digit says which."""

_CLASS = 100


def is_success(status: int) -> bool:
    """Tell whether it is one of 2xx."""
    return status // _CLASS == 2  # noqa: PLR2004 - the digit is the meaning


def is_redirect(status: int) -> bool:
    """Tell whether it is one of 3xx."""
    return status // _CLASS == 3  # noqa: PLR2004


def is_client_error(status: int) -> bool:
    """Tell whether it is one of 4xx."""
    return status // _CLASS == 4  # noqa: PLR2004


def is_server_error(status: int) -> bool:
    """Tell whether it is one of 5xx."""
    return status // _CLASS == 5  # noqa: PLR2004
