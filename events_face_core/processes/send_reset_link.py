"""When a password is to be reset, its owner is sent a link (requirement 001)."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from events_face_core.accounts import (
    AccountNotFoundError,
    AccountTransaction,
    PasswordResetRequested,
    Secrets,
    issue_reset,
)
from events_face_core.kernel import Clock, Message
from events_face_core.notifications import NotificationTransaction, NotificationWriter, Occasion

RESET_TEMPLATE = "password-reset"


class SendResetLinkTransaction(AccountTransaction, NotificationTransaction, Protocol):
    """A transaction in which both contexts live."""


@frozen(kw_only=True)
class SendResetLink:
    """Reacts to ``account.password-reset-requested`` in the asking transaction.

    The link's secret is made here and stands in the notification alone: no message carries it,
    so it is neither announced nor audited.

    Attributes:
        public_url: where people reach the service.
    """

    writer: NotificationWriter
    secrets: Secrets
    clock: Clock
    public_url: str

    async def __call__(self, tx: SendResetLinkTransaction, message: Message) -> None:
        """Write the notification with the link."""
        if not isinstance(message, PasswordResetRequested):
            raise TypeError(f"{message.name} is not for this process")
        account = await tx.accounts.look(message.account_id)
        if account is None:
            raise AccountNotFoundError
        secret = await issue_reset(tx, account.id, secrets=self.secrets, clock=self.clock)
        occasion = Occasion(
            reference_id=account.id,
            email=account.email,
            language=account.language.value,
            template=RESET_TEMPLATE,
            facts={"link": f"{self.public_url.rstrip('/')}/password-reset?token={secret}"},
        )
        await self.writer.write(tx, occasion)
