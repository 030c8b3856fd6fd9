"""Who sends an access token, ours or another issuer's."""

import asyncio

import pytest
from attrs import evolve

from events_face_core.accounts import (
    AccessChanged,
    AccountRegistered,
    ChangeAccess,
    EmailTakenError,
    ForeignIdentity,
    Logout,
    SignedIn,
)
from events_face_core.kernel import SYSTEM, Actor, InvalidInputError, Role, SignInRequiredError
from unit.accounts.making import AccountHouse

IDENTITY = ForeignIdentity(
    issuer="https://id.example",
    subject="anna",
    email="anna@example.com",
    display_name="Анна",
    role=Role.ORGANIZER,
)


async def test_a_token_of_ours_tells_the_actor_and_the_session() -> None:
    house = AccountHouse()
    anna = house.put()
    pair = await house.sign_in()

    signed_in = await house.authenticate(pair.access_token)

    assert signed_in == SignedIn(actor=anna, session_id=house.session_of(pair).id)


async def test_the_role_is_the_one_that_the_account_has_by_now() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    await house.change_access(ChangeAccess(actor=SYSTEM, account_id="anna", role=Role.ADMIN))

    signed_in = await house.authenticate(pair.access_token)

    assert signed_in.actor == Actor(id="anna", role=Role.ADMIN)


async def test_a_session_that_ended_takes_its_access_tokens_with_it() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    await house.logout(Logout(refresh_token=pair.refresh_token))

    with pytest.raises(SignInRequiredError):
        await house.authenticate(pair.access_token)


async def test_a_token_of_a_session_that_is_somebody_elses_is_not_taken() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    grant, expires_at = house.tokens.issued[pair.access_token]
    house.tokens.issued["forged"] = (evolve(grant, account_id="boris"), expires_at)
    house.tokens.issued["lost"] = (evolve(grant, session_id="x"), expires_at)

    for token in ("forged", "lost"):
        with pytest.raises(SignInRequiredError):
            await house.authenticate(token)


async def test_whoever_another_issuer_vouches_for_has_an_account_at_first_sight() -> None:
    house = AccountHouse()
    house.put()
    house.tokens.foreign = IDENTITY

    first, again = [await house.authenticate("foreign") for _ in range(2)]

    account = house.accounts.all[first.actor.id]
    assert again == first == SignedIn(actor=first.actor, session_id="")
    assert (account.role, account.email) == (Role.ORGANIZER, "anna@example.com")
    assert (account.email_key, account.password_hash) == ("", None)
    assert len(house.messages(AccountRegistered)) == 1


async def test_many_requests_at_first_sight_make_one_account() -> None:
    house = AccountHouse()

    accounts = await asyncio.gather(*(house.provision(IDENTITY) for _ in range(5)))

    assert len({account.id for account in accounts}) == 1


async def test_whoever_loses_the_race_at_first_sight_takes_the_account_that_is_there() -> None:
    house = AccountHouse()
    there = await house.provision(IDENTITY)
    finds = iter([None, there])

    class Overtaken(type(house.accounts)):  # type: ignore[misc]
        async def find_by_identity(self, *_: str) -> object:
            return next(finds)

        async def add(self, account: object) -> None:
            raise EmailTakenError

    house.accounts = Overtaken(house.accounts.all)

    assert await house.provision(IDENTITY) == there


async def test_a_role_follows_the_token() -> None:
    house = AccountHouse()
    house.tokens.foreign = IDENTITY
    await house.authenticate("foreign")
    house.tokens.foreign = evolve(IDENTITY, role=Role.ADMIN)

    signed_in = await house.authenticate("foreign")

    assert signed_in.actor.role is Role.ADMIN
    assert len(house.messages(AccessChanged)) == 1


async def test_whoever_is_blocked_here_is_out_whoever_vouches() -> None:
    house = AccountHouse()
    house.tokens.foreign = IDENTITY
    signed_in = await house.authenticate("foreign")
    await house.change_access(
        ChangeAccess(actor=SYSTEM, account_id=signed_in.actor.id, blocked=True)
    )

    with pytest.raises(SignInRequiredError):
        await house.authenticate("foreign")


async def test_nobody_vouches_for_a_guest() -> None:
    with pytest.raises(InvalidInputError):
        await AccountHouse().provision(evolve(IDENTITY, role=Role.GUEST))
