"""The version of the catalogue, by which whoever remembers answers knows that they are old."""

from __future__ import annotations

from attrs import evolve

from events_face_core.catalogue.events import CatalogueChanged
from events_face_core.catalogue.model import CatalogueState
from events_face_core.catalogue.ports import CatalogueTransaction


async def next_version(tx: CatalogueTransaction, state: CatalogueState) -> CatalogueState:
    """Return the state at its next version, which is announced; whoever loaded it saves it."""
    moved = evolve(state, version=state.version + 1)
    await tx.publish(CatalogueChanged(catalogue_version=moved.version))
    return moved
