"""Secrets from the operating system."""

from secrets import token_urlsafe

_BYTES = 32


class SystemSecrets:
    """The core's ``Secrets``."""

    def new(self) -> str:
        """Return 256 random bits as 43 characters that can stand in a URL."""
        return token_urlsafe(_BYTES)
