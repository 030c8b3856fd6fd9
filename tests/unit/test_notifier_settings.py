"""How the notification service's adapters are built."""

from __future__ import annotations

from uuid import UUID

import pytest

from events_face_adapters.notifier import notifier_dialect

TOKEN = "s3cret"
OWNER = str(UUID(int=9))


def test_a_dialect_is_picked_by_name() -> None:
    assert notifier_dialect("v1", TOKEN, OWNER).name == "v1"
    assert notifier_dialect("v2", TOKEN).name == "v2"


def test_an_unknown_dialect_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'v0'.*v1, v2"):
        notifier_dialect("v0", TOKEN)


@pytest.mark.parametrize("owner", ["", "somebody"])
def test_v1_wants_an_owner(owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        notifier_dialect("v1", TOKEN, owner)


def test_a_token_with_a_line_feed_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="token") as caught:
        notifier_dialect("v2", f"{TOKEN}\r\n")
    assert TOKEN not in str(caught.value)


def test_the_token_is_in_no_representation() -> None:
    assert TOKEN not in repr(notifier_dialect("v1", TOKEN, OWNER))
    assert TOKEN not in repr(notifier_dialect("v2", TOKEN))
