"""What is told to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

Fact = str | datetime | None


@frozen(kw_only=True)
class Occasion:
    """Why somebody is told something.

    Attributes:
        reference_id: what it is about, such as a registration.
        email: who is told.
        language: in which language, such as ``ru``.
        template: the name of the text, such as ``registration-confirmed``.
        facts: what the text speaks of.
    """

    reference_id: str
    email: str
    language: str
    template: str
    facts: Mapping[str, Fact]


@frozen(kw_only=True)
class Notification:
    """A message to one person.

    Attributes:
        id: made once; the key by which the notification service knows a repetition.
        email: to whom; empty once it was erased.
        message: the text, as it was written when the decision fell.
        sent_at: when the notification service took it.
    """

    id: str
    reference_id: str
    email: str
    language: str
    template: str
    message: str
    created_at: datetime
    sent_at: datetime | None = None

    @property
    def due(self) -> bool:
        """Whether it is still to be sent: not to somebody who is gone."""
        return self.sent_at is None and bool(self.email)
