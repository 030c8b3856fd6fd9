"""The admins' list, and one's own account, as they are read."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from attrs import evolve, frozen

from events_face_core.accounts import (
    Account,
    AccountNotFoundError,
    AccountPage,
    AccountPlace,
    AccountQueries,
    AccountQuery,
    LoginSession,
    Standing,
    page_of_accounts,
)
from events_face_core.kernel import SYSTEM, Actor, Cursor, InvalidInputError, Role
from unit.accounts.making import an_account
from unit.fakes import NOON, FakeClock

ANNA = Actor(id="anna", role=Role.USER)


@frozen
class FakeReads:
    account: Account | None

    async def find(self, account_id: str) -> Account | None:
        return self.account

    async def sessions(self, account_id: str, *, now: datetime) -> Sequence[LoginSession]:
        return ()

    async def page(self, query: AccountQuery) -> AccountPage:
        return page_of_accounts(query, ())

    async def standing_of_session(self, session_id: str) -> Standing | None:
        return None

    async def standing_of_identity(self, issuer: str, subject: str) -> Standing | None:
        return None


def _queries(account: Account | None) -> AccountQueries:
    return AccountQueries(reads=FakeReads(account), clock=FakeClock())


def _cursor(account_id: str, *, backwards: bool) -> Cursor[AccountPlace]:
    return Cursor(place=AccountPlace(created_at=NOON, id=account_id), backwards=backwards)


async def test_one_sees_ones_own_account() -> None:
    assert await _queries(an_account()).profile(ANNA) == an_account()
    assert await _queries(an_account()).sessions(ANNA) == ()


@pytest.mark.parametrize("account", [None, an_account().erased(NOON)])
async def test_an_account_that_is_gone_is_not_shown(account: Account | None) -> None:
    with pytest.raises(AccountNotFoundError):
        await _queries(account).profile(ANNA)


async def test_an_empty_list_has_no_neighbours() -> None:
    page = await _queries(None).users(SYSTEM, AccountQuery())

    assert (page.items, page.next, page.previous) == ((), None, None)


def test_one_account_too_many_tells_of_a_next_page() -> None:
    rows = tuple(an_account(id_) for id_ in "abc")

    page = page_of_accounts(AccountQuery(limit=2), rows)

    assert [account.id for account in page.items] == ["a", "b"]
    assert page.next == _cursor("b", backwards=False)
    assert page.previous is None


def test_a_page_that_is_read_backwards_is_shown_forwards() -> None:
    rows = tuple(an_account(id_) for id_ in "cba")
    query = AccountQuery(limit=2, cursor=_cursor("d", backwards=True))

    page = page_of_accounts(query, rows)

    assert [account.id for account in page.items] == ["b", "c"]
    assert page.next == _cursor("c", backwards=False)
    assert page.previous == _cursor("b", backwards=True)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_1_to_100_accounts(limit: int) -> None:
    with pytest.raises(InvalidInputError):
        AccountQuery(limit=limit)


def test_two_spellings_of_an_email_have_one_key() -> None:
    spellings = ["Anna@Example.com", " anna@example.com", "ＡＮＮＡ@example.com"]

    keys = {evolve(an_account(), email=email).email_key for email in spellings}

    assert keys == {"anna@example.com"}
