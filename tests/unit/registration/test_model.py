"""Who may register, and what a registration tells of itself."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from events_face_core.kernel import InvalidInputError, email_address
from events_face_core.registration import (
    Cancelled,
    Confirmed,
    Pending,
    Reason,
    Rejected,
    State,
    Visitor,
)
from events_face_core.registration.model import seat_label
from unit.fakes import NOON
from unit.registration.making import a_registration

VALID = [
    "ivan@example.com",
    "i@example.com",
    "ivan.petrov+concert@mail.example.co.uk",
    "o'neil@example.com",
    "user_name-1@ex-ample.com",
    "!#$%&'*/=?^`{|}~@example.com",
    "123@123.com",
    "иван@пример.рф",
    "ivan@xn--e1afmkfd.xn--p1ai",
    "ivan@example.museum",
    f"{'i' * 64}@example.com",
    f"i@{'e' * 63}.com",
    f"i@{'.'.join(['e' * 60] * 4)}.example",
]
INVALID = [
    "",
    " ",
    "ivan",
    "@example.com",
    "ivan@",
    "ivan@@example.com",
    "ivan@petrov@example.com",
    "ivan@example",
    "ivan@localhost",
    "ivan@.com",
    "ivan@example.",
    "ivan@example..com",
    "ivan@example.c",
    "ivan@example.123",
    "ivan@192.168.0.1",
    "ivan@[192.168.0.1]",
    "ivan@-example.com",
    "ivan@example-.com",
    "ivan@_example.com",
    "ivan@exa mple.com",
    "ivan petrov@example.com",
    "ivan\t@example.com",
    "ivan@example.com\nbcc: all@example.com",
    "ivan@example.com\0",
    '"ivan petrov"@example.com',
    "Ivan <ivan@example.com>",
    "ivan(comment)@example.com",
    "ivan,petrov@example.com",
    "ivan;petrov@example.com",
    "ivan:petrov@example.com",
    "ivan\\petrov@example.com",
    ".ivan@example.com",
    "ivan.@example.com",
    "ivan..petrov@example.com",
    "mailto:ivan@example.com",
    f"{'i' * 65}@example.com",
    f"i@{'e' * 64}.com",
    f"i@{'.'.join(['e' * 60] * 4)}.examples.com",
]


@pytest.mark.parametrize("email", VALID)
def test_a_valid_address_is_taken_as_it_is(email: str) -> None:
    assert email_address(email) == email


@pytest.mark.parametrize("email", INVALID)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        email_address(email)

    assert raised.value.field == "email"


@given(st.emails())
def test_every_plain_address_of_the_standard_is_taken(email: str) -> None:
    assert email_address(email) == email


@given(st.text())
def test_any_text_is_either_an_address_or_refused(text: str) -> None:
    try:
        email = email_address(text)
    except InvalidInputError:
        return

    assert email_address(email) == email
    assert email.count("@") == 1


def test_an_address_is_trimmed() -> None:
    assert email_address("  ivan@example.com ") == "ivan@example.com"


def test_addresses_are_compared_without_case() -> None:
    upper, lower = (
        Visitor(first_name="И", last_name="П", email=email)
        for email in ("IVAN@Example.COM", "ivan@example.com")
    )

    assert upper.email_key == lower.email_key
    assert upper.email == "IVAN@Example.COM"


def test_names_are_trimmed() -> None:
    visitor = Visitor(first_name=" Иван ", last_name="\u00a0Петров", email="i@example.com")

    assert (visitor.first_name, visitor.last_name) == ("Иван", "Петров")


@pytest.mark.parametrize("name", ["", "  ", "я" * 101, "Ив\nан"])
@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_a_name_has_1_to_100_characters_on_one_line(field: str, name: str) -> None:
    names = {"first_name": "Иван", "last_name": "Петров", field: name}

    with pytest.raises(InvalidInputError) as raised:
        Visitor(**names, email="i@example.com")

    assert raised.value.field == field


def test_a_name_of_100_characters_is_taken() -> None:
    visitor = Visitor(first_name="я" * 100, last_name="я" * 100, email="i@example.com")

    assert visitor.first_name == "я" * 100


@pytest.mark.parametrize(("asked", "label"), [(None, None), (" A1 ", "A1"), ("A" * 50, "A" * 50)])
def test_a_seat_is_asked_for_by_its_label(asked: str | None, label: str | None) -> None:
    assert seat_label(asked) == label


@pytest.mark.parametrize("asked", ["", "  ", "A" * 51, "A\n1"])
def test_a_seat_without_a_label_on_one_line_is_refused(asked: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        seat_label(asked)

    assert raised.value.field == "seat"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (Pending(), ("pending", None, None, True)),
        (Confirmed(decided_at=NOON), ("confirmed", None, NOON, True)),
        (
            Rejected(decided_at=NOON, reason=Reason.SOLD_OUT),
            ("rejected", Reason.SOLD_OUT, NOON, False),
        ),
        (Cancelled(decided_at=NOON), ("cancelled", None, NOON, False)),
        (
            Cancelled(decided_at=NOON, reason=Reason.EVENT_CANCELLED),
            ("cancelled", Reason.EVENT_CANCELLED, NOON, False),
        ),
    ],
)
def test_a_registration_tells_how_it_stands(state: State, told: tuple[object, ...]) -> None:
    one = a_registration(state=state)

    assert (one.status, one.reason, one.decided_at, one.active) == told


def test_a_registration_remembers_how_it_was_accepted() -> None:
    accepted = a_registration()
    later = evolve(
        accepted, attempts=2, unanswered=1, ticket_id="t", state=Confirmed(decided_at=NOON)
    )

    assert later.as_accepted() == accepted
