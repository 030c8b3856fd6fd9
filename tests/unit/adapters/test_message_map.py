"""The table of messages."""

from __future__ import annotations

import json
from typing import ClassVar

import msgspec
import pytest
from attrs import frozen

from events_face_adapters.storage.messages import MessageMap, Reaction, UnmappedMessageError
from events_face_core.kernel import Message


@frozen(kw_only=True)
class Happened(Message):
    name: ClassVar[str] = "it.happened"

    text: str
    count: int = 0


@frozen(kw_only=True)
class HappenedLater(Message):
    name: ClassVar[str] = "it.happened"
    version: ClassVar[int] = 2

    words: str


@frozen(kw_only=True)
class Other(Message):
    name: ClassVar[str] = "other"


BOTH = MessageMap(types=(Happened, HappenedLater), delivered=frozenset({"it.happened"}))


async def _react(_: object, __: Message) -> None:
    """Do nothing."""


@pytest.mark.parametrize("message", [Happened(text="«да» \"'\\\n", count=2), Happened(text="")])
def test_a_message_is_decoded_as_it_was_encoded(message: Happened) -> None:
    assert BOTH.decode("it.happened", 1, BOTH.encode(message)) == message


def test_a_payload_is_plain_json_of_the_fields() -> None:
    payload = BOTH.encode(Happened(text="да", count=2))

    assert json.loads(payload) == {"text": "да", "count": 2}


def test_each_version_is_decoded_as_itself() -> None:
    assert BOTH.decode("it.happened", 2, '{"words":"да"}') == HappenedLater(words="да")


def test_a_field_that_came_later_takes_its_default() -> None:
    assert BOTH.decode("it.happened", 1, '{"text":"да"}') == Happened(text="да", count=0)


@pytest.mark.parametrize(("name", "version"), [("it.happened", 3), ("other", 1)])
def test_an_unknown_name_or_version_is_not_decoded(name: str, version: int) -> None:
    with pytest.raises(UnmappedMessageError, match=f"{name} v{version} is not mapped"):
        BOTH.decode(name, version, "{}")


@pytest.mark.parametrize("payload", ["{}", '{"text":1}', "[]", '{"text":"a","count":"b"}'])
def test_fields_of_another_shape_are_not_decoded(payload: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        BOTH.decode("it.happened", 1, payload)


def test_a_message_of_the_map_is_known() -> None:
    BOTH.check_known(Happened(text=""))


def test_a_message_that_is_not_in_the_map_is_refused() -> None:
    with pytest.raises(UnmappedMessageError, match="other v1 is not mapped"):
        BOTH.check_known(Other())


@pytest.mark.parametrize(
    ("reactions", "delivered"),
    [({"nothing": (_react,)}, frozenset()), ({}, frozenset({"nothing"}))],
)
def test_nothing_can_be_mapped_for_an_unknown_name(
    reactions: dict[str, tuple[Reaction, ...]], delivered: frozenset[str]
) -> None:
    with pytest.raises(UnmappedMessageError, match="no message is called nothing"):
        MessageMap(types=(Happened,), reactions=reactions, delivered=delivered)


def test_what_is_delivered_may_wait_in_an_outbox() -> None:
    BOTH.check_deliverable([("it.happened", 1), ("it.happened", 2)])


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ([("it.happened", 3)], "it.happened v3"),
        ([("unknown", 1)], "unknown v1"),
        ([("b", 1), ("it.happened", 1), ("a", 2)], "a v2, b v1"),
    ],
)
def test_what_nobody_delivers_may_not_wait_in_an_outbox(
    stored: list[tuple[str, int]], named: str
) -> None:
    with pytest.raises(UnmappedMessageError, match=f"without a handler: {named}$"):
        BOTH.check_deliverable(stored)


def test_a_known_message_that_is_not_delivered_may_not_wait_either() -> None:
    messages = MessageMap(types=(Happened, Other), delivered=frozenset({"it.happened"}))

    with pytest.raises(UnmappedMessageError, match="other v1"):
        messages.check_deliverable([("other", 1)])
