"""Catalogue: events as shown; sync from an event source, listing, search, purge."""

from events_face_core.catalogue.drift import Drift
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
    Origin,
    Place,
    SourceEvent,
    Watermark,
    is_newer,
    newest_of_each,
    replaces,
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
from events_face_core.catalogue.usecases.apply_changes import ApplyChanges, ApplyChangesHandler
from events_face_core.catalogue.usecases.applying import Changes, apply_changes
from events_face_core.catalogue.usecases.purge_catalogue import (
    PurgeCatalogue,
    PurgeCatalogueHandler,
)
from events_face_core.catalogue.usecases.reconcile_catalogue import (
    ReconcileCatalogue,
    ReconcileCatalogueHandler,
    ReconciliationProgress,
    ReconciliationReport,
)
from events_face_core.catalogue.usecases.sync_catalogue import (
    SyncCatalogue,
    SyncCatalogueHandler,
    SyncProgress,
    SyncReport,
)
from events_face_core.catalogue.usecases.versions import next_version

__all__ = [
    "LONGEST_SEARCH",
    "ApplyChanges",
    "ApplyChangesHandler",
    "CatalogueChanged",
    "CatalogueQueries",
    "CatalogueState",
    "CatalogueStates",
    "CatalogueTransaction",
    "Changes",
    "Drift",
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
    "Origin",
    "Place",
    "PurgeCatalogue",
    "PurgeCatalogueHandler",
    "ReconcileCatalogue",
    "ReconcileCatalogueHandler",
    "ReconciliationProgress",
    "ReconciliationReport",
    "SourceBrokenError",
    "SourceEvent",
    "SourcePage",
    "SyncCatalogue",
    "SyncCatalogueHandler",
    "SyncProgress",
    "SyncReport",
    "Watermark",
    "apply_changes",
    "is_newer",
    "is_over",
    "newest_of_each",
    "next_version",
    "page_of",
    "purge_limit",
    "replaces",
]
