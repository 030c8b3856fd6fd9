"""What joins ticketing with the catalogue, with registration and with notifications."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from events_face_core.catalogue import (
    ApplyChanges,
    ApplyChangesHandler,
    CatalogueChanged,
    EventCancelled,
    EventStatus,
    Origin,
    PurgeCatalogue,
    PurgeCatalogueHandler,
    SourceEvent,
)
from events_face_core.kernel import Message, OutboxState
from events_face_core.notifications import NotificationWriter
from events_face_core.processes import (
    CallOffWithEvent,
    HoldersToBeTold,
    HolderTeller,
    Person,
    ShowOwnEvent,
    TellHolder,
    TellHolderTransaction,
    TellOfMove,
    as_listed,
)
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    CallOffRegistrationsHandler,
    CancelRegistration,
    CancelRegistrationHandler,
    EventUnknownError,
    NoPlaceLeftError,
    Registration,
    RegistrationAccepted,
    RegistrationClosedError,
    RegistrationDecided,
)
from events_face_core.ticketing import (
    BookingCancelled,
    BookingConfirmed,
    OwnEvent,
    OwnEventBookingClosed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCreated,
    OwnEventMoved,
    OwnEventPublished,
    OwnEventStatus,
)
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.ticketing.making import (
    DAY,
    DEADLINE,
    EVENT_TIME,
    HOUR,
    USER,
    an_event,
    book,
    claim_due,
    claim_one,
    details,
    put,
    user,
)

KEEP = timedelta(days=7)
PUBLISHED = OwnEventStatus.PUBLISHED
CHANGED = OwnEventChanged(actor_id="o", event_id="event")


def _house() -> FakeHouse:
    house = FakeHouse()
    show = ShowOwnEvent(clock=house.clock, keep=KEEP)
    for kind in (OwnEventPublished, OwnEventChanged, OwnEventBookingClosed, OwnEventCancelled):
        house.reactions[kind.name] = show
    return house


async def _tell(house: FakeHouse, message: Message) -> None:
    async with house() as tx:
        await tx.publish(message)


async def _shown_house(**changes: Any) -> FakeHouse:  # noqa: ANN401  # any fields of the details
    house = _house()
    await put(house, an_event(PUBLISHED, details=details(**changes)))
    await _tell(house, OwnEventPublished(actor_id="o", event_id="event"))
    return house


# In the catalogue


async def test_a_published_event_is_listed_at_once() -> None:
    house = await _shown_house()

    listed = house.events.all["event"]

    assert (listed.status, listed.origin) == (EventStatus.OPEN, Origin.OWN)
    assert (listed.event_time, listed.registration_deadline) == (EVENT_TIME, DEADLINE)
    assert listed.place is not None
    assert listed.place.name == "Зал"
    assert house.messages(CatalogueChanged) == [CatalogueChanged(catalogue_version=1)]


async def test_a_draft_is_not_listed() -> None:
    house = _house()
    await put(house, an_event())

    await _tell(house, CHANGED)
    await _tell(house, evolve(CHANGED, event_id="unknown"))

    assert house.events.all == {}


async def test_what_changes_nothing_of_the_listing_leaves_its_version() -> None:
    house = await _shown_house()

    await _tell(house, CHANGED)

    assert len(house.messages(CatalogueChanged)) == 1


async def test_a_deadline_that_comes_is_shown_though_nobody_changed_the_event() -> None:
    house = await _shown_house()
    house.clock.time = DEADLINE

    await _tell(house, OwnEventBookingClosed(event_id="event"))

    assert house.events.all["event"].status is EventStatus.REGISTRATION_CLOSED
    assert len(house.messages(CatalogueChanged)) == 2


async def test_an_event_that_is_over_for_good_is_not_listed() -> None:
    house = _house()
    house.clock.time = EVENT_TIME + KEEP + DAY
    await put(house, an_event(OwnEventStatus.COMPLETED))

    await _tell(house, CHANGED)

    assert house.events.all == {}


async def _running_house() -> FakeHouse:
    """Return a house whose exhibition began long ago and ends in weeks."""
    house = await _shown_house(end_time=EVENT_TIME + 30 * DAY)
    await _register(house)
    house.clock.time = EVENT_TIME + KEEP + DAY
    purge = PurgeCatalogueHandler(unit_of_work=house, clock=house.clock)
    await purge(PurgeCatalogue(keep=KEEP))
    return house


async def _turn_into(house: FakeHouse, status: OwnEventStatus, message: Message) -> None:
    event = house.own_events.all["event"]
    await house.own_events.save(evolve(event, status=status, changed_at=house.clock.time))
    await _tell(house, message)


async def test_an_event_that_is_still_on_is_listed_however_long_ago_it_began() -> None:
    house = await _running_house()

    await _tell(house, OwnEventBookingClosed(event_id="event"))

    assert house.events.all["event"].status is EventStatus.REGISTRATION_CLOSED


async def test_an_event_that_lasted_for_weeks_is_purged_so_long_after_its_end() -> None:
    house = await _running_house()
    purge = PurgeCatalogueHandler(unit_of_work=house, clock=house.clock)
    house.clock.time = EVENT_TIME + 30 * DAY

    await _turn_into(house, OwnEventStatus.COMPLETED, CHANGED)
    shown = house.events.all["event"].status
    removed = []
    for after in (KEEP, DAY):
        house.clock.time += after
        removed.append(await purge(PurgeCatalogue(keep=KEEP)))

    assert (shown, removed) == (EventStatus.FINISHED, [0, 1])


@pytest.mark.parametrize("listed", [True, False])
async def test_cancelling_an_event_that_began_long_ago_calls_its_registrations_off_once(
    *, listed: bool
) -> None:
    house = await _running_house()
    if not listed:
        del house.events.all["event"]

    for _ in range(2):
        message = OwnEventCancelled(actor_id="o", event_id="event")
        await _turn_into(house, OwnEventStatus.CANCELLED, message)

    assert house.messages(EventCancelled) == [EventCancelled(event_id="event")]
    assert house.events.all["event"].status is EventStatus.CANCELLED


async def test_a_source_that_tells_of_an_event_of_ours_is_not_believed() -> None:
    house = await _shown_house()
    ours = house.events.all["event"]
    told = evolve(ours, origin=Origin.PROVIDER, name="Чужое", changed_at=NOON + DAY)
    cancelled = evolve(told, status=EventStatus.CANCELLED, changed_at=NOON + 2 * DAY)
    over = evolve(told, event_time=NOON - 30 * DAY)
    apply = ApplyChangesHandler(unit_of_work=house, clock=house.clock, keep=KEEP)

    for event in (told, cancelled, over):
        assert await apply(ApplyChanges(events=[SourceEvent(event=event)])) == 0

    assert house.events.all == {"event": ours}
    assert house.messages(EventCancelled) == []


async def test_an_event_of_ours_never_takes_the_place_of_the_sources() -> None:
    house = _house()
    event = an_event(PUBLISHED)
    theirs = evolve(as_listed(event, NOON), origin=Origin.PROVIDER, name="Чужое")
    house.events.all["event"] = theirs
    await put(house, evolve(event, changed_at=NOON + DAY))

    await _tell(house, CHANGED)

    assert house.events.all["event"] == theirs


async def test_another_message_is_not_shown() -> None:
    house = FakeHouse()

    with pytest.raises(TypeError):
        await ShowOwnEvent(clock=house.clock, keep=KEEP)(
            house, BookingConfirmed(actor_id="a", booking_id="b", event_id="e")
        )


# Registration


async def _register(house: FakeHouse, email: str = "a@example.com") -> Registration:
    handler = AcceptRegistrationHandler(
        unit_of_work=house,
        clock=house.clock,
        ids=FakeIds(made=len(house.registrations.all)),
        decision_window=HOUR,
    )
    return await handler(
        AcceptRegistration(event_id="event", first_name="А", last_name="Б", email=email)
    )


async def test_a_registration_for_an_event_of_ours_is_confirmed_at_once() -> None:
    house = await _shown_house()

    registration = await _register(house)

    assert (registration.status, registration.decided_at) == ("confirmed", NOON)
    assert registration.as_accepted() == registration
    assert house.seats.all["event"].taken == 1
    assert house.messages(RegistrationAccepted) == []
    assert house.messages(RegistrationDecided) == [
        RegistrationDecided(registration_id=registration.id, status="confirmed")
    ]


async def test_registrations_and_bookings_share_the_seats() -> None:
    house = await _shown_house(capacity=2)
    await book(house)
    await _register(house)

    with pytest.raises(NoPlaceLeftError):
        await _register(house, "b@example.com")

    assert len(house.registrations.all) == 1


async def test_cancelling_a_registration_gives_its_place_back_once() -> None:
    house = await _shown_house()
    registration = await _register(house)
    cancel = CancelRegistrationHandler(unit_of_work=house, clock=house.clock)

    await cancel(CancelRegistration(registration_id=registration.id))
    await cancel(CancelRegistration(registration_id=registration.id))

    assert house.seats.all["event"].taken == 0


@pytest.mark.parametrize(
    ("event", "error"),
    [(an_event(OwnEventStatus.CANCELLED), RegistrationClosedError), (None, EventUnknownError)],
)
async def test_what_the_listing_does_not_know_yet_the_counter_does(
    event: OwnEvent | None, error: type[Exception]
) -> None:
    house = FakeHouse()
    house.events.all["event"] = as_listed(an_event(PUBLISHED), NOON)
    if event is not None:
        await put(house, event)

    with pytest.raises(error):
        await _register(house)


async def test_registrations_of_a_cancelled_event_of_ours_are_called_off() -> None:
    house = await _shown_house()
    registration = await _register(house)
    house.own_events.all["event"] = evolve(
        an_event(OwnEventStatus.CANCELLED), changed_at=NOON + HOUR
    )
    await _tell(house, OwnEventCancelled(actor_id="o", event_id="event"))
    call_off = CallOffRegistrationsHandler(unit_of_work=house, clock=house.clock)
    delivery = await claim_one(house, EventCancelled)

    await CallOffWithEvent(unit_of_work=house, call_off=call_off, clock=house.clock)(delivery)

    assert house.registrations.all[registration.id].status == "cancelled"
    assert house.seats.all["event"].taken == 0


# Notifications


class Words:
    def text(self, template: str, language: str, facts: Any) -> str:  # noqa: ANN401  # facts
        return f"{template} {facts['event_name']} {facts['place']} {facts['quantity']}"


async def _find(_: TellHolderTransaction, user_id: str) -> Person | None:
    if user_id == "gone":
        return None
    return Person(email=f"{user_id}@example.com", language="en")


def _teller(house: FakeHouse) -> HolderTeller:
    writer = NotificationWriter(texts=Words(), ids=FakeIds(made=1000), clock=house.clock)
    return HolderTeller(writer=writer, find_person=_find)


def _written(house: FakeHouse) -> list[tuple[str, str]]:
    return [(n.email, n.template) for n in house.notifications.all.values()]


async def test_who_booked_is_told_once() -> None:
    house = await _shown_house()
    booking = await book(house, quantity=2)
    delivery = await claim_one(house, BookingConfirmed)

    await TellHolder(unit_of_work=house, teller=_teller(house), clock=house.clock)(delivery)

    (notification,) = house.notifications.all.values()
    assert notification.reference_id == booking.id
    assert (notification.email, notification.language) == ("user@example.com", "en")
    assert notification.message == "booking-confirmed Концерт Зал 2"
    assert house.outbox.all[delivery.id].state is OutboxState.DELIVERED


@pytest.mark.parametrize(
    ("reason", "notify", "told"),
    [
        ("", True, ["booking-cancelled"]),
        ("event-cancelled", True, ["booking-cancelled-event-cancelled"]),
        ("event-cancelled", False, []),
    ],
)
async def test_whose_booking_ended_is_told_why(
    reason: str, *, notify: bool, told: list[str]
) -> None:
    house = await _shown_house()
    booking = await book(house)
    message = BookingCancelled(
        actor_id="a", booking_id=booking.id, event_id="event", reason=reason, notify=notify
    )
    await _tell(house, message)
    delivery = await claim_one(house, BookingCancelled)

    await TellHolder(unit_of_work=house, teller=_teller(house), clock=house.clock)(delivery)

    assert [template for _, template in _written(house)] == told


async def test_a_worker_that_comes_too_late_tells_nobody_again() -> None:
    house = await _shown_house()
    await book(house)
    delivery = await claim_one(house, BookingConfirmed)
    process = TellHolder(unit_of_work=house, teller=_teller(house), clock=house.clock)

    for _ in ("who claimed it when the lease had ended", "who had it first"):
        await process(delivery)

    assert _written(house) == [("user@example.com", "booking-confirmed")]


async def test_an_account_that_is_gone_is_not_told() -> None:
    house = await _shown_house()
    await book(house, evolve(USER, id="gone"))
    delivery = await claim_one(house, BookingConfirmed)

    await TellHolder(unit_of_work=house, teller=_teller(house), clock=house.clock)(delivery)

    assert _written(house) == []
    assert house.outbox.all[delivery.id].state is OutboxState.DELIVERED


async def _told_of_move(house: FakeHouse, event_time: datetime) -> int:
    """Deliver the message of a move, and all it leaves to do; return how many deliveries."""
    await _tell(
        house,
        OwnEventMoved(actor_id="o", event_id="event", event_time=event_time.isoformat()),
    )
    process = TellOfMove(unit_of_work=house, teller=_teller(house), clock=house.clock)
    delivered = 0
    while due := await claim_due(house, OwnEventMoved, HoldersToBeTold):
        for delivery in due:
            await process(delivery)
            delivered += 1
    return delivered


async def test_all_holders_of_an_event_that_moved_are_told_in_batches_once() -> None:
    house = await _shown_house(capacity=1000)
    for number in range(250):
        await book(house, user(number))

    delivered = await _told_of_move(house, EVENT_TIME)

    told = _written(house)
    assert delivered == 3
    assert len(set(told)) == len(told) == 250
    assert {template for _, template in told} == {"booking-moved"}


async def test_a_worker_that_comes_too_late_tells_of_no_move_again() -> None:
    house = await _shown_house(capacity=1000)
    for number in range(101):
        await book(house, user(number))
    moved = OwnEventMoved(actor_id="o", event_id="event", event_time=EVENT_TIME.isoformat())
    await _tell(house, moved)
    delivery = await claim_one(house, OwnEventMoved)
    process = TellOfMove(unit_of_work=house, teller=_teller(house), clock=house.clock)

    await process(delivery)
    del house.bookings.all[next(iter(house.bookings.all))]  # or the batch would end elsewhere
    await process(delivery)

    assert len(_written(house)) == 100
    assert len(house.messages(HoldersToBeTold)) == 1


async def test_of_an_event_that_moved_again_only_the_last_move_is_told() -> None:
    house = await _shown_house()
    await book(house)

    await _told_of_move(house, EVENT_TIME - DAY)

    assert _written(house) == []


async def test_of_an_event_that_was_cancelled_no_move_is_told() -> None:
    house = await _shown_house()
    await book(house)
    house.own_events.all["event"] = an_event(OwnEventStatus.CANCELLED)

    await _told_of_move(house, EVENT_TIME)

    assert _written(house) == []


@pytest.mark.parametrize("kind", [TellHolder, TellOfMove])
async def test_another_message_is_not_for_it(kind: Any) -> None:  # noqa: ANN401  # a class
    house = FakeHouse()
    await _tell(house, OwnEventCreated(actor_id="o", event_id="event"))
    delivery = await claim_one(house, OwnEventCreated)

    with pytest.raises(TypeError):
        await kind(unit_of_work=house, teller=_teller(house), clock=house.clock)(delivery)


def test_the_listing_shows_times_in_utc() -> None:
    listed = as_listed(an_event(PUBLISHED), NOON)

    assert (listed.event_time.tzinfo, listed.registration_deadline.tzinfo) == (UTC, UTC)
