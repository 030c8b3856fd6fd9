"""The contexts' containers, joined, and what they make."""

from datetime import timedelta

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_adapters.system import SystemChance
from events_face_core.catalogue import EventSource
from events_face_core.kernel import Clock, Ids, OutboxOperations, Traces
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.accounts import AccountsContainer
from events_face_runners.wiring.announcements import AnnouncementsContainer
from events_face_runners.wiring.auditing import AuditingContainer
from events_face_runners.wiring.catalogue import CatalogueContainer
from events_face_runners.wiring.engagement import EngagementContainer
from events_face_runners.wiring.face import EventsFace
from events_face_runners.wiring.identity import Identity
from events_face_runners.wiring.notifications import NotificationsContainer
from events_face_runners.wiring.outside import AUDIT_TIMEOUT, NoEventSource, Outside
from events_face_runners.wiring.processes import ProcessesContainer
from events_face_runners.wiring.registration import RegistrationContainer
from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.ticketing import TicketingContainer

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


def assemble(container: AppContainer, metrics: Metrics, tracing: Tracing) -> EventsFace:
    """Return what can be done, with a relay for each service that there is."""
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
