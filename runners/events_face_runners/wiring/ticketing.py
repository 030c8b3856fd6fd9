"""Ticketing, wired."""

from zoneinfo import ZoneInfo

from attrs import frozen
from dependency_injector import containers, providers

from events_face_adapters.storage.opened import Storage
from events_face_adapters.texts import TemplateTexts
from events_face_core.engagement import ForgetPersonHandler
from events_face_core.kernel import Chance, Clock, Ids, Relay, Traces
from events_face_core.notifications import NotificationWriter
from events_face_core.processes import (
    AccountHolders,
    ForgetHolder,
    HolderLeft,
    HoldersToBeTold,
    HolderTeller,
    ReviewRatings,
    TellHolder,
    TellOfMove,
    find_account_person,
)
from events_face_core.ticketing import (
    BookHandler,
    BookingCancelled,
    BookingConfirmed,
    CancelBookingHandler,
    CancelOwnEventHandler,
    ChangeCategoryHandler,
    ChangeOwnEventHandler,
    CreateCategoryHandler,
    CreateOwnEventHandler,
    DeleteOwnEventHandler,
    EndBookingsHandler,
    GiveUpBookingsHandler,
    MakeTicketHandler,
    OwnEventCancelled,
    OwnEventMoved,
    OwnEventPublicationDue,
    OwnEventTurns,
    PublishDueHandler,
    PublishOwnEventHandler,
    TicketingQueries,
    TurnOwnEventHandler,
)
from events_face_runners.wiring.documents import InstalledTicketDocuments
from events_face_runners.wiring.settings import Settings

_CONCURRENCY = 8


class WideGate:
    """The gate of work that calls nobody outside and is soon done."""

    def allowance(self) -> int:
        """Let a few deliveries through at a time."""
        return _CONCURRENCY


@frozen(kw_only=True)
class Ticketing:
    """What can be done with own events, bookings and categories."""

    create: CreateOwnEventHandler
    change: ChangeOwnEventHandler
    publish: PublishOwnEventHandler
    cancel: CancelOwnEventHandler
    delete: DeleteOwnEventHandler
    book: BookHandler
    cancel_booking: CancelBookingHandler
    create_category: CreateCategoryHandler
    change_category: ChangeCategoryHandler
    make_ticket: MakeTicketHandler
    queries: TicketingQueries


class TicketingContainer(containers.DeclarativeContainer):
    """The use cases of ticketing, and its processes, over what the application opened."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    storage: providers.Dependency[Storage] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    ids: providers.Dependency[Ids] = providers.Dependency()
    chance: providers.Dependency[Chance] = providers.Dependency()
    traces: providers.Dependency[Traces] = providers.Dependency()

    queries = providers.Factory(
        TicketingQueries,
        reads=storage.provided.ticketing_reads,
        ratings=providers.Factory(ReviewRatings, storage.provided.review_reads),
    )
    ticketing = providers.Factory(
        Ticketing,
        create=providers.Factory(CreateOwnEventHandler, unit_of_work=storage, clock=clock, ids=ids),
        change=providers.Factory(ChangeOwnEventHandler, unit_of_work=storage, clock=clock),
        publish=providers.Factory(PublishOwnEventHandler, unit_of_work=storage, clock=clock),
        cancel=providers.Factory(CancelOwnEventHandler, unit_of_work=storage, clock=clock),
        delete=providers.Factory(DeleteOwnEventHandler, unit_of_work=storage),
        book=providers.Factory(BookHandler, unit_of_work=storage, clock=clock, ids=ids),
        cancel_booking=providers.Factory(CancelBookingHandler, unit_of_work=storage, clock=clock),
        create_category=providers.Factory(
            CreateCategoryHandler, unit_of_work=storage, clock=clock, ids=ids
        ),
        change_category=providers.Factory(ChangeCategoryHandler, unit_of_work=storage),
        make_ticket=providers.Factory(
            MakeTicketHandler,
            bookings=queries,
            reads=storage.provided.ticketing_reads,
            holders=providers.Factory(AccountHolders, storage.provided.account_reads),
            documents=providers.Singleton(InstalledTicketDocuments),
        ),
        queries=queries,
    )

    teller = providers.Factory(
        HolderTeller,
        writer=providers.Factory(
            NotificationWriter,
            texts=providers.Singleton(
                TemplateTexts, providers.Callable(ZoneInfo, settings.provided.notifier_timezone)
            ),
            ids=ids,
            clock=clock,
        ),
        find_person=providers.Object(find_account_person),
    )
    tell_holder = providers.Factory(TellHolder, unit_of_work=storage, teller=teller, clock=clock)
    tell_of_move = providers.Factory(TellOfMove, unit_of_work=storage, teller=teller, clock=clock)
    forget_holder = providers.Factory(
        ForgetHolder,
        unit_of_work=storage,
        give_up=providers.Factory(GiveUpBookingsHandler, unit_of_work=storage, clock=clock),
        forget=providers.Factory(ForgetPersonHandler),
        clock=clock,
    )
    relay = providers.Factory(
        Relay,
        unit_of_work=storage,
        clock=clock,
        chance=chance,
        gate=providers.Factory(WideGate),
        concurrency=_CONCURRENCY,
        traces=traces,
        handlers=providers.Dict(
            {
                OwnEventPublicationDue.name: providers.Factory(
                    PublishDueHandler, unit_of_work=storage, clock=clock
                ),
                OwnEventTurns.name: providers.Factory(
                    TurnOwnEventHandler, unit_of_work=storage, clock=clock
                ),
                OwnEventCancelled.name: providers.Factory(
                    EndBookingsHandler, unit_of_work=storage, clock=clock
                ),
                OwnEventMoved.name: tell_of_move,
                HolderLeft.name: forget_holder,
                HoldersToBeTold.name: tell_of_move,
                BookingConfirmed.name: tell_holder,
                BookingCancelled.name: tell_holder,
            }
        ),
    )
