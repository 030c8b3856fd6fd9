"""Catalogue: events as shown; sync from an event source, listing, search, purge."""

from events_face_core.catalogue.errors import EventNotFoundError, SourceBrokenError
from events_face_core.catalogue.events import CatalogueChanged, EventCancelled
from events_face_core.catalogue.listing import (
    LONGEST_SEARCH,
    EventPage,
    EventPlace,
    EventQuery,
    Ordering,
    page_of,
)
from events_face_core.catalogue.model import (
    CatalogueState,
    Event,
    EventStatus,
    Place,
    SourceEvent,
    Watermark,
    is_newer,
)
from events_face_core.catalogue.ports import (
    CatalogueStates,
    CatalogueTransaction,
    EventReads,
    Events,
    EventSource,
    SourcePage,
)
from events_face_core.catalogue.purging import is_over, purge_limit
from events_face_core.catalogue.queries import CatalogueQueries
from events_face_core.catalogue.usecases.purge_catalogue import (
    PurgeCatalogue,
    PurgeCatalogueHandler,
)
from events_face_core.catalogue.usecases.sync_catalogue import (
    SyncCatalogue,
    SyncCatalogueHandler,
    SyncProgress,
    SyncReport,
)

__all__ = [
    "LONGEST_SEARCH",
    "CatalogueChanged",
    "CatalogueQueries",
    "CatalogueState",
    "CatalogueStates",
    "CatalogueTransaction",
    "Event",
    "EventCancelled",
    "EventNotFoundError",
    "EventPage",
    "EventPlace",
    "EventQuery",
    "EventReads",
    "EventSource",
    "EventStatus",
    "Events",
    "Ordering",
    "Place",
    "PurgeCatalogue",
    "PurgeCatalogueHandler",
    "SourceBrokenError",
    "SourceEvent",
    "SourcePage",
    "SyncCatalogue",
    "SyncCatalogueHandler",
    "SyncProgress",
    "SyncReport",
    "Watermark",
    "is_newer",
    "is_over",
    "page_of",
    "purge_limit",
]
