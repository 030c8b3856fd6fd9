"""The outside services: from the settings, or from whoever embeds us; guarded in any case."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from functools import partial
from typing import Protocol

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from attrs import frozen

from events_face_adapters.http import HttpService
from events_face_adapters.notifier import HttpNotifier, notifier_dialect
from events_face_adapters.provider import (
    HttpEventSource,
    HttpRegistrationGateway,
    provider_dialect,
)
from events_face_adapters.resilience import (
    Guard,
    GuardedAnnouncer,
    GuardedAuditLog,
    GuardedEventSource,
    GuardedNotifier,
    GuardedRegistrationGateway,
    RetryingEventSource,
)
from events_face_adapters.system import SystemChance
from events_face_core.announcements import Announcer
from events_face_core.auditing import AuditLog, AuditReads
from events_face_core.catalogue import EventSource, SourcePage
from events_face_core.kernel import Clock, DependencyUnavailableError, Traces
from events_face_core.notifications import Notifier
from events_face_core.registration import RegistrationGateway
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.guards import make_guard
from events_face_runners.wiring.settings import Settings

ANNOUNCING_CONCURRENCY = 32
"""The most announcements under way; the driver sends what waits for one broker together."""

AUDITING_CONCURRENCY = 16
"""The most audit records under way."""

AUDIT_TIMEOUT = timedelta(seconds=5)
"""The longest call to the audit service."""


@frozen
class NoEventSource:
    """Stands where no event source is configured: it cannot answer, and says why."""

    async def changes(self, since: date | None, after: str | None = None) -> SourcePage:
        """Refuse; see the port."""
        del since, after
        raise DependencyUnavailableError("No event source is configured.", reached=False)


class AuditClient(AuditLog, AuditReads, Protocol):
    """A way to the audit service."""

    async def is_serving(self) -> bool:
        """Tell whether the service says that it, and its database, are well.

        Raises:
            DependencyUnavailableError: it says nothing.
        """
        ...


@frozen(kw_only=True)
class Ports:
    """The services behind the ports; none where nothing is configured."""

    source: EventSource | None = None
    gateway: RegistrationGateway | None = None
    notifier: Notifier | None = None
    announcer: Announcer | None = None
    audit_log: AuditLog | None = None


@frozen(kw_only=True)
class Outside:
    """The guarded ports, and the guard before each."""

    ports: Ports
    source_guard: Guard
    gateway_guard: Guard
    notifier_guard: Guard
    kafka_guard: Guard
    audit_guard: Guard


@asynccontextmanager
async def open_outside(
    settings: Settings, given: Ports, *, clock: Clock, metrics: Metrics, tracing: Tracing
) -> AsyncIterator[Outside]:
    """Open what leads outside. What is given goes before what is configured."""
    # The guards' deadlines bound each call; the session must not cut in before them.
    async with (
        ClientSession(
            timeout=ClientTimeout(total=None),
            cookie_jar=DummyCookieJar(),
            trace_configs=list(tracing.clients),
        ) as session,
        AsyncExitStack() as stack,
    ):
        configured = await _configured(settings, session, stack, clock, tracing.traces)
        yield _guarded(
            settings,
            Ports(
                source=given.source or configured.source,
                gateway=given.gateway or configured.gateway,
                notifier=given.notifier or configured.notifier,
                announcer=given.announcer or configured.announcer,
                audit_log=given.audit_log or configured.audit_log,
            ),
            metrics,
        )


async def _configured(
    settings: Settings,
    session: ClientSession,
    stack: AsyncExitStack,
    clock: Clock,
    traces: Traces,
) -> Ports:
    source = gateway = notifier = announcer = None
    if settings.provider_url:
        service = HttpService(
            name="provider", session=session, base_url=settings.provider_url, clock=clock
        )
        dialect = provider_dialect(settings.provider_dialect, settings.provider_token)
        source = HttpEventSource(service=service, dialect=dialect, clock=clock)
        gateway = HttpRegistrationGateway(
            service=service, dialect=dialect, idempotent=settings.provider_idempotent
        )
    if settings.notifier_url:
        notifier = HttpNotifier(
            service=HttpService(
                name="notifier", session=session, base_url=settings.notifier_url, clock=clock
            ),
            dialect=notifier_dialect(
                settings.notifier_dialect,
                settings.notifier_token,
                owner_id=settings.notifier_owner_id,
            ),
        )
    if settings.kafka_events_topic:
        announcer = _kafka_announcer(settings, stack, traces)
    return Ports(
        source=source,
        gateway=gateway,
        notifier=notifier,
        announcer=announcer,
        audit_log=await stack.enter_async_context(open_grpc_audit_log(settings))
        if settings.audit_address
        else None,
    )


def writing_timeout(settings: Settings) -> timedelta:
    """Return how long the driver tries to write: it gives up before the guard does.

    So it says what was wrong, and does not write late what is tried again by then.
    """
    return settings.kafka_timeout * 0.9


def _kafka_announcer(settings: Settings, stack: AsyncExitStack, traces: Traces) -> Announcer:
    # The driver is an extra: who announces nothing does without it.
    from events_face_adapters.brokers import KafkaAnnouncer, KafkaWriter  # noqa: PLC0415

    writer = KafkaWriter(settings.kafka_bootstrap_servers, timeout=writing_timeout(settings))
    stack.push_async_callback(writer.close)
    return KafkaAnnouncer(writer=writer, topic=settings.kafka_events_topic, traces=traces)


def open_grpc_audit_log(settings: Settings) -> AbstractAsyncContextManager[AuditClient]:
    """Open a way to the audit service that the settings name."""
    # gRPC is an extra: who has nothing audited does without it.
    from events_face_adapters.auditing import open_audit_log  # noqa: PLC0415

    return open_audit_log(
        settings.audit_address,
        patience=AUDIT_TIMEOUT,
        token=settings.audit_token,
        authority=settings.audit_tls_ca,
    )


def _guarded(settings: Settings, ports: Ports, metrics: Metrics) -> Outside:
    guard = partial(make_guard, settings=settings, metrics=metrics)
    provider = partial(
        guard, timeout=settings.provider_timeout, concurrency=settings.provider_concurrency
    )
    source_guard, gateway_guard = provider("provider-events"), provider("provider-registrations")
    notifier_guard = guard(
        "notifier", timeout=settings.notifier_timeout, concurrency=settings.notifier_concurrency
    )
    kafka_guard = guard("kafka", timeout=settings.kafka_timeout, concurrency=ANNOUNCING_CONCURRENCY)
    audit_guard = guard("audit", timeout=AUDIT_TIMEOUT, concurrency=AUDITING_CONCURRENCY)
    return Outside(
        ports=Ports(
            source=ports.source
            and RetryingEventSource(
                source=GuardedEventSource(source=ports.source, guard=source_guard),
                chance=SystemChance(),
            ),
            gateway=ports.gateway
            and GuardedRegistrationGateway(gateway=ports.gateway, guard=gateway_guard),
            notifier=ports.notifier
            and GuardedNotifier(notifier=ports.notifier, guard=notifier_guard),
            announcer=ports.announcer
            and GuardedAnnouncer(announcer=ports.announcer, guard=kafka_guard),
            audit_log=ports.audit_log
            and GuardedAuditLog(audit_log=ports.audit_log, guard=audit_guard),
        ),
        source_guard=source_guard,
        gateway_guard=gateway_guard,
        notifier_guard=notifier_guard,
        kafka_guard=kafka_guard,
        audit_guard=audit_guard,
    )
