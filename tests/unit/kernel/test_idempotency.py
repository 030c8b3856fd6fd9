"""A client's promise that two calls are one."""

import pytest

from events_face_core.kernel import (
    FirstUse,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    InvalidInputError,
)


@pytest.mark.parametrize("value", ["1", "k" * 255, "ключ", "a b"])
def test_a_key_has_1_to_255_printable_characters(value: str) -> None:
    assert IdempotencyKey(value=value, fingerprint="f").value == value


@pytest.mark.parametrize("value", ["", "k" * 256, "a\nb", "\0"])
def test_any_other_key_is_invalid(value: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        IdempotencyKey(value=value, fingerprint="f")

    assert raised.value.field == "Idempotency-Key"


def test_a_repeated_request_is_answered_with_what_the_first_made() -> None:
    first_use = FirstUse(fingerprint="f", resource_id="registration")

    answer = first_use.answer_to(IdempotencyKey(value="k", fingerprint="f"))

    assert answer == "registration"


def test_another_request_with_the_key_is_refused() -> None:
    first_use = FirstUse(fingerprint="f", resource_id="registration")

    with pytest.raises(IdempotencyKeyReusedError):
        first_use.answer_to(IdempotencyKey(value="k", fingerprint="g"))
