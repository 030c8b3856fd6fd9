"""What the tests of the outbox share: what they do to its rows, and a message that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from attrs import frozen

from contract.storage.making import (
    Storage,
    accepted,
    claim_one,
    publish,
)
from events_face_core.kernel import Delivery, Message, OutboxState
from events_face_core.registration import RegistrationAccepted
from unit.fakes import NOON

PENDING, DELIVERED, DEAD = OutboxState.PENDING, OutboxState.DELIVERED, OutboxState.DEAD


@frozen(kw_only=True)
class Stranger(Message):
    """A message that the storage was not told of."""

    name: ClassVar[str] = "stranger.came"

    text: str = ""


def registration_ids(deliveries: Sequence[Delivery]) -> list[str]:
    return [
        delivery.message.registration_id
        for delivery in deliveries
        if isinstance(delivery.message, RegistrationAccepted)
    ]


async def complete(storage: Storage, row_id: str, *, now: datetime = NOON) -> None:
    async with storage() as tx:
        await tx.outbox.complete(row_id, now=now)


async def retry(
    storage: Storage, row_id: str, *, not_before: datetime = NOON, error: str = "again"
) -> None:
    async with storage() as tx:
        await tx.outbox.retry(row_id, not_before=not_before, error=error)


async def bury(
    storage: Storage, row_id: str, *, now: datetime = NOON, error: str = "never"
) -> None:
    async with storage() as tx:
        await tx.outbox.bury(row_id, now=now, error=error)


async def revive(storage: Storage, row_id: str, *, now: datetime = NOON) -> bool:
    async with storage() as tx:
        return await tx.outbox.revive(row_id, now=now)


async def prune(storage: Storage, *, before: datetime, limit: int = 100) -> int:
    async with storage() as tx:
        return await tx.outbox.prune(delivered_before=before, limit=limit)


async def claimed_row(storage: Storage) -> str:
    """Publish a message, claim it, and return the id of its row."""
    await publish(storage, accepted())
    return (await claim_one(storage)).id
