"""Random identifiers."""

from uuid import uuid4


class RandomIds:
    """The core's ``Ids``: version 4 UUIDs, with 122 random bits each."""

    def new(self) -> str:
        """Return a new UUID in its usual form, 36 characters long."""
        return str(uuid4())
