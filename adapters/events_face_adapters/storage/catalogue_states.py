"""The one row that says where the catalogue stands."""

from datetime import datetime

from attrs import frozen

from events_face_adapters.storage.session import Session, instant_or_none
from events_face_core.catalogue import CatalogueState, Watermark

_SELECT = "SELECT version, watermark, purged_before FROM catalogue_state"


@frozen
class StoredCatalogueStates:
    """``CatalogueStates`` in one transaction."""

    session: Session

    async def load(self) -> CatalogueState:
        """Return the state."""
        rows = await self.session.fetch(f"{_SELECT}{self.session.locking}")
        version, watermark, purged_before = rows[0][0], rows[0][1], rows[0][2]
        return CatalogueState(
            version=version,
            watermark=watermark and Watermark(changed_at=datetime.fromisoformat(watermark)),
            purged_before=instant_or_none(self.session, purged_before),
        )

    async def save(self, state: CatalogueState) -> None:
        """Replace the state."""
        await self.session.fetch(
            "UPDATE catalogue_state SET version = $1, watermark = $2, purged_before = $3",
            state.version,
            state.watermark and state.watermark.changed_at.isoformat(),
            state.purged_before,
        )


async def read_identity(session: Session) -> str:
    """Return what tells this database from every other."""
    rows = await session.fetch("SELECT identity FROM catalogue_state")
    return str(rows[0][0])
