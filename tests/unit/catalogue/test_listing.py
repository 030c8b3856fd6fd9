"""Paging through the listing."""

import pytest
from attrs import define
from hypothesis import assume, given
from hypothesis import strategies as st

from events_face_core.catalogue import Event, EventPage, EventPlace, EventQuery, Ordering, page_of
from events_face_core.kernel import Cursor, InvalidInputError
from unit.catalogue.making import HOUR, an_event
from unit.fakes import NOON


@define
class Listing:
    """The oracle: filters and sorts a list as the storage must."""

    events: list[Event]

    def page(self, query: EventQuery) -> EventPage:
        descending = query.ordering is Ordering.EVENT_TIME_DESCENDING
        ordered = sorted(self.events, key=lambda e: (e.event_time, e.id), reverse=descending)
        if query.cursor is not None:
            place = (query.cursor.place.event_time, query.cursor.place.id)
            after = [e for e in ordered if _is_past(place, e, descending=descending)]
            before = [e for e in ordered if e not in after and (e.event_time, e.id) != place]
            ordered = before[::-1] if query.cursor.backwards else after
        return page_of(query, tuple(ordered[: query.limit + 1]))

    def walk(self, page: EventPage, query: EventQuery, side: str) -> list[EventPage]:
        """Follow the links of one side to the end; return the pages, the first one too."""
        pages = [page]
        while cursor := getattr(pages[-1], side):
            pages.append(
                self.page(EventQuery(ordering=query.ordering, limit=query.limit, cursor=cursor))
            )
        return pages


def _is_past(place: tuple[object, str], event: Event, *, descending: bool) -> bool:
    here = (event.event_time, event.id)
    return here < place if descending else here > place


# Few distinct times, so that most of them are shared.
listings = st.lists(st.integers(0, 2), max_size=15).map(
    lambda hours: Listing(
        [an_event(f"e{n:02}", event_time=NOON + hour * HOUR) for n, hour in enumerate(hours)]
    )
)
queries = st.builds(EventQuery, ordering=st.sampled_from(Ordering), limit=st.integers(1, 5))


def _ids(pages: list[EventPage]) -> list[str]:
    return [event.id for page in pages for event in page.items]


@given(listings, queries)
def test_walking_forwards_visits_each_event_once_and_in_order(
    listing: Listing, query: EventQuery
) -> None:
    pages = listing.walk(listing.page(query), query, "next")

    everything = listing.page(EventQuery(ordering=query.ordering, limit=100))
    assert _ids(pages) == _ids([everything])


@given(listings, queries)
def test_walking_back_shows_the_same_pages_again(listing: Listing, query: EventQuery) -> None:
    forwards = listing.walk(listing.page(query), query, "next")

    backwards = listing.walk(forwards[-1], query, "previous")

    assert [page.items for page in backwards[::-1]] == [page.items for page in forwards]


@given(listings, queries)
def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after(
    listing: Listing, query: EventQuery
) -> None:
    forwards = listing.walk(listing.page(query), query, "next")
    backwards = listing.walk(forwards[-1], query, "previous")

    assert forwards[0].previous is None
    assert backwards[0].next is None
    assert backwards[-1].previous is None


cursors = st.builds(
    Cursor,
    place=st.integers(-1, 3).map(lambda h: EventPlace(event_time=NOON + h * HOUR, id="e05-gone")),
    backwards=st.booleans(),
)


@given(listings, queries, cursors)
def test_a_cursor_at_an_event_that_is_gone_repeats_and_skips_nothing(
    listing: Listing, query: EventQuery, cursor: Cursor[EventPlace]
) -> None:
    page = listing.page(EventQuery(ordering=query.ordering, limit=query.limit, cursor=cursor))
    assume(page.items)

    before, after = (listing.walk(page, query, side) for side in ("previous", "next"))

    everything = listing.page(EventQuery(ordering=query.ordering, limit=100))
    assert _ids([*before[:0:-1], *after]) == _ids([everything])


def test_a_page_that_holds_everything_has_no_neighbours() -> None:
    page = page_of(EventQuery(limit=2), (an_event("a"), an_event("b")))

    assert (page.next, page.previous) == (None, None)


def test_the_one_event_too_many_is_not_shown_but_linked_to() -> None:
    first, second = an_event("a"), an_event("b")

    page = page_of(EventQuery(limit=1), (first, second))

    assert page.items == (first,)
    assert page.next == Cursor(place=EventPlace(event_time=first.event_time, id="a"))


def test_an_empty_page_links_nowhere() -> None:
    cursor = Cursor(place=EventPlace(event_time=NOON, id="a"))

    page = page_of(EventQuery(cursor=cursor), ())

    assert (page.items, page.next, page.previous) == ((), None, None)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_query_checks_the_size_of_its_page(limit: int) -> None:
    with pytest.raises(InvalidInputError):
        EventQuery(limit=limit)


def test_a_search_of_200_characters_is_served() -> None:
    assert EventQuery(search="я" * 200).search == "я" * 200


def test_a_longer_search_is_invalid() -> None:
    with pytest.raises(InvalidInputError) as raised:
        EventQuery(search="я" * 201)

    assert raised.value.field == "q"
