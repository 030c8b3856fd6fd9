"""Who sees which events and bookings."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import define, field

from events_face_core.kernel import (
    GUEST,
    Actor,
    EventsFaceError,
    ForbiddenError,
    InvalidInputError,
    Page,
    SignInRequiredError,
)
from events_face_core.ticketing import (
    Booking,
    BookingNotFoundError,
    BookingPage,
    BookingQuery,
    Category,
    LiveFigures,
    OwnEventNotFoundError,
    OwnEventPage,
    OwnEventQuery,
    OwnEventStatus,
    Rating,
    ShownOwnEvent,
    TicketingQueries,
)
from unit.fakes import NOON
from unit.ticketing.making import ADMIN, ORGANIZER, OTHER_ORGANIZER, USER, an_event, user

BOOKING = Booking(
    id="booking", event_id="event", user_id=USER.id, quantity=1, ticket_code="c", created_at=NOON
)


@define
class FakeReads:
    """One event, one booking; remembers what was asked."""

    event: ShownOwnEvent | None = None
    asked: list[OwnEventQuery | BookingQuery] = field(factory=list)

    async def own_event(self, event_id: str) -> ShownOwnEvent | None:
        return self.event

    async def available_seats(self, event_id: str) -> int:
        return 7

    async def own_events(self, query: OwnEventQuery) -> OwnEventPage:
        self.asked.append(query)
        return Page(items=(), next=None, previous=None)

    async def booking(self, booking_id: str) -> Booking | None:
        return BOOKING if booking_id == BOOKING.id else None

    async def bookings(self, query: BookingQuery) -> BookingPage:
        self.asked.append(query)
        return Page(items=(), next=None, previous=None)

    async def categories(self) -> Sequence[Category]:
        return [Category(id="music", name="Музыка")]


class FourStars:
    async def of(self, event_id: str) -> Rating:
        return Rating(average=4.0, count=2)


def _queries(status: OwnEventStatus | None = OwnEventStatus.PUBLISHED) -> TicketingQueries:
    shown = status and ShownOwnEvent(event=an_event(status), category=None, taken=1)
    return TicketingQueries(reads=FakeReads(event=shown), ratings=FourStars())


def _asked(queries: TicketingQueries) -> OwnEventQuery | BookingQuery:
    assert isinstance(queries.reads, FakeReads)
    return queries.reads.asked[-1]


@pytest.mark.parametrize("status", [None, OwnEventStatus.DRAFT])
async def test_not_everybody_sees_a_draft(status: OwnEventStatus | None) -> None:
    with pytest.raises(OwnEventNotFoundError):
        await _queries(status).public_event("event")


async def test_everybody_sees_what_is_published() -> None:
    shown = await _queries().public_event("event")

    assert shown.event.id == "event"


@pytest.mark.parametrize("actor", [ORGANIZER, ADMIN])
async def test_its_organiser_and_administrators_see_a_draft(actor: Actor) -> None:
    shown = await _queries(OwnEventStatus.DRAFT).own_event(actor, "event")

    assert shown.event.status is OwnEventStatus.DRAFT


@pytest.mark.parametrize("actor", [GUEST, USER, OTHER_ORGANIZER])
async def test_nobody_else_sees_a_draft(actor: Actor) -> None:
    with pytest.raises(OwnEventNotFoundError):
        await _queries(OwnEventStatus.DRAFT).own_event(actor, "event")


async def test_what_is_not_there_nobody_sees() -> None:
    with pytest.raises(OwnEventNotFoundError):
        await _queries(None).own_event(ADMIN, "event")


async def test_figures_are_as_they_are_now() -> None:
    live = await _queries().live("event")

    assert live == LiveFigures(available_seats=7, rating=Rating(average=4.0, count=2))


async def test_an_event_that_was_just_changed_is_shown_with_what_belongs_to_it() -> None:
    changed = an_event(version=2)

    shown = await _queries().as_shown(changed)
    gone = await _queries(None).as_shown(changed)
    figures = await _queries().figures(shown)

    assert (shown.event, shown.taken) == (changed, 1)
    assert (gone.event, gone.taken) == (changed, 0)
    assert figures.available_seats == 9


@pytest.mark.parametrize(
    ("actor", "whose"), [(ORGANIZER, ORGANIZER.id), (ADMIN, None), (OTHER_ORGANIZER, "other")]
)
async def test_organisers_list_their_own_events_and_administrators_all(
    actor: Actor, whose: str | None
) -> None:
    queries = _queries()

    await queries.own_events(actor, OwnEventQuery(organizer_id=None))

    assert _asked(queries) == OwnEventQuery(organizer_id=whose)


@pytest.mark.parametrize(("actor", "error"), [(GUEST, SignInRequiredError), (USER, ForbiddenError)])
async def test_nobody_else_lists_events_to_organise(
    actor: Actor, error: type[EventsFaceError]
) -> None:
    with pytest.raises(error):
        await _queries().own_events(actor, OwnEventQuery())


def test_a_search_is_not_longer_than_200_characters() -> None:
    with pytest.raises(InvalidInputError):
        OwnEventQuery(search="я" * 201)


@pytest.mark.parametrize("actor", [USER, ORGANIZER, ADMIN])
async def test_a_booking_is_shown_to_its_holder_the_organiser_and_administrators(
    actor: Actor,
) -> None:
    assert await _queries().booking(actor, "booking") == BOOKING


@pytest.mark.parametrize("actor", [user(1), OTHER_ORGANIZER])
async def test_to_others_it_is_not_there(actor: Actor) -> None:
    with pytest.raises(BookingNotFoundError):
        await _queries().booking(actor, "booking")


async def test_an_unknown_booking_is_not_found_and_a_guest_has_none() -> None:
    with pytest.raises(BookingNotFoundError):
        await _queries().booking(USER, "none")
    with pytest.raises(SignInRequiredError):
        await _queries().booking(GUEST, "booking")


@pytest.mark.parametrize(
    ("actor", "event_id", "whose"),
    [
        (USER, None, USER.id),
        (USER, "event", USER.id),
        (ORGANIZER, None, ORGANIZER.id),
        (ORGANIZER, "event", None),
        (OTHER_ORGANIZER, "event", "other"),
        (ADMIN, None, ADMIN.id),
        (ADMIN, "event", None),
    ],
)
async def test_bookings_are_ones_own_or_those_of_an_event_that_one_organises(
    actor: Actor, event_id: str | None, whose: str | None
) -> None:
    queries = _queries()

    await queries.bookings(actor, BookingQuery(event_id=event_id))

    assert _asked(queries) == BookingQuery(event_id=event_id, user_id=whose)


async def test_categories_are_for_everybody() -> None:
    assert [category.id for category in await _queries().categories()] == ["music"]
