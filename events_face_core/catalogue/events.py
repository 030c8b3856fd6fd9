"""What the catalogue tells the rest of the house."""

from typing import ClassVar

from attrs import frozen

from events_face_core.kernel import Message


@frozen(kw_only=True)
class CatalogueChanged(Message):
    """Listed events changed; whatever was cached of an older version is stale.

    Attributes:
        catalogue_version: counts the committed changes.
    """

    name: ClassVar[str] = "catalogue.changed"

    catalogue_version: int


@frozen(kw_only=True)
class EventCancelled(Message):
    """An event that was to take place will not: whoever counts on it must hear of it."""

    name: ClassVar[str] = "event.cancelled"

    event_id: str
