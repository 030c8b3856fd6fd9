"""events-face, opened: the one object that runners, the command line and embedders hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from events_face_adapters.system import RandomIds, SystemClock
from events_face_core.announcements import Announcer
from events_face_core.auditing import AuditLog
from events_face_core.catalogue import EventSource
from events_face_core.kernel import Clock
from events_face_core.notifications import Notifier
from events_face_core.registration import RegistrationGateway
from events_face_runners.observing.metrics import Metrics
from events_face_runners.observing.request_ids import LoggedRequestIds
from events_face_runners.observing.tracing import Tracing
from events_face_runners.wiring.assembling import AppContainer, assemble
from events_face_runners.wiring.face import EventsFace
from events_face_runners.wiring.identity import open_identity
from events_face_runners.wiring.messages import message_map
from events_face_runners.wiring.outside import Ports, open_outside
from events_face_runners.wiring.settings import Settings, public_url
from events_face_runners.wiring.storing import make_storage
from events_face_runners.wiring.tracing import open_tracing

__all__ = ["EventsFace", "open_events_face"]


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
        yield assemble(container, metrics, traced)
