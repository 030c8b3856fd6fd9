"""The contract of the ports ``Accounts`` and ``AccountReads``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from attrs import evolve

from contract.storage.making import DAY, INSTANT, SECOND, Storage, rolled_back
from events_face_core.accounts import (
    Account,
    AccountQuery,
    EmailTakenError,
    LastAdminError,
    Standing,
)
from events_face_core.kernel import Language, Role
from unit.fakes import NOON


def an_account(account_id: str = "anna", *, email: str | None = None) -> Account:
    return Account(
        id=account_id,
        email=f"{account_id}@example.com" if email is None else email,
        display_name="Анна",
        language=Language.ENGLISH,
        role=Role.USER,
        created_at=NOON + INSTANT,
        password_hash="hash",
    )


def vouched_for(account: Account) -> Account:
    return evolve(account, issuer="https://id.example", subject="anna")


async def put(storage: Storage, *accounts: Account) -> None:
    async with storage() as tx:
        for account in accounts:
            await tx.accounts.add(account)


async def _save(storage: Storage, account: Account) -> None:
    async with storage() as tx:
        await tx.accounts.save(account)


async def _find(storage: Storage, account_id: str = "anna") -> Account | None:
    async with storage() as tx:
        return await tx.accounts.find(account_id)


@pytest.mark.parametrize(
    "account",
    [
        an_account(),
        evolve(an_account(), role=Role.ADMIN, blocked=True, display_name=None),
        vouched_for(evolve(an_account(), role=Role.ORGANIZER, password_hash=None)),
        an_account().erased(NOON + DAY),
    ],
)
async def test_an_account_is_found_as_it_was_added_and_saved(
    storage: Storage, account: Account
) -> None:
    await put(storage, account)
    added = await _find(storage)
    changed = evolve(account, language=Language.RUSSIAN, blocked=not account.blocked)
    await _save(storage, changed)

    assert added == account
    assert await _find(storage) == changed
    assert await storage.account_reads.find("anna") == changed


async def test_an_unknown_account_is_not_found(storage: Storage) -> None:
    async with storage() as tx:
        assert await tx.accounts.find("x") is None
        assert await tx.accounts.look("x") is None
        assert await tx.accounts.find_by_email("x") is None
        assert await tx.accounts.find_by_identity("x", "x") is None


async def test_an_account_is_found_by_the_key_of_its_email(storage: Storage) -> None:
    account = an_account(email="Anna@Example.COM")
    await put(storage, account)

    async with storage() as tx:
        assert await tx.accounts.find_by_email("anna@example.com") == account
        assert await tx.accounts.look_by_email("anna@example.com") == account
        assert await tx.accounts.find_by_email("Anna@Example.COM") is None


async def test_an_account_is_found_by_its_name_at_its_issuer(storage: Storage) -> None:
    account = vouched_for(an_account())
    await put(storage, account)

    async with storage() as tx:
        assert await tx.accounts.find_by_identity("https://id.example", "anna") == account
        assert await tx.accounts.find_by_identity("https://other", "anna") is None
        assert await tx.accounts.find_by_email("anna@example.com") is None


async def test_an_empty_key_finds_nobody(storage: Storage) -> None:
    await put(storage, an_account().erased(NOON), vouched_for(an_account("two")))

    async with storage() as tx:
        assert await tx.accounts.find_by_email("") is None
        assert await tx.accounts.look_by_email("") is None
        assert await tx.accounts.find_by_identity("", "") is None


async def test_an_email_is_taken_once_and_free_after_its_owner_left(storage: Storage) -> None:
    account = an_account()
    await put(storage, account)

    with pytest.raises(EmailTakenError):
        await put(storage, an_account("two", email="ANNA@example.com"))
    await _save(storage, account.erased(NOON))
    await put(storage, an_account("three", email="anna@example.com"))

    assert await _find(storage, "two") is None


async def test_an_email_that_another_issuer_tells_takes_nothing(storage: Storage) -> None:
    foreign = vouched_for(an_account("foreign", email="anna@example.com"))
    await put(storage, foreign, an_account())

    with pytest.raises(EmailTakenError):
        await put(storage, evolve(foreign, id="twin"))


async def test_many_who_were_deleted_do_not_stand_in_each_others_way(storage: Storage) -> None:
    await put(storage, *(an_account(f"a{number}").erased(NOON) for number in range(3)))

    assert await _find(storage, "a2") is not None


async def test_of_many_at_once_with_one_email_exactly_one_gets_in(
    storage: Storage, other: Storage
) -> None:
    outcomes = await asyncio.gather(
        *(
            put(one, an_account(f"a{number}", email="anna@example.com"))
            for number, one in enumerate([storage, other] * 10)
        ),
        return_exceptions=True,
    )

    assert outcomes.count(None) == 1
    assert {type(outcome) for outcome in outcomes} == {type(None), EmailTakenError}


async def test_an_account_of_a_transaction_that_fails_is_not_there(storage: Storage) -> None:
    await rolled_back(storage, lambda tx: tx.accounts.add(an_account()))

    assert await _find(storage) is None
    await put(storage, an_account())


async def test_only_admins_in_force_are_active(storage: Storage) -> None:
    admin = evolve(an_account("b"), role=Role.ADMIN)
    await put(
        storage,
        admin,
        evolve(admin, id="a", email="a@x.org"),
        evolve(admin, id="blocked", email="b@x.org", blocked=True),
        evolve(admin, id="gone", email="").erased(NOON),
        an_account("user"),
    )

    async with storage() as tx:
        assert list(await tx.accounts.active_admins()) == ["a", "b"]


async def test_two_admins_who_dismiss_each_other_leave_one(
    storage: Storage, other: Storage
) -> None:
    admins = [evolve(an_account(name), role=Role.ADMIN) for name in ("a", "b")]
    await put(storage, *admins)

    async def dismiss(dismissing: Storage, leaving: Account) -> None:
        async with dismissing() as tx:
            active: Sequence[str] = await tx.accounts.active_admins()
            if list(active) == [leaving.id]:
                raise LastAdminError
            await asyncio.sleep(0.01)
            await tx.accounts.save(evolve(leaving, role=Role.USER))

    outcomes = await asyncio.gather(
        dismiss(storage, admins[0]), dismiss(other, admins[1]), return_exceptions=True
    )

    assert sorted(map(repr, outcomes)) == sorted([repr(LastAdminError()), "None"])


async def _page(storage: Storage, query: AccountQuery) -> list[str]:
    return [account.id for account in (await storage.account_reads.page(query)).items]


async def test_accounts_are_paged_in_the_order_of_their_creation(storage: Storage) -> None:
    ages = {"e": 0, "d": 1, "c": 1, "b": 2, "a": 3}
    await put(
        storage,
        *(evolve(an_account(id_), created_at=NOON + age * SECOND) for id_, age in ages.items()),
        evolve(an_account("gone"), created_at=NOON).erased(NOON),
    )
    reads = storage.account_reads

    first = await reads.page(AccountQuery(limit=2))
    second = await reads.page(AccountQuery(limit=2, cursor=first.next))
    third = await reads.page(AccountQuery(limit=2, cursor=second.next))
    back = await reads.page(AccountQuery(limit=2, cursor=third.previous))

    pages = [[account.id for account in page.items] for page in (first, second, third, back)]
    assert pages == [["e", "c"], ["d", "b"], ["a"], ["d", "b"]]
    assert (first.previous, third.next) == (None, None)
    assert back.next is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AccountQuery(search="ANNA"), ["anna"]),
        (AccountQuery(search="example"), ["anna", "boris"]),
        (AccountQuery(search="%"), []),
        (AccountQuery(search="_"), []),
        (AccountQuery(search="!"), []),
        (AccountQuery(search="п"), ["пётр"]),
        (AccountQuery(role=Role.ORGANIZER), ["boris"]),
        (AccountQuery(search="anna", role=Role.ORGANIZER), []),
    ],
)
async def test_accounts_are_found_by_a_part_of_the_email_and_by_role(
    storage: Storage, query: AccountQuery, found: list[str]
) -> None:
    await put(
        storage,
        an_account(),
        evolve(an_account("boris"), role=Role.ORGANIZER),
        an_account("пётр", email="Пётр@пример.рф"),
    )

    assert await _page(storage, query) == found


async def test_how_an_account_of_another_issuer_stands_is_told(storage: Storage) -> None:
    await put(storage, vouched_for(evolve(an_account(), blocked=True, role=Role.ADMIN)))
    reads = storage.account_reads

    assert await reads.standing_of_identity("https://id.example", "anna") == Standing(
        account_id="anna", role=Role.ADMIN, in_force=False
    )
    assert await reads.standing_of_identity("https://id.example", "boris") is None
