"""Whoever asks to reset a password is sent a link."""

from collections.abc import Mapping

import pytest

from events_face_core.accounts import (
    AccountNotFoundError,
    ConfirmPasswordReset,
    LoggedOutEverywhere,
    PasswordResetRequested,
    RequestPasswordReset,
)
from events_face_core.kernel import Language
from events_face_core.notifications import Fact, NotificationWriter
from events_face_core.processes import SendResetLink
from unit.accounts.making import OTHER, AccountHouse


class FakeTexts:
    def text(self, template: str, language: str, facts: Mapping[str, Fact]) -> str:
        return f"{template} {language} {facts['link']}"


def _process(house: AccountHouse, public_url: str = "https://events.example") -> SendResetLink:
    writer = NotificationWriter(texts=FakeTexts(), ids=house.ids, clock=house.clock)
    return SendResetLink(
        writer=writer, secrets=house.secrets, clock=house.clock, public_url=public_url
    )


@pytest.mark.parametrize("public_url", ["https://events.example", "https://events.example/"])
async def test_the_owner_is_sent_a_link_that_sets_a_password(public_url: str) -> None:
    house = AccountHouse()
    house.put(language=Language.ENGLISH)
    house.reactions[PasswordResetRequested.name] = _process(house, public_url)

    await house.request_reset(RequestPasswordReset(email="anna@example.com"))

    (notification,) = house.notifications.all.values()
    beginning, _, token = notification.message.partition("?token=")
    assert beginning == "password-reset en https://events.example/password-reset"
    assert (notification.email, notification.reference_id) == ("anna@example.com", "anna")
    assert token not in repr([row.message for row in house.outbox.all.values()])
    await house.confirm_reset(ConfirmPasswordReset(token=token, password=OTHER))


async def test_there_is_no_link_for_an_account_that_is_gone() -> None:
    house = AccountHouse()

    with pytest.raises(AccountNotFoundError):
        await _process(house)(house, PasswordResetRequested(actor_id="", account_id="x"))


async def test_another_message_is_none_of_its_business() -> None:
    house = AccountHouse()

    with pytest.raises(TypeError):
        await _process(house)(house, LoggedOutEverywhere(actor_id="", account_id="x"))
