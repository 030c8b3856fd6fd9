"""What other systems are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class Announcement:
    """Something that happened here, as other systems are told of it.

    Attributes:
        id: the same however often it is told: receivers remove duplicates by it.
        source: who tells, as a URI reference; with the id it is unique in the world.
        type: what happened, such as ``registration.confirmed``.
        subject: the id of what it happened to.
        data: what else there is to say; nothing of a person.
    """

    id: str
    source: str
    type: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, str | int | None]
