"""The processes that work by themselves, wired."""

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.catalogue import EventCancelled
from events_face_core.kernel import Chance, Clock, Relay, Traces
from events_face_core.notifications import NotificationWriter
from events_face_core.processes import CallOffWithEvent, RemindHolders
from events_face_core.registration import CallOffRegistrationsHandler


class OpenGate:
    """The gate of work that calls nobody outside."""

    def allowance(self) -> int:
        """Let one delivery through at a time: each may be long."""
        return 1


class ProcessesContainer(containers.DeclarativeContainer):
    """What joins two contexts, over what the application opened."""

    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    call_off: providers.Dependency[CallOffRegistrationsHandler] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()
    writer: providers.Dependency[NotificationWriter] = providers.Dependency()

    call_off_with_event = providers.Factory(
        CallOffWithEvent, unit_of_work=storage, call_off=call_off, clock=clock
    )
    remind = providers.Factory(
        RemindHolders,
        holders=storage.provided.upcoming_holders,
        unit_of_work=storage,
        writer=writer,
        clock=clock,
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=providers.Factory(OpenGate),
        traces=traces,
        concurrency=1,
        handlers=providers.Dict({EventCancelled.name: call_off_with_event}),
    )
