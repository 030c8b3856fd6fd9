"""Registration, wired."""

from datetime import timedelta

from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_core.kernel import Chance, Clock, Gate, Ids, Relay, Traces
from events_face_core.registration import (
    AcceptRegistrationHandler,
    CallOffRegistrationsHandler,
    CancelRegistrationHandler,
    RegistrationAccepted,
    RegistrationGateway,
    RegistrationQueries,
    RejectOverdueHandler,
    SendRegistrationHandler,
    TakeBackHandler,
    TakeBackRequested,
)
from events_face_runners.wiring.settings import Settings


class RegistrationContainer(containers.DeclarativeContainer):
    """The use cases of registration over what the application opened."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    gateway: providers.Dependency[RegistrationGateway] = providers.Dependency()
    gate: providers.Dependency[Gate] = providers.Dependency()
    lease: providers.Dependency[timedelta] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()

    accept = providers.Factory(
        AcceptRegistrationHandler,
        unit_of_work=storage,
        clock=clock,
        ids=ids,
        decision_window=settings.provided.registration_decision_window,
    )
    cancel = providers.Factory(CancelRegistrationHandler, unit_of_work=storage, clock=clock)
    call_off = providers.Factory(CallOffRegistrationsHandler, unit_of_work=storage, clock=clock)
    reject_overdue = providers.Factory(RejectOverdueHandler, unit_of_work=storage, clock=clock)
    queries = providers.Factory(RegistrationQueries, reads=storage.provided.registration_reads)
    send = providers.Factory(
        SendRegistrationHandler, unit_of_work=storage, gateway=gateway, clock=clock
    )
    take_back = providers.Factory(
        TakeBackHandler, unit_of_work=storage, gateway=gateway, clock=clock
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=gate,
        traces=traces,
        lease=lease,
        concurrency=settings.provided.provider_concurrency,
        handlers=providers.Dict(
            {RegistrationAccepted.name: send, TakeBackRequested.name: take_back}
        ),
    )
