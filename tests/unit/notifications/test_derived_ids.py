"""The id of a notification that is written at most once."""

from uuid import RFC_4122, UUID

from events_face_core.notifications import derived_id


def test_the_same_parts_give_the_same_id() -> None:
    assert derived_id("reminder-day", "booking", "1") == derived_id("reminder-day", "booking", "1")


def test_other_parts_give_another_id() -> None:
    ids = {
        derived_id("a", "b"),
        derived_id("b", "a"),
        derived_id("ab"),
        derived_id("a", "b", ""),
        derived_id("", "a", "b"),
        derived_id("a:1:b"),
    }

    assert len(ids) == 6


def test_it_is_a_uuid_as_notification_services_want_one() -> None:
    uuid = UUID(derived_id("reminder-day", "booking"))

    assert (uuid.version, uuid.variant) == (8, RFC_4122)
