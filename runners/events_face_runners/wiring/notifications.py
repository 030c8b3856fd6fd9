"""Notifications, wired."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_adapters.texts import TemplateTexts
from events_face_core.kernel import Chance, Clock, Gate, Ids, Relay, Traces
from events_face_core.notifications import (
    NotificationWriter,
    NotificationWritten,
    Notifier,
    SendNotificationHandler,
)
from events_face_runners.wiring.settings import Settings


class NotificationsContainer(containers.DeclarativeContainer):
    """The use cases of notifications over what the application opened."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    notifier: providers.Dependency[Notifier] = providers.Dependency()
    gate: providers.Dependency[Gate] = providers.Dependency()
    lease: providers.Dependency[timedelta] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()

    writer = providers.Factory(
        NotificationWriter,
        texts=providers.Factory(
            TemplateTexts, providers.Factory(ZoneInfo, settings.provided.notifier_timezone)
        ),
        ids=ids,
        clock=clock,
    )
    send = providers.Factory(
        SendNotificationHandler, unit_of_work=storage, notifier=notifier, clock=clock
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=gate,
        traces=traces,
        lease=lease,
        concurrency=settings.provided.notifier_concurrency,
        handlers=providers.Dict({NotificationWritten.name: send}),
    )
