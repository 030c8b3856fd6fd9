"""The catalogue, wired."""

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.catalogue import (
    ApplyChangesHandler,
    CatalogueQueries,
    EventSource,
    PurgeCatalogueHandler,
    ReconcileCatalogueHandler,
    SyncCatalogueHandler,
)
from events_face_core.kernel import Clock
from events_face_runners.wiring.settings import Settings


class CatalogueContainer(containers.DeclarativeContainer):
    """The use cases of the catalogue over what the application opened."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    source: providers.Dependency[EventSource] = providers.Dependency()

    sync = providers.Factory(
        SyncCatalogueHandler,
        unit_of_work=storage,
        source=source,
        clock=clock,
        keep=settings.provided.purge_after,
    )
    reconcile = providers.Factory(
        ReconcileCatalogueHandler,
        unit_of_work=storage,
        source=source,
        clock=clock,
        keep=settings.provided.purge_after,
    )
    apply_changes = providers.Factory(
        ApplyChangesHandler,
        unit_of_work=storage,
        clock=clock,
        keep=settings.provided.purge_after,
    )
    purge = providers.Factory(PurgeCatalogueHandler, unit_of_work=storage, clock=clock)
    queries = providers.Factory(CatalogueQueries, reads=storage.provided.event_reads)
