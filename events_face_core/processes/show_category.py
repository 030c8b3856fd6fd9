"""A category that is called otherwise is shown so at once, wherever it was remembered."""

from __future__ import annotations

from attrs import frozen

from events_face_core.catalogue import CatalogueTransaction, next_version
from events_face_core.kernel import Message
from events_face_core.ticketing import CategoryChanged


@frozen(kw_only=True)
class ShowCategory:
    """Reacts to ``category.changed`` as it is published.

    The listing tells of no category, but single events do, and what is remembered of them lives
    as long as the version of the catalogue does.
    """

    async def __call__(self, tx: CatalogueTransaction, message: Message) -> None:
        """Move the version on."""
        if not isinstance(message, CategoryChanged):
            raise TypeError(f"{message.name} is not for this process")
        state = await tx.catalogue_states.load()
        await tx.catalogue_states.save(await next_version(tx, state))
