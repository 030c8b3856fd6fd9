"""Signing up, and accounts that others make."""

import asyncio

import pytest

from events_face_core.accounts import (
    AccountRegistered,
    AttemptsThrottled,
    CreateAccount,
    EmailTakenError,
    Register,
    make_limits,
)
from events_face_core.kernel import (
    GUEST,
    SYSTEM,
    Actor,
    ForbiddenError,
    IdempotencyKey,
    IdempotencyKeyReusedError,
    InvalidInputError,
    Language,
    Role,
    SignInRequiredError,
    ThrottledError,
)
from unit.accounts.making import OTHER, PASSWORD, AccountHouse

KEY = IdempotencyKey(value="key", fingerprint="f")


def _register(email: str = "Anna@Example.com", password: str = PASSWORD) -> Register:
    return Register(email=email, password=password)


async def test_whoever_signs_up_becomes_a_user() -> None:
    house = AccountHouse()

    account = await house.register(
        Register(
            email=" Anna@Example.com ",
            password=PASSWORD,
            display_name=" Анна ",
            language=Language.ENGLISH,
        )
    )

    assert house.accounts.all == {account.id: account}
    assert (account.email, account.email_key) == ("Anna@Example.com", "anna@example.com")
    assert (account.display_name, account.language) == ("Анна", Language.ENGLISH)
    assert (account.role, account.password_hash) == (Role.USER, PASSWORD[::-1])


async def test_signing_up_is_told_once_with_ids_only() -> None:
    house = AccountHouse()

    account = await house.register(_register())

    (act,) = house.messages(AccountRegistered)
    assert act == AccountRegistered(actor_id=account.id, account_id=account.id, role="user")
    assert (act.entity, act.entity_id) == ("account", account.id)


async def test_an_email_is_taken_in_every_spelling() -> None:
    house = AccountHouse()
    await house.register(_register())

    with pytest.raises(EmailTakenError):
        await house.register(_register("ANNA@EXAMPLE.COM"))

    assert len(house.accounts.all) == 1


async def test_every_mistake_is_named_at_once() -> None:
    wish = Register(email="anna", password="short", display_name="\x00")

    with pytest.raises(InvalidInputError) as refused:
        await AccountHouse().register(wish)

    fields = [refused.value.field, *(other.field for other in refused.value.others)]
    assert fields == ["email", "password", "display_name"]


@pytest.mark.parametrize(
    "password",
    [
        "a" * 11,
        "a" * 129,
        "twelve chars\n",
        "my ANNA@example.com!",
    ],
)
async def test_a_password_that_breaks_a_rule_is_refused(password: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await AccountHouse().register(_register(password=password))

    assert refused.value.field == "password"


@pytest.mark.parametrize("length", [12, 128])
async def test_a_password_may_have_12_to_128_characters(length: int) -> None:
    house = AccountHouse()

    await house.register(_register(password="x" * length))

    assert len(house.accounts.all) == 1


async def test_a_common_password_is_refused() -> None:
    house = AccountHouse()
    house.passwords.common.add(PASSWORD)

    with pytest.raises(InvalidInputError, match="too easy to guess"):
        await house.register(_register())


async def test_the_same_call_with_the_same_key_returns_the_first_account() -> None:
    house = AccountHouse()
    wish = Register(email="anna@example.com", password=PASSWORD, idempotency_key=KEY)

    first, again = await house.register(wish), await house.register(wish)

    assert again == first
    assert len(house.messages(AccountRegistered)) == 1


async def test_the_same_key_with_another_password_is_another_request() -> None:
    house = AccountHouse()
    await house.register(Register(email="anna@example.com", password=PASSWORD, idempotency_key=KEY))

    with pytest.raises(IdempotencyKeyReusedError):
        await house.register(
            Register(email="anna@example.com", password=OTHER, idempotency_key=KEY)
        )


async def test_two_calls_with_one_key_at_once_make_one_account() -> None:
    house = AccountHouse()
    wish = Register(email="anna@example.com", password=PASSWORD, idempotency_key=KEY)

    one, other = await asyncio.gather(house.register(wish), house.register(wish))

    assert house.accounts.all == {one.id: one}
    assert other == one


async def test_too_many_sign_ups_from_one_address_are_throttled() -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=0, signups_per_hour=2))
    for number in range(2):
        await house.register(Register(email=f"a{number}@x.org", password=PASSWORD, address="one"))

    with pytest.raises(ThrottledError) as throttled:
        await house.register(Register(email="c@x.org", password=PASSWORD, address="one"))
    await house.register(Register(email="d@x.org", password=PASSWORD, address="two"))

    assert throttled.value.retry_after.total_seconds() == 3600
    assert len(house.accounts.all) == 3
    assert house.messages(AttemptsThrottled) == [
        AttemptsThrottled(actor_id="", account_id="", limit="signup")
    ]


@pytest.mark.parametrize("role", [Role.USER, Role.ORGANIZER, Role.ADMIN])
async def test_an_operator_makes_accounts_of_every_role(role: Role) -> None:
    house = AccountHouse()

    account = await house.create(
        CreateAccount(actor=SYSTEM, email="a@x.org", password=PASSWORD, role=role)
    )

    assert house.accounts.all[account.id].role is role
    assert house.messages(AccountRegistered)[0].actor_id == "system"


async def test_nobody_is_made_a_guest() -> None:
    with pytest.raises(InvalidInputError):
        await AccountHouse().create(
            CreateAccount(actor=SYSTEM, email="a@x.org", password=PASSWORD, role=Role.GUEST)
        )


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (GUEST, SignInRequiredError),
        (Actor(id="u", role=Role.USER), ForbiddenError),
        (Actor(id="o", role=Role.ORGANIZER), ForbiddenError),
    ],
)
async def test_only_admins_make_accounts_for_others(actor: Actor, error: type[Exception]) -> None:
    house = AccountHouse()

    with pytest.raises(error):
        await house.create(
            CreateAccount(actor=actor, email="a@x.org", password=PASSWORD, role=Role.USER)
        )

    assert house.accounts.all == {}


async def test_a_password_is_not_the_name_in_the_email() -> None:
    with pytest.raises(InvalidInputError, match="must not contain the email"):
        await AccountHouse().register(
            Register(email="anna.ivanova.1990@example.com", password="Anna.Ivanova.1990")
        )


async def test_a_password_may_hold_a_name_that_is_in_the_email() -> None:
    house = AccountHouse()

    await house.register(_register(password="anna and a tractor"))

    assert len(house.accounts.all) == 1
