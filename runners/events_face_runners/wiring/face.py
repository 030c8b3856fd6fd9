"""What can be done with an opened events-face."""

from collections.abc import Sequence

from attrs import frozen

from events_face_adapters.resilience import CircuitState
from events_face_adapters.storage.opened import Storage
from events_face_core.catalogue import (
    ApplyChangesHandler,
    CatalogueQueries,
    PurgeCatalogueHandler,
    ReconcileCatalogueHandler,
    SyncCatalogueHandler,
)
from events_face_core.kernel import Clock, OutboxOperations, OutboxReads, Relay
from events_face_core.processes import RemindHolders
from events_face_core.registration import (
    AcceptRegistrationHandler,
    CancelRegistrationHandler,
    RegistrationQueries,
    RejectOverdueHandler,
)
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.accounts import AccountsFace
from events_face_runners.wiring.engagement import Engagement
from events_face_runners.wiring.guards import worst_state
from events_face_runners.wiring.identity import Identity
from events_face_runners.wiring.outside import Outside
from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.ticketing import Ticketing


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
