"""The limits of a page."""

import pytest

from events_face_core.kernel import Cursor, InvalidInputError, check_limit


@pytest.mark.parametrize("limit", [1, 2, 20, 99, 100])
def test_a_page_of_1_to_100_items_is_served(limit: int) -> None:
    assert check_limit(limit) == limit


@pytest.mark.parametrize("limit", [-1, 0, 101, 10**9])
def test_any_other_page_is_invalid(limit: int) -> None:
    with pytest.raises(InvalidInputError) as raised:
        check_limit(limit)

    assert raised.value.field == "limit"


def test_a_cursor_reads_forwards_unless_told_otherwise() -> None:
    cursor = Cursor(place="here")

    assert cursor.backwards is False


def test_a_cursor_takes_no_direction_but_true_or_false() -> None:
    with pytest.raises(TypeError):
        Cursor(place="here", backwards="yes")  # type: ignore[arg-type]
