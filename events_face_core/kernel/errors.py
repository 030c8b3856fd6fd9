"""The errors of the core: one class for each broken rule, a kind for each way to answer it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import ClassVar


class ErrorKind(Enum):
    """How a face (HTTP, command line) answers an error. Each face maps kinds once."""

    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    STALE = "stale"
    UNCONDITIONAL = "unconditional"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class EventsFaceError(Exception):
    """A rule of the core was broken.

    Attributes:
        kind: how a face answers it.
        slug: the stable name of the rule, part of the public interface.
        title: the rule in a few words; the message of the exception gives the detail.
    """

    kind: ClassVar[ErrorKind]
    slug: ClassVar[str]
    title: ClassVar[str]


class InvalidInputError(EventsFaceError):
    """A value does not satisfy the rule for its field.

    Attributes:
        others: what is wrong with further fields of the same input.
    """

    kind = ErrorKind.INVALID
    slug = "invalid-input"
    title = "The input is invalid"

    def __init__(self, field: str, message: str, *others: InvalidInputError) -> None:
        super().__init__("; ".join([f"{field}: {message}", *map(str, others)]))
        self.field = field
        self.message = message
        self.others = others


def check_each(*rules: Callable[[], object]) -> None:
    """Run every rule, so that whoever filled in a form hears of all mistakes at once.

    Raises:
        InvalidInputError: the first that was raised, with the others in it.
    """
    errors: list[InvalidInputError] = []
    for rule in rules:
        try:
            rule()
        except InvalidInputError as error:
            errors.append(error)
    if errors:
        first, *others = errors
        raise InvalidInputError(first.field, first.message, *others)


class StaleVersionError(EventsFaceError):
    """Whoever wants to change something saw an older version of it."""

    kind = ErrorKind.STALE
    slug = "stale-version"
    title = "It was changed meanwhile"

    def __init__(self) -> None:
        super().__init__("Somebody else changed it: read it again, then repeat the change.")


class DependencyUnavailableError(EventsFaceError):
    """An outside service did not do what was asked, and may do it later.

    Attributes:
        reached: whether the service may have acted on the call all the same. After a lost
            reply this is true; when the call was never sent, or was turned away unread, false.
        retry_after: how long the service asked to be left alone, if it said so.
    """

    kind = ErrorKind.UNAVAILABLE
    slug = "dependency-unavailable"
    title = "A service we depend on is unavailable"

    def __init__(
        self, message: str, *, reached: bool, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.reached = reached
        self.retry_after = retry_after


class StorageUnavailableError(EventsFaceError):
    """The database cannot be reached, or stayed locked for longer than we wait."""

    kind = ErrorKind.UNAVAILABLE
    slug = "storage-unavailable"
    title = "The database is unavailable"
