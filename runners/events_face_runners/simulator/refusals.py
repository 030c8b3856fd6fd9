"""The answers of somebody who will not do what was asked."""

from typing import Final

ALREADY_SOLD: Final = ["This ticket is not available (already sold)."]


class RefusedError(Exception):
    """A refusal that the contract documents: a status and a JSON body."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class UnexpectedEventStatusError(Exception):
    """Seats were asked of an event that is not published: the aggregator breaks on it."""


def refused(status: int, detail: str) -> RefusedError:
    """A refusal whose body is `{"detail": …}`."""
    return RefusedError(status, {"detail": detail})
