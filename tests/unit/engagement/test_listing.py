"""Pages of what people say."""

from datetime import timedelta

import pytest
from attrs import evolve, frozen

from events_face_core.engagement import (
    Comment,
    CommentPage,
    EngagementQueries,
    EventUnknownError,
    FavoritePage,
    Position,
    Rating,
    ReviewNotFoundError,
    ReviewPage,
    ReviewQuestion,
    ReviewStatus,
    ReviewThread,
    Window,
    page_of,
    position_of,
    position_of_review,
)
from events_face_core.kernel import (
    GUEST,
    Actor,
    Cursor,
    InvalidInputError,
    Page,
    SignInRequiredError,
)
from unit.engagement.making import ADMIN, ANNA, BORIS, EngagementHouse, a_review
from unit.fakes import NOON

COMMENTS = tuple(
    Comment(
        id=f"{number}",
        event_id="event",
        user_id=None,
        content="Да",
        created_at=NOON + timedelta(minutes=number),
    )
    for number in range(4)
)
HERE = Position(created_at=NOON, id="here")


@frozen
class FakeReads:
    """Reads of a house with one review."""

    house: EngagementHouse

    async def page(self, *asked: object) -> Page[object, Position]:
        return Page(items=asked, next=None, previous=None)

    async def find(self, review_id: str) -> ReviewThread | None:
        review = self.house.reviews.all.get(review_id)
        return None if review is None else ReviewThread(review=review)

    async def rating(self, event_id: str) -> Rating:
        return Rating()


def _queries(house: EngagementHouse) -> EngagementQueries:
    reads = FakeReads(house)
    return EngagementQueries(
        favorite_reads=reads,  # type: ignore[arg-type]  # it answers with the question
        review_reads=reads,  # type: ignore[arg-type]  # likewise
        comment_reads=reads,  # type: ignore[arg-type]  # likewise
        known_events=house.known_events,
    )


def _page(count: int, window: Window) -> CommentPage:
    return page_of(COMMENTS[:count], window, position_of)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_entries(limit: int) -> None:
    with pytest.raises(InvalidInputError):
        Window(limit=limit)


def test_what_fits_one_page_has_no_neighbours() -> None:
    page = _page(2, Window(limit=2))

    assert (page.items, page.next, page.previous) == (COMMENTS[:2], None, None)


def test_one_entry_too_many_tells_of_another_page() -> None:
    page = _page(3, Window(limit=2))

    assert page.items == COMMENTS[:2]
    assert page.next == Cursor(place=position_of(COMMENTS[1]))
    assert page.previous is None


def test_a_page_after_another_has_one_before_it() -> None:
    page = _page(2, Window(limit=2, cursor=Cursor(place=HERE)))

    assert (page.next, page.previous) == (
        None,
        Cursor(place=position_of(COMMENTS[0]), backwards=True),
    )


def test_a_page_that_was_read_backwards_is_turned_around() -> None:
    page = _page(3, Window(limit=2, cursor=Cursor(place=HERE, backwards=True)))

    assert page.items == (COMMENTS[1], COMMENTS[0])
    assert page.next == Cursor(place=position_of(COMMENTS[0]))
    assert page.previous == Cursor(place=position_of(COMMENTS[1]), backwards=True)


def test_beyond_the_end_there_is_nothing() -> None:
    page = _page(0, Window(cursor=Cursor(place=HERE)))

    assert (page.items, page.next, page.previous) == ((), None, None)


def test_a_review_stands_where_its_help_and_its_time_put_it() -> None:
    thread = ReviewThread(review=evolve(a_review(), helpful_count=7))

    assert position_of_review(thread) == Position(created_at=NOON, id="review", helpful_count=7)


async def test_people_see_their_own_favorites() -> None:
    page: FavoritePage = await _queries(EngagementHouse()).favorites(ANNA, Window(limit=7))

    assert page.items == ("anna", Window(limit=7))


async def test_guests_have_no_favorites_to_see() -> None:
    with pytest.raises(SignInRequiredError):
        await _queries(EngagementHouse()).favorites(GUEST, Window())


async def test_everybody_asks_for_reviews() -> None:
    question = ReviewQuestion(event_id="event")

    page: ReviewPage = await _queries(EngagementHouse()).reviews(question)

    assert page.items == (question,)


async def test_an_active_review_is_shown_to_everybody() -> None:
    house = EngagementHouse()
    review = house.put_review()

    assert await _queries(house).review("review", GUEST) == ReviewThread(review=review)


@pytest.mark.parametrize("viewer", [ANNA, ADMIN], ids=lambda actor: actor.id)
async def test_a_rejected_review_is_shown_to_its_author_and_to_admins(viewer: Actor) -> None:
    house = EngagementHouse()
    review = house.put_review(ReviewStatus.REJECTED)

    assert (await _queries(house).review("review", viewer)).review == review


@pytest.mark.parametrize("viewer", [GUEST, BORIS], ids=lambda actor: actor.id)
async def test_to_others_it_is_not_there(viewer: Actor) -> None:
    house = EngagementHouse()
    house.put_review(ReviewStatus.REJECTED)

    with pytest.raises(ReviewNotFoundError):
        await _queries(house).review("review", viewer)


async def test_an_unknown_review_is_not_found() -> None:
    with pytest.raises(ReviewNotFoundError):
        await _queries(EngagementHouse()).review("review", ADMIN)


async def test_the_comments_of_an_event_are_shown() -> None:
    page: CommentPage = await _queries(EngagementHouse()).comments("event", Window())

    assert page.items == ("event", Window())


async def test_an_unknown_event_has_no_discussion() -> None:
    with pytest.raises(EventUnknownError):
        await _queries(EngagementHouse()).comments("unknown", Window())
