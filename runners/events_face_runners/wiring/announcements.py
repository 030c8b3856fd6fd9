"""Announcements, wired."""

from datetime import timedelta

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.announcements import (
    AnnouncementWritten,
    Announcer,
    SendAnnouncementHandler,
)
from events_face_core.kernel import Chance, Clock, Gate, Relay, Traces
from events_face_runners.wiring.outside import ANNOUNCING_CONCURRENCY


class AnnouncementsContainer(containers.DeclarativeContainer):
    """The use cases of announcements over what the application opened."""

    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    announcer: providers.Dependency[Announcer] = providers.Dependency()
    gate: providers.Dependency[Gate] = providers.Dependency()
    lease: providers.Dependency[timedelta] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()

    send = providers.Factory(
        SendAnnouncementHandler,
        unit_of_work=storage,
        announcer=announcer,
        clock=clock,
        # Two databases may announce on one topic.
        source=providers.Callable("/events-face/{}".format, storage.provided.identity),
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=gate,
        traces=traces,
        lease=lease,
        concurrency=ANNOUNCING_CONCURRENCY,
        handlers=providers.Dict({AnnouncementWritten.name: send}),
    )
