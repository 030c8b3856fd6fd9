"""When an account is deleted, its seats become free, and what the person was told is erased."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Protocol

from attrs import frozen

from events_face_core.engagement import EngagementTransaction, ForgetPerson, ForgetPersonHandler
from events_face_core.kernel import (
    SYSTEM,
    Act,
    Clock,
    Delivery,
    Message,
    Publisher,
    UnitOfWork,
)
from events_face_core.notifications import NotificationTransaction
from events_face_core.processes.forget_with_account import ACCOUNT_DELETED
from events_face_core.ticketing import (
    GiveUpBookings,
    GiveUpBookingsHandler,
    TicketingTransaction,
)

_BATCH = 100
_SECOND_LOOK = timedelta(minutes=1)
"""Longer than any request lasts, and than an access token outlives its account."""


@frozen(kw_only=True)
class HolderLeft(Message):
    """Somebody who may hold bookings is gone."""

    name: ClassVar[str] = "holder.left"

    user_id: str


class ForgetHolderTransaction(
    TicketingTransaction, NotificationTransaction, EngagementTransaction, Protocol
):
    """A transaction in which the three contexts live."""


@frozen(kw_only=True)
class LeaveWithAccount:
    """Reacts to ``account.deleted`` as it is published: the rest is done right after.

    And once more a minute later, for what was under way while the account was deleted: a booking
    by an access token that was still taken, a comment, a reminder.
    """

    clock: Clock

    async def __call__(self, tx: Publisher, message: Message) -> None:
        """Ask for both."""
        if not isinstance(message, Act) or message.name != ACCOUNT_DELETED:
            raise TypeError(f"{message.name} is not for this process")
        left = HolderLeft(user_id=message.entity_id)
        await tx.publish(left)
        await tx.publish(left, not_before=self.clock.now() + _SECOND_LOOK)


@frozen(kw_only=True)
class ForgetHolder:
    """Delivers ``holder.left``; twice, or dying in between, does no harm."""

    unit_of_work: UnitOfWork[ForgetHolderTransaction]
    give_up: GiveUpBookingsHandler
    forget: ForgetPersonHandler
    clock: Clock

    async def __call__(self, delivery: Delivery) -> None:
        """Give the bookings up, forget who wrote what, and erase what the person was told."""
        message = delivery.message
        if not isinstance(message, HolderLeft):
            raise TypeError(f"{message.name} is not for this process")
        await self.give_up(GiveUpBookings(user_id=message.user_id))
        async with self.unit_of_work() as tx:
            # Done in the deleting transaction, which a request under way then may have outlived.
            await self.forget.within(tx, ForgetPerson(user_id=message.user_id, actor_id=SYSTEM.id))
            await tx.notifications.erase([message.user_id])
        after: str | None = ""
        while after is not None:
            after = await self._erase_some(message.user_id, after)
        async with self.unit_of_work() as tx:
            await tx.outbox.complete(delivery.id, now=self.clock.now())

    async def _erase_some(self, user_id: str, after: str) -> str | None:
        """Erase a batch; return the booking it ended with, or nothing if it was the last."""
        async with self.unit_of_work() as tx:
            booking_ids = await tx.bookings.ids_of(user_id, after=after, limit=_BATCH)
            await tx.notifications.erase(booking_ids)
        return booking_ids[-1] if len(booking_ids) == _BATCH else None
