"""The outbox: work that was committed together with the state that asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from attrs import frozen

from events_face_core.kernel.messages import Message


@frozen(kw_only=True)
class Delivery:
    """A message on its way to its handler, claimed for a while.

    Attributes:
        id: the id of the outbox row; handlers remove duplicates by it.
        attempts: how often the row was claimed, this time included.
        trace: the story that the message was published in, or empty.
    """

    id: str
    message: Message
    attempts: int
    trace: str = ""


class UndeliverableError(Exception):
    """The work can never succeed as it stands: it goes to the dead letters, for an operator."""


class Outbox(Protocol):
    """The rows of the outbox, inside one transaction.

    A row is pending, delivered or dead. Every method is atomic with its transaction.
    """

    async def claim(
        self, names: Collection[str], *, limit: int, now: datetime, until: datetime
    ) -> Sequence[Delivery]:
        """Take up to ``limit`` due rows with these message names, oldest due first.

        No other claim returns them before ``until``: when this process dies, the lease ends
        and the row is due again. A row whose message has a key waits until no older row of
        that key is pending, a claimed one included; dead ones hold nobody up.
        """
        ...

    async def complete(self, delivery_id: str, *, now: datetime) -> bool:
        """Mark a row delivered; tell whether it was not yet. A second call changes nothing.

        Of two transactions that complete a row, the second waits for the first: a handler that
        does this before its work does it once, even if it overran its lease.
        """
        ...

    async def retry(self, delivery_id: str, *, not_before: datetime, error: str) -> None:
        """Give a claimed row back, due again at ``not_before``. Delivered rows stay delivered."""
        ...

    async def bury(self, delivery_id: str, *, now: datetime, error: str) -> None:
        """Put a row to the dead letters with the reason. Delivered rows stay delivered."""
        ...

    async def revive(self, delivery_id: str, *, now: datetime) -> bool:
        """Make a dead row due at once; tell whether there was one."""
        ...

    async def prune(self, *, delivered_before: datetime, limit: int) -> int:
        """Delete up to ``limit`` rows delivered before an instant; return how many went."""
        ...


class Publisher(Protocol):
    """Tells what happened, inside the transaction that made it happen."""

    async def publish(self, message: Message, *, not_before: datetime | None = None) -> None:
        """Run the reactions to the message in this transaction and queue its delivery.

        Both commit or roll back with the state that the message tells of. ``not_before``
        holds the delivery back.
        """
        ...


class OutboxState(Enum):
    """Where an outbox row stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@frozen(kw_only=True)
class OutboxRow:
    """An outbox row as an operator sees it.

    Attributes:
        due_at: when it is next tried; of a claimed row, when the claim ends.
        payload: the fields of the message, as JSON.
        error: why the last attempt failed, or empty.
    """

    id: str
    name: str
    version: int
    state: OutboxState
    attempts: int
    created_at: datetime
    due_at: datetime
    payload: str
    error: str


class OutboxReads(Protocol):
    """What an operator can see of the outbox. Reads what is committed."""

    async def rows(self, state: OutboxState, *, limit: int) -> Sequence[OutboxRow]:
        """Return rows in a state, the oldest first."""
        ...

    async def row(self, row_id: str) -> OutboxRow | None:
        """Return one row."""
        ...

    async def undelivered(self) -> Mapping[tuple[str, OutboxState], int]:
        """Return how many rows are pending and dead, by message name and state."""
        ...


DeliveryHandler = Callable[[Delivery], Awaitable[None]]
"""Does the work of one delivery.

A handler completes the delivery in the transaction that records its result, so that both
commit together. It raises ``UndeliverableError`` for the dead letters; any other error means
"again later". It must bear to run twice for one delivery.
"""
