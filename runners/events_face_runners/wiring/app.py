"""events-face, opened: the one object that runners, the command line and embedders hold."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from attrs import frozen
from dependency_injector import containers, providers

from events_face_adapters.resilience import CircuitState
from events_face_adapters.storage.opened import Storage
from events_face_adapters.system import RandomIds, SystemChance, SystemClock
from events_face_core.announcements import Announcer
from events_face_core.catalogue import (
    ApplyChangesHandler,
    CatalogueQueries,
    EventSource,
    PurgeCatalogueHandler,
    ReconcileCatalogueHandler,
    SyncCatalogueHandler,
)
from events_face_core.kernel import Clock, Ids, OutboxOperations, OutboxReads, Relay
from events_face_core.notifications import Notifier
from events_face_core.registration import (
    AcceptRegistrationHandler,
    CancelRegistrationHandler,
    RegistrationGateway,
    RegistrationQueries,
    RejectOverdueHandler,
)
from events_face_runners.observing.metrics import Metrics
from events_face_runners.wiring.announcements import AnnouncementsContainer
from events_face_runners.wiring.catalogue import CatalogueContainer
from events_face_runners.wiring.guards import worst_state
from events_face_runners.wiring.messages import message_map
from events_face_runners.wiring.notifications import NotificationsContainer
from events_face_runners.wiring.outside import NoEventSource, Outside, Ports, open_outside
from events_face_runners.wiring.processes import ProcessesContainer
from events_face_runners.wiring.registration import RegistrationContainer
from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.storing import make_storage
from events_face_runners.wiring.ticketing import Ticketing, TicketingContainer

_LEASE_MARGIN = timedelta(seconds=10)


def _source(outside: Outside) -> EventSource:
    return outside.ports.source or NoEventSource()


class AppContainer(containers.DeclarativeContainer):
    """The contexts' containers, joined over what was opened."""

    settings = providers.Dependency(instance_of=Settings)
    storage: providers.Dependency[Storage] = providers.Dependency()
    outside = providers.Dependency(instance_of=Outside)
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    chance = providers.Singleton(SystemChance)

    catalogue = providers.Container(
        CatalogueContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        source=providers.Callable(_source, outside),
    )
    registration = providers.Container(
        RegistrationContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        ids=ids,
        chance=chance,
        gateway=outside.provided.ports.gateway,
        gate=outside.provided.gateway_guard,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.provider_timeout),
    )
    notifications = providers.Container(
        NotificationsContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        chance=chance,
        notifier=outside.provided.ports.notifier,
        gate=outside.provided.notifier_guard,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.notifier_timeout),
    )
    announcements = providers.Container(
        AnnouncementsContainer,
        storage=storage,
        clock=clock,
        chance=chance,
        announcer=outside.provided.ports.announcer,
        gate=outside.provided.kafka_guard,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.kafka_timeout),
    )
    processes = providers.Container(
        ProcessesContainer,
        storage=storage,
        clock=clock,
        chance=chance,
        call_off=registration.call_off,
    )
    ticketing = providers.Container(
        TicketingContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        ids=ids,
        chance=chance,
    )
    outbox = providers.Factory(OutboxOperations, unit_of_work=storage, clock=clock)


@frozen(kw_only=True)
class EventsFace:
    """Everything that can be done with an opened events-face.

    Attributes:
        sync: bring the catalogue up to date; fails where no event source is configured.
        reconcile: compare all of it with the source, and repair it; fails likewise.
        apply_changes: apply what a stream told.
        relays: deliver what waits in the outbox: two for the processes of our own, and one for
            each outside service that there is.
    """

    settings: Settings
    storage: Storage
    clock: Clock
    metrics: Metrics
    outside: Outside
    sync: SyncCatalogueHandler
    reconcile: ReconcileCatalogueHandler
    apply_changes: ApplyChangesHandler
    purge: PurgeCatalogueHandler
    events: CatalogueQueries
    accept: AcceptRegistrationHandler
    cancel: CancelRegistrationHandler
    registrations: RegistrationQueries
    reject_overdue: RejectOverdueHandler
    ticketing: Ticketing
    outbox: OutboxOperations
    outbox_reads: OutboxReads
    relays: Sequence[Relay]

    async def deliver(self) -> int:
        """Deliver what is due until nothing is; return how many deliveries were tried."""
        tried = 0
        while batch := sum([await relay.run_once() for relay in self.relays]):
            tried += batch
        return tried

    def circuits(self) -> dict[str, CircuitState]:
        """Return the state of the circuit breaker of each service that there is."""
        ports = self.outside.ports
        states: dict[str, CircuitState] = {}
        if ports.source is not None or ports.gateway is not None:
            states["provider"] = worst_state(self.outside.source_guard, self.outside.gateway_guard)
        if ports.notifier is not None:
            states["notifier"] = worst_state(self.outside.notifier_guard)
        if ports.announcer is not None or self.settings.kafka_bootstrap_servers:
            states["kafka"] = worst_state(self.outside.kafka_guard)
        return states


@asynccontextmanager
async def open_events_face(  # noqa: PLR0913  # an argument for each port
    settings: Settings,
    *,
    source: EventSource | None = None,
    gateway: RegistrationGateway | None = None,
    notifier: Notifier | None = None,
    announcer: Announcer | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[EventsFace]:
    """Open events-face; leaving the block closes it.

    Args:
        settings: where it stores, and how it reaches the services that are not given here.
        source: an event source of your own.
        gateway: a registration gateway of your own.
        notifier: a notifier of your own.
        announcer: an announcer of your own.
        clock: a clock of your own, for tests.

    Raises:
        StorageUnavailableError: the database cannot be opened.
        UnmappedMessageError: its outbox holds messages that this release cannot deliver.
    """
    clock = clock or SystemClock()
    ids = RandomIds()
    metrics = Metrics()
    given = Ports(source=source, gateway=gateway, notifier=notifier, announcer=announcer)
    messages = message_map(
        timezone=settings.notifier_timezone,
        announcing=announcer is not None or bool(settings.kafka_events_topic),
        keep=settings.purge_after,
        clock=clock,
        ids=ids,
    )
    async with (
        open_outside(settings, given, clock=clock, metrics=metrics) as outside,
        make_storage(settings, messages=messages, clock=clock, ids=ids) as storage,
    ):
        container = AppContainer(
            settings=settings, storage=storage, outside=outside, clock=clock, ids=ids
        )
        yield _assembled(container, metrics)


def _assembled(container: AppContainer, metrics: Metrics) -> EventsFace:
    outside: Outside = container.outside()
    catalogue, registration = container.catalogue, container.registration
    relays = [container.processes.relay(), container.ticketing.relay()]
    if outside.ports.gateway is not None:
        relays.append(registration.relay())
    if outside.ports.notifier is not None:
        relays.append(container.notifications.relay())
    if outside.ports.announcer is not None:
        relays.append(container.announcements.relay())
    return EventsFace(
        settings=container.settings(),
        storage=container.storage(),
        clock=container.clock(),
        metrics=metrics,
        outside=outside,
        sync=catalogue.sync(),
        reconcile=catalogue.reconcile(),
        apply_changes=catalogue.apply_changes(),
        purge=catalogue.purge(),
        events=catalogue.queries(),
        accept=registration.accept(),
        cancel=registration.cancel(),
        registrations=registration.queries(),
        reject_overdue=registration.reject_overdue(),
        ticketing=container.ticketing.ticketing(),
        outbox=container.outbox(),
        outbox_reads=container.storage().outbox_reads,
        relays=tuple(relays),
    )
