"""The unit of work: one command, one transaction."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from events_face_core.kernel.outbox import Outbox, Publisher

Tx_co = TypeVar("Tx_co", covariant=True)


class Transaction(Publisher, Protocol):
    """What every context finds in its transaction; contexts add their repositories."""

    @property
    def outbox(self) -> Outbox:
        """The outbox, in this transaction."""
        ...


class UnitOfWork(Protocol[Tx_co]):
    """Opens transactions.

    Leaving the block commits; leaving it by an exception rolls everything back. What a
    repository loads to be changed stays locked against other writers until it ends; its port
    says so. Nothing
    outside the process is called inside the block.
    """

    def __call__(self) -> AbstractAsyncContextManager[Tx_co]:
        """Open a transaction.

        Raises:
            StorageUnavailableError: the database cannot be reached or stays locked.
        """
        ...
