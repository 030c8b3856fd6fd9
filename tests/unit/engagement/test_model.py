"""The rules of what people say of events."""

import pytest

from events_face_core.engagement import Rating, ReviewStatus, rating_from
from events_face_core.engagement.model import optional_text, plain_text, rating_of
from events_face_core.kernel import GUEST, InvalidInputError
from unit.engagement.making import ADMIN, ANNA, BORIS, OWNER, a_review


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "<script>alert('x')</script>",
        "&lt;b&gt; %s {0} $1 '; DROP TABLE review; --",
        "  первая строка\n\tвторая \n",
        "👩‍👩‍👧 李",
        "я" * 5000,
    ],
)
def test_a_text_is_kept_exactly_as_it_was_given(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "\u200b", "a\0", "a\r\n", "a\x1b[0m", "\u202eabc", "\u2028", "я" * 5001],
)
def test_what_is_empty_too_long_or_no_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        plain_text(text)

    assert caught.value.field == "content"


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_review_needs_no_text(nothing: str | None) -> None:
    assert optional_text(nothing) is None


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5])
def test_a_rating_is_from_one_to_five(rating: int) -> None:
    assert rating_of(rating) == rating


@pytest.mark.parametrize("rating", [-1, 0, 6, 2**40])
def test_any_other_rating_is_refused(rating: int) -> None:
    with pytest.raises(InvalidInputError):
        rating_of(rating)


@pytest.mark.parametrize("status", [ReviewStatus.PENDING, ReviewStatus.REJECTED])
def test_a_review_that_is_not_active_is_for_its_author_and_admins(status: ReviewStatus) -> None:
    review = a_review(status=status)

    seeing = [actor for actor in (GUEST, BORIS, OWNER, ANNA, ADMIN) if review.visible_to(actor)]

    assert seeing == [ANNA, ADMIN]


def test_an_active_review_is_for_everybody() -> None:
    assert a_review().visible_to(GUEST)


def test_a_review_of_a_deleted_account_is_nobodys() -> None:
    assert not a_review(user_id=None).written_by(GUEST)


def test_the_average_has_two_decimals() -> None:
    assert rating_from(11, 3) == Rating(average=3.67, count=3)


def test_without_reviews_there_is_no_average() -> None:
    assert rating_from(0, 0) == Rating(average=None, count=0)
