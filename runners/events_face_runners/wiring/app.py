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
from events_face_core.auditing import AuditLog
from events_face_core.catalogue import (
    ApplyChangesHandler,
    CatalogueQueries,
    EventSource,
    PurgeCatalogueHandler,
    ReconcileCatalogueHandler,
    SyncCatalogueHandler,
)
from events_face_core.kernel import Clock, Ids, OutboxOperations, OutboxReads, Relay, Traces
from events_face_core.notifications import Notifier
from events_face_core.processes import RemindHolders
from events_face_core.registration import (
    AcceptRegistrationHandler,
    CancelRegistrationHandler,
    RegistrationGateway,
    RegistrationQueries,
    RejectOverdueHandler,
)
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.request_ids import LoggedRequestIds
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.accounts import AccountsContainer, AccountsFace
from events_face_runners.wiring.announcements import AnnouncementsContainer
from events_face_runners.wiring.auditing import AuditingContainer
from events_face_runners.wiring.catalogue import CatalogueContainer
from events_face_runners.wiring.engagement import Engagement, EngagementContainer
from events_face_runners.wiring.guards import worst_state
from events_face_runners.wiring.identity import Identity, open_identity
from events_face_runners.wiring.messages import message_map
from events_face_runners.wiring.notifications import NotificationsContainer
from events_face_runners.wiring.outside import (
    AUDIT_TIMEOUT,
    NoEventSource,
    Outside,
    Ports,
    open_outside,
)
from events_face_runners.wiring.processes import ProcessesContainer
from events_face_runners.wiring.registration import RegistrationContainer
from events_face_runners.wiring.settings import Settings, public_url
from events_face_runners.wiring.storing import make_storage
from events_face_runners.wiring.ticketing import Ticketing, TicketingContainer
from events_face_runners.wiring.tracing import open_tracing

_LEASE_MARGIN = timedelta(seconds=10)


def _source(outside: Outside) -> EventSource:
    return outside.ports.source or NoEventSource()


class AppContainer(containers.DeclarativeContainer):
    """The contexts' containers, joined over what was opened."""

    settings = providers.Dependency(instance_of=Settings)
    storage: providers.Dependency[Storage] = providers.Dependency()
    outside = providers.Dependency(instance_of=Outside)
    identity = providers.Dependency(instance_of=Identity)
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()
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
        traces=traces,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.provider_timeout),
    )
    notifications = providers.Container(
        NotificationsContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        chance=chance,
        ids=ids,
        notifier=outside.provided.ports.notifier,
        gate=outside.provided.notifier_guard,
        traces=traces,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.notifier_timeout),
    )
    announcements = providers.Container(
        AnnouncementsContainer,
        storage=storage,
        clock=clock,
        chance=chance,
        announcer=outside.provided.ports.announcer,
        gate=outside.provided.kafka_guard,
        traces=traces,
        lease=providers.Callable(_LEASE_MARGIN.__add__, settings.provided.kafka_timeout),
    )
    auditing = providers.Container(
        AuditingContainer,
        storage=storage,
        clock=clock,
        chance=chance,
        audit_log=outside.provided.ports.audit_log,
        gate=outside.provided.audit_guard,
        traces=traces,
        lease=providers.Object(_LEASE_MARGIN + AUDIT_TIMEOUT),
    )
    processes = providers.Container(
        ProcessesContainer,
        storage=storage,
        clock=clock,
        chance=chance,
        call_off=registration.call_off,
        traces=traces,
        writer=notifications.writer,
    )
    engagement = providers.Container(EngagementContainer, storage=storage, clock=clock, ids=ids)
    accounts = providers.Container(
        AccountsContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        ids=ids,
        identity=identity,
    )
    ticketing = providers.Container(
        TicketingContainer,
        settings=settings,
        storage=storage,
        clock=clock,
        ids=ids,
        chance=chance,
        traces=traces,
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
        remind: write the reminders that are due.
    """

    settings: Settings
    storage: Storage
    clock: Clock
    metrics: Metrics
    tracing: Tracing
    outside: Outside
    identity: Identity
    accounts: AccountsFace
    sync: SyncCatalogueHandler
    reconcile: ReconcileCatalogueHandler
    apply_changes: ApplyChangesHandler
    purge: PurgeCatalogueHandler
    events: CatalogueQueries
    accept: AcceptRegistrationHandler
    cancel: CancelRegistrationHandler
    registrations: RegistrationQueries
    reject_overdue: RejectOverdueHandler
    engagement: Engagement
    ticketing: Ticketing
    outbox: OutboxOperations
    outbox_reads: OutboxReads
    relays: Sequence[Relay]
    remind: RemindHolders

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
        if ports.audit_log is not None:
            states["audit"] = worst_state(self.outside.audit_guard)
        if self.identity.issuer_guard is not None:
            states["identity-provider"] = worst_state(self.identity.issuer_guard)
        return states


@asynccontextmanager
async def open_events_face(  # noqa: PLR0913  # an argument for each port
    settings: Settings,
    *,
    source: EventSource | None = None,
    gateway: RegistrationGateway | None = None,
    notifier: Notifier | None = None,
    announcer: Announcer | None = None,
    audit_log: AuditLog | None = None,
    clock: Clock | None = None,
    tracing: Tracing | None = None,
    process: str = "events-face",
) -> AsyncIterator[EventsFace]:
    """Open events-face; leaving the block closes it.

    Args:
        settings: where it stores, and how it reaches the services that are not given here.
        source: an event source of your own.
        gateway: a registration gateway of your own.
        notifier: a notifier of your own.
        announcer: an announcer of your own.
        audit_log: an audit log of your own.
        clock: a clock of your own, for tests.
        tracing: tracing of your own; otherwise the settings decide.
        process: names this process in the traces.

    Raises:
        StorageUnavailableError: the database cannot be opened.
        UnmappedMessageError: its outbox holds messages that this release cannot deliver.
    """
    clock = clock or SystemClock()
    ids = RandomIds()
    metrics = Metrics()
    given = Ports(
        source=source,
        gateway=gateway,
        notifier=notifier,
        announcer=announcer,
        audit_log=audit_log,
    )
    messages = message_map(
        timezone=settings.notifier_timezone,
        announcing=announcer is not None or bool(settings.kafka_events_topic),
        auditing=audit_log is not None or bool(settings.audit_address),
        public_url=public_url(settings),
        keep=settings.purge_after,
        clock=clock,
        ids=ids,
        request_ids=LoggedRequestIds(),
    )
    async with (
        open_tracing(settings, process, given=tracing) as traced,
        open_outside(settings, given, clock=clock, metrics=metrics, tracing=traced) as outside,
        open_identity(settings, clock=clock, metrics=metrics) as identity,
        make_storage(
            settings, messages=messages, clock=clock, ids=ids, traces=traced.traces
        ) as storage,
    ):
        container = AppContainer(
            settings=settings,
            storage=storage,
            outside=outside,
            identity=identity,
            clock=clock,
            ids=ids,
            traces=traced.traces,
        )
        storage.listen(metrics.business.committed)
        yield _assembled(container, metrics, traced)


def _assembled(container: AppContainer, metrics: Metrics, tracing: Tracing) -> EventsFace:
    outside: Outside = container.outside()
    catalogue, registration = container.catalogue, container.registration
    relays = [container.processes.relay(), container.ticketing.relay()]
    if outside.ports.gateway is not None:
        relays.append(registration.relay())
    if outside.ports.notifier is not None:
        relays.append(container.notifications.relay())
    if outside.ports.announcer is not None:
        relays.append(container.announcements.relay())
    if outside.ports.audit_log is not None:
        relays.append(container.auditing.relay())
    return EventsFace(
        settings=container.settings(),
        storage=container.storage(),
        clock=container.clock(),
        metrics=metrics,
        tracing=tracing,
        outside=outside,
        identity=container.identity(),
        accounts=container.accounts.face(),
        sync=catalogue.sync(),
        reconcile=catalogue.reconcile(),
        apply_changes=catalogue.apply_changes(),
        purge=catalogue.purge(),
        events=catalogue.queries(),
        accept=registration.accept(),
        cancel=registration.cancel(),
        registrations=registration.queries(),
        reject_overdue=registration.reject_overdue(),
        engagement=container.engagement.engagement(),
        ticketing=container.ticketing.ticketing(),
        outbox=container.outbox(),
        outbox_reads=container.storage().outbox_reads,
        relays=tuple(relays),
        remind=container.processes.remind(),
    )
