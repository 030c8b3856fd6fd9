"""What organisers do with their events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve

from events_face_core.kernel import (
    GUEST,
    Actor,
    EventsFaceError,
    ForbiddenError,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    InvalidInputError,
    SignInRequiredError,
    StaleVersionError,
)
from events_face_core.ticketing import (
    ANY_VERSION,
    CancelOwnEvent,
    CancelOwnEventHandler,
    CapacityBelowBookedError,
    Category,
    ChangeOwnEvent,
    ChangeOwnEventHandler,
    CreateOwnEvent,
    CreateOwnEventHandler,
    DeleteOwnEvent,
    DeleteOwnEventHandler,
    EventEndedError,
    NotADraftError,
    NotPublishedError,
    OwnEvent,
    OwnEventAct,
    OwnEventBookingClosed,
    OwnEventCancelled,
    OwnEventChanged,
    OwnEventCompleted,
    OwnEventCreated,
    OwnEventDeleted,
    OwnEventMoved,
    OwnEventNotFoundError,
    OwnEventPublicationDue,
    OwnEventPublished,
    OwnEventStatus,
    OwnEventTurns,
    PublishDueHandler,
    TurnOwnEventHandler,
    VersionRequiredError,
)
from unit.fakes import NOON, FakeHouse, FakeIds
from unit.ticketing.making import (
    ADMIN,
    DAY,
    DEADLINE,
    EVENT_TIME,
    HOUR,
    ORGANIZER,
    OTHER_ORGANIZER,
    USER,
    an_event,
    book,
    claim_one,
    create,
    details,
    publish,
    put,
)

PUBLISHED, DRAFT = OwnEventStatus.PUBLISHED, OwnEventStatus.DRAFT


def acts(house: FakeHouse) -> list[OwnEventAct]:
    return house.messages(OwnEventAct)


async def _change(
    house: FakeHouse,
    changes: dict[str, Any],
    *,
    actor: Actor = ORGANIZER,
    versions: frozenset[int] | None = frozenset({ANY_VERSION}),
) -> OwnEvent:
    handler = ChangeOwnEventHandler(unit_of_work=house, clock=house.clock)
    return await handler(
        ChangeOwnEvent(actor=actor, event_id="event", changes=changes, versions=versions)
    )


async def _cancel(house: FakeHouse, *, actor: Actor = ORGANIZER, reason: str = "дождь") -> OwnEvent:
    handler = CancelOwnEventHandler(unit_of_work=house, clock=house.clock)
    return await handler(CancelOwnEvent(actor=actor, event_id="event", reason=reason))


async def _delete(house: FakeHouse, *, actor: Actor = ORGANIZER) -> None:
    await DeleteOwnEventHandler(unit_of_work=house)(DeleteOwnEvent(actor=actor, event_id="event"))


# Creating


async def test_an_event_begins_as_a_draft_of_its_organiser() -> None:
    house = FakeHouse()

    event = await create(house)

    assert (event.status, event.organizer_id, event.version) == (DRAFT, ORGANIZER.id, 1)
    assert house.own_events.all == {event.id: event}
    assert acts(house) == [OwnEventCreated(actor_id=ORGANIZER.id, event_id=event.id)]


@pytest.mark.parametrize("event_time", [NOON, NOON + 36_526 * DAY])
async def test_an_event_of_the_past_or_of_another_century_is_refused(event_time: Any) -> None:  # noqa: ANN401
    with pytest.raises(InvalidInputError) as raised:
        await create(FakeHouse(), event_time=event_time)

    assert raised.value.field == "event_time"


async def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(InvalidInputError) as raised:
        await create(FakeHouse(), category_id="none")

    assert raised.value.field == "category_id"


async def test_a_known_category_is_taken() -> None:
    house = FakeHouse()
    house.categories.all["music"] = Category(id="music", name="Музыка")

    event = await create(house, category_id="music")

    assert event.details.category_id == "music"


async def test_only_an_administrator_puts_an_event_forward() -> None:
    with pytest.raises(ForbiddenError):
        await create(FakeHouse(), featured=True)


async def test_a_repeated_call_returns_the_draft_as_it_was_made() -> None:
    house = FakeHouse()
    key = IdempotencyKey(value="k", fingerprint="body")
    handler = CreateOwnEventHandler(unit_of_work=house, clock=house.clock, ids=FakeIds())
    command = CreateOwnEvent(actor=ORGANIZER, details=details(), idempotency_key=key)
    first = await handler(command)
    house.clock.forward(days=20)
    house.own_events.all[first.id] = evolve(first, status=PUBLISHED, version=2)

    again = await handler(command)

    assert again == first
    assert len(house.own_events.all) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        await handler(evolve(command, idempotency_key=evolve(key, fingerprint="other")))
    house.own_events.all.clear()
    with pytest.raises(OwnEventNotFoundError):
        await handler(command)


# Who may


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (GUEST, SignInRequiredError),
        (USER, ForbiddenError),
        (OTHER_ORGANIZER, OwnEventNotFoundError),
    ],
)
async def test_nobody_touches_the_event_of_another(
    actor: Actor, error: type[EventsFaceError]
) -> None:
    house = FakeHouse()
    event = await put(house, an_event())

    for attempt in (
        lambda: _change(house, {"name": "x"}, actor=actor),
        lambda: publish(house, event, actor=actor),
        lambda: _cancel(house, actor=actor),
        lambda: _delete(house, actor=actor),
    ):
        with pytest.raises(error):
            await attempt()

    assert (house.own_events.all, acts(house)) == ({"event": event}, [])


async def test_guests_and_users_create_nothing() -> None:
    handler = CreateOwnEventHandler(
        unit_of_work=FakeHouse(), clock=FakeHouse().clock, ids=FakeIds()
    )
    for actor, error in ((GUEST, SignInRequiredError), (USER, ForbiddenError)):
        with pytest.raises(error):
            await handler(CreateOwnEvent(actor=actor, details=details()))


async def test_an_administrator_may_do_everything() -> None:
    house = FakeHouse()
    event = await put(house, an_event())

    await _change(house, {"featured": True}, actor=ADMIN)
    await publish(house, event, actor=ADMIN)
    cancelled = await _cancel(house, actor=ADMIN)

    assert (cancelled.status, cancelled.details.featured) == (OwnEventStatus.CANCELLED, True)


# Changing


async def test_a_change_makes_a_new_version_with_a_later_stamp() -> None:
    house = FakeHouse()
    before = await put(house, an_event())

    changed = await _change(house, {"name": "Другое"}, versions=frozenset({1}))

    assert (changed.name, changed.version) == ("Другое", 2)
    assert changed.changed_at > before.changed_at
    assert changed.details.capacity == before.details.capacity
    assert acts(house) == [OwnEventChanged(actor_id=ORGANIZER.id, event_id="event")]


async def test_a_change_of_nothing_is_none() -> None:
    house = FakeHouse()
    event = await put(house, an_event())

    assert await _change(house, {"name": event.name}) is event
    assert acts(house) == []


@pytest.mark.parametrize(
    ("versions", "error"),
    [
        (None, VersionRequiredError),
        (frozenset({2}), StaleVersionError),
        (frozenset[int](), StaleVersionError),
    ],
)
async def test_who_did_not_see_this_version_changes_nothing(
    versions: frozenset[int] | None, error: type[EventsFaceError]
) -> None:
    house = FakeHouse()
    await put(house, an_event())

    with pytest.raises(error):
        await _change(house, {"name": "x"}, versions=versions)


async def test_only_an_administrator_features() -> None:
    house = FakeHouse()
    await put(house, an_event())

    with pytest.raises(ForbiddenError):
        await _change(house, {"featured": True})


async def test_a_category_that_is_not_there_is_refused() -> None:
    house = FakeHouse()
    await put(house, an_event())

    with pytest.raises(InvalidInputError):
        await _change(house, {"category_id": "none"})


async def test_the_capacity_does_not_fall_below_what_is_booked() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))
    await book(house, quantity=3)

    with pytest.raises(CapacityBelowBookedError):
        await _change(house, {"capacity": 2})


async def test_a_published_event_that_moves_says_where_to() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    await _change(house, {"event_time": EVENT_TIME + DAY})

    moved = (EVENT_TIME + DAY).isoformat()
    assert acts(house) == [OwnEventMoved(actor_id=ORGANIZER.id, event_id="event", event_time=moved)]
    assert [
        row.at for row in house.outbox.all.values() if isinstance(row.message, OwnEventTurns)
    ] == [
        DEADLINE + DAY,
        EVENT_TIME + DAY,
    ]


async def test_an_event_cannot_be_moved_into_the_past() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    with pytest.raises(InvalidInputError):
        await _change(house, {"event_time": NOON})


async def test_a_draft_cannot_be_moved_before_its_publication() -> None:
    house = FakeHouse()
    await put(house, an_event(publish_at=NOON + DAY))

    with pytest.raises(InvalidInputError):
        await _change(house, {"event_time": NOON + DAY})


@pytest.mark.parametrize("status", [OwnEventStatus.CANCELLED, OwnEventStatus.COMPLETED])
async def test_what_is_over_is_not_changed(status: OwnEventStatus) -> None:
    house = FakeHouse()
    await put(house, an_event(status))

    with pytest.raises(EventEndedError):
        await _change(house, {"name": "x"})


async def test_what_is_over_by_the_clock_is_not_changed() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))
    house.clock.time = EVENT_TIME

    with pytest.raises(EventEndedError):
        await _change(house, {"event_time": EVENT_TIME + 30 * DAY})


async def test_a_draft_whose_time_has_passed_can_be_given_another() -> None:
    house = FakeHouse()
    await put(house, an_event())
    house.clock.time = EVENT_TIME

    changed = await _change(house, {"event_time": EVENT_TIME + 30 * DAY})

    assert changed.event_time == EVENT_TIME + 30 * DAY


async def _running_house() -> FakeHouse:
    """Return a house whose event has begun and ends in a day."""
    house = FakeHouse()
    await put(house, an_event(PUBLISHED, details=details(end_time=EVENT_TIME + 2 * DAY)))
    house.clock.time = EVENT_TIME + DAY
    return house


@pytest.mark.parametrize("end_time", [EVENT_TIME + DAY + HOUR, EVENT_TIME + 9 * DAY])
async def test_an_event_that_has_begun_may_end_at_another_time(end_time: datetime) -> None:
    house = await _running_house()

    changed = await _change(house, {"end_time": end_time})

    assert (changed.event_time, changed.end_time) == (EVENT_TIME, end_time)


@pytest.mark.parametrize(
    "end_time", [None, EVENT_TIME + HOUR, EVENT_TIME + DAY, EVENT_TIME + 40_000 * DAY]
)
async def test_an_event_that_has_begun_does_not_end_in_the_past_or_too_far(
    end_time: datetime | None,
) -> None:
    house = await _running_house()

    with pytest.raises(InvalidInputError) as raised:
        await _change(house, {"end_time": end_time})

    assert raised.value.field == "end_time"


async def test_an_event_that_has_begun_cannot_begin_in_the_past_otherwise() -> None:
    house = await _running_house()

    with pytest.raises(InvalidInputError) as raised:
        await _change(house, {"event_time": EVENT_TIME + HOUR})

    assert raised.value.field == "event_time"


# Publishing


async def test_a_draft_is_published_at_once() -> None:
    house = FakeHouse()
    event = await put(house, an_event())

    published = await publish(house, event)

    assert (published.status, published.published_at) == (PUBLISHED, NOON)
    assert acts(house) == [OwnEventPublished(actor_id=ORGANIZER.id, event_id="event")]


async def test_publishing_twice_is_publishing_once() -> None:
    house = FakeHouse()
    event = await put(house, an_event())
    first = await publish(house, event)

    assert await publish(house, event) == first
    assert len(acts(house)) == 1


@pytest.mark.parametrize("status", [OwnEventStatus.CANCELLED, OwnEventStatus.COMPLETED])
async def test_what_is_over_is_not_published(status: OwnEventStatus) -> None:
    house = FakeHouse()
    event = await put(house, an_event(status))

    with pytest.raises(NotADraftError):
        await publish(house, event)
    with pytest.raises(NotADraftError):
        await publish(house, event, at=NOON + HOUR)


async def test_a_draft_whose_time_has_passed_is_not_published() -> None:
    house = FakeHouse()
    event = await put(house, an_event())
    house.clock.time = EVENT_TIME

    with pytest.raises(EventEndedError):
        await publish(house, event)


@pytest.mark.parametrize("at", [NOON, EVENT_TIME])
async def test_a_publication_in_the_past_or_too_late_is_refused(at: Any) -> None:  # noqa: ANN401
    house = FakeHouse()
    event = await put(house, an_event())

    with pytest.raises(InvalidInputError) as raised:
        await publish(house, event, at=at)

    assert raised.value.field == "publish_at"


async def test_a_draft_is_published_by_itself_at_its_time_once() -> None:
    house = FakeHouse()
    event = await put(house, an_event())
    await publish(house, event, at=NOON + HOUR)
    house.clock.forward(hours=1)
    due = await claim_one(house, OwnEventPublicationDue)
    handler = PublishDueHandler(unit_of_work=house, clock=house.clock)

    await handler(due)
    await handler(due)

    assert house.own_events.all["event"].status is PUBLISHED
    assert house.messages(OwnEventPublished) == [
        OwnEventPublished(actor_id="system", event_id="event")
    ]


async def test_a_time_that_was_set_anew_replaces_the_one_before() -> None:
    house = FakeHouse()
    event = await put(house, an_event())
    await publish(house, event, at=NOON + HOUR)
    await publish(house, event, at=NOON + 2 * HOUR)
    house.clock.forward(hours=1)

    due = await claim_one(house, OwnEventPublicationDue)
    await PublishDueHandler(unit_of_work=house, clock=house.clock)(due)

    assert house.own_events.all["event"].status is DRAFT


async def test_a_draft_that_would_have_begun_is_not_published_by_itself() -> None:
    house = FakeHouse()
    event = await put(house, an_event())
    await publish(house, event, at=NOON + HOUR)
    house.clock.time = EVENT_TIME

    due = await claim_one(house, OwnEventPublicationDue)
    await PublishDueHandler(unit_of_work=house, clock=house.clock)(due)

    assert house.own_events.all["event"].status is DRAFT


# Cancelling and deleting


async def test_a_published_event_is_cancelled_once() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    first = await _cancel(house)
    again = await _cancel(house, reason="снова")

    assert (first.status, first.cancel_reason) == (OwnEventStatus.CANCELLED, "дождь")
    assert again == first
    assert acts(house) == [OwnEventCancelled(actor_id=ORGANIZER.id, event_id="event", notify=True)]


@pytest.mark.parametrize(
    ("status", "error"),
    [(DRAFT, NotPublishedError), (OwnEventStatus.COMPLETED, EventEndedError)],
)
async def test_a_draft_or_what_is_over_is_not_cancelled(
    status: OwnEventStatus, error: type[EventsFaceError]
) -> None:
    house = FakeHouse()
    await put(house, an_event(status))

    with pytest.raises(error):
        await _cancel(house)


async def test_what_is_over_by_the_clock_is_not_cancelled() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))
    house.clock.time = EVENT_TIME

    with pytest.raises(EventEndedError):
        await _cancel(house)


async def test_cancelling_needs_a_reason() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    with pytest.raises(InvalidInputError):
        await _cancel(house, reason=" ")


async def test_a_draft_is_deleted() -> None:
    house = FakeHouse()
    await put(house, an_event())

    await _delete(house)

    assert house.own_events.all == {}
    assert acts(house) == [OwnEventDeleted(actor_id=ORGANIZER.id, event_id="event")]


async def test_what_was_published_is_not_deleted() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    with pytest.raises(NotADraftError):
        await _delete(house)


# The clock


async def _turn(house: FakeHouse) -> None:
    handler = TurnOwnEventHandler(unit_of_work=house, clock=house.clock)
    async with house() as tx:
        await tx.publish(OwnEventTurns(event_id="event"))
    now = house.clock.now()
    async with house() as tx:
        due = await tx.outbox.claim([OwnEventTurns.name], limit=10, now=now, until=now)
    for delivery in due:
        await handler(delivery)


async def test_nothing_turns_before_its_time() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))

    await _turn(house)

    assert (acts(house), house.messages(OwnEventBookingClosed)) == ([], [])


async def test_at_the_deadline_booking_closes() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))
    house.clock.time = DEADLINE

    await _turn(house)

    assert house.messages(OwnEventBookingClosed) == [OwnEventBookingClosed(event_id="event")]


async def test_at_its_end_an_event_is_completed_once() -> None:
    house = FakeHouse()
    await put(house, an_event(PUBLISHED))
    house.clock.time = EVENT_TIME

    await _turn(house)
    await _turn(house)

    assert house.own_events.all["event"].status is OwnEventStatus.COMPLETED
    assert acts(house) == [OwnEventCompleted(actor_id="system", event_id="event")]


async def test_a_deleted_event_turns_no_more() -> None:
    house = FakeHouse()

    await _turn(house)

    assert acts(house) == []


@pytest.mark.parametrize("handler", [PublishDueHandler, TurnOwnEventHandler])
async def test_another_message_is_not_for_it(handler: Any) -> None:  # noqa: ANN401  # a class
    house = FakeHouse()
    await create(house)
    delivery = await claim_one(house, OwnEventCreated)

    with pytest.raises(TypeError):
        await handler(unit_of_work=house, clock=house.clock)(delivery)
