"""Signing in, staying in, signing out."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from events_face_core.accounts import (
    AttemptsThrottled,
    EndSession,
    InvalidCredentialsError,
    InvalidRefreshTokenError,
    LoggedIn,
    LoggedOut,
    LoggedOutEverywhere,
    Login,
    LoginFailed,
    Logout,
    LogoutEverywhere,
    Refresh,
    SessionNotFoundError,
    SessionRefreshed,
    TokenReused,
    TokenReusedError,
    make_limits,
)
from events_face_core.accounts.tokens import Fate, fate_of, make_token, parse_token
from events_face_core.accounts.usecases.login import MOST_SESSIONS
from events_face_core.kernel import GUEST, SignInRequiredError, ThrottledError
from unit.accounts.making import (
    ACCESS_TTL,
    OTHER,
    PASSWORD,
    REFRESH_TTL,
    AccountHouse,
)
from unit.fakes import NOON

ANNA = Login(email="anna@example.com", password=PASSWORD, client="Fire\nfox " * 100)


async def test_whoever_knows_the_password_is_given_a_session() -> None:
    house = AccountHouse()
    house.put()

    pair = await house.login(evolve(ANNA, email=" ANNA@example.com"))

    session = house.session_of(pair)
    assert pair.expires_in == ACCESS_TTL
    assert (session.account_id, session.expires_at) == ("anna", NOON + REFRESH_TTL)
    assert len(session.client) <= 200
    assert "\n" not in session.client
    assert house.messages(LoggedIn) == [
        LoggedIn(actor_id="anna", account_id="anna", session_id=session.id)
    ]


async def test_with_too_many_sessions_the_one_that_was_used_longest_ago_ends() -> None:
    house = AccountHouse()
    house.put()
    first, second = await house.login(ANNA), await house.login(ANNA)
    house.clock.forward(minutes=1)
    first = await house.refresh(Refresh(refresh_token=first.refresh_token))
    for _ in range(MOST_SESSIONS - 2):
        await house.login(ANNA)
    full = [one for one in house.login_sessions.all.values() if one.revoked_at is None]

    await house.login(ANNA)

    ended = house.session_of(second)
    good = [one for one in house.login_sessions.all.values() if one.revoked_at is None]
    assert (len(full), len(good)) == (MOST_SESSIONS, MOST_SESSIONS)
    assert house.session_of(first) in good
    assert house.messages(LoggedOut) == [
        LoggedOut(actor_id="anna", account_id="anna", session_id=ended.id)
    ]


async def test_the_tokens_are_stored_nowhere() -> None:
    house = AccountHouse()
    house.put()

    pair = await house.sign_in()

    session = house.session_of(pair)
    assert pair.refresh_token.split(".")[1] not in repr(house.login_sessions.all)
    assert session.token_hash not in pair.refresh_token
    assert "secret" not in repr(pair)


@pytest.mark.parametrize("changes", [{"blocked": True}, {"password_hash": None}])
async def test_whoever_may_not_sign_in_is_told_what_everybody_is(
    changes: dict[str, Any],
) -> None:
    house = AccountHouse()
    house.put(**changes)

    with pytest.raises(InvalidCredentialsError):
        await house.login(ANNA)

    assert house.messages(LoginFailed) == [LoginFailed(actor_id="", account_id="anna")]


@pytest.mark.parametrize(
    ("login", "account_id"),
    [
        (evolve(ANNA, password=OTHER), "anna"),
        (evolve(ANNA, email="nobody@example.com"), ""),
        (evolve(ANNA, email=""), ""),
        (evolve(ANNA, email="anna@example.com\x00"), ""),
    ],
)
async def test_a_wrong_password_and_an_unknown_email_cost_one_check_each(
    login: Login, account_id: str
) -> None:
    house = AccountHouse()
    house.put()

    with pytest.raises(InvalidCredentialsError):
        await house.login(login)

    assert len(house.passwords.checked) == 1
    assert house.messages(LoginFailed) == [LoginFailed(actor_id="", account_id=account_id)]
    assert house.login_sessions.all == {}


async def test_a_weak_hash_is_replaced_at_the_next_login() -> None:
    house = AccountHouse()
    house.put()
    house.passwords.outdated = True

    await house.login(ANNA)

    assert house.accounts.all["anna"].password_hash == "new:" + PASSWORD[::-1]


async def test_two_logins_at_once_that_replace_a_hash_both_succeed() -> None:
    house = AccountHouse()
    house.put()
    house.passwords.outdated = True

    await asyncio.gather(house.login(ANNA), house.login(ANNA))

    assert len(house.login_sessions.all) == 2


async def test_whoever_is_blocked_while_the_password_is_checked_is_not_let_in() -> None:
    house = AccountHouse()
    house.put()
    check = house.passwords.check
    blocked = evolve(house.accounts.all["anna"], blocked=True)

    class Slow(type(house.passwords)):  # type: ignore[misc]
        async def check(self, password: str, password_hash: str | None) -> object:
            verdict = await check(password, password_hash)
            house.accounts.all["anna"] = blocked
            return verdict

    house.passwords = Slow(house)
    with pytest.raises(InvalidCredentialsError):
        await house.login(ANNA)

    assert house.login_sessions.all == {}


@pytest.mark.parametrize(("email", "tries"), [("anna@example.com", 3), ("a{}@example.com", 9)])
async def test_logins_are_throttled_for_each_account_and_each_address(
    email: str, tries: int
) -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=3, signups_per_hour=0))
    for number in range(tries):
        with pytest.raises(InvalidCredentialsError):
            await house.login(Login(email=email.format(number), password=OTHER, address="one"))
    house.clock.forward(seconds=20)

    with pytest.raises(ThrottledError) as throttled:
        await house.login(Login(email=email.format("x"), password=OTHER, address="one"))

    assert throttled.value.retry_after == timedelta(seconds=40)
    assert not any("anna" in key for key in house.attempts.all)


@pytest.mark.parametrize(
    ("email", "tries", "limit", "account_id"),
    [
        ("anna@example.com", 3, "login", "anna"),
        ("nobody@example.com", 3, "login", ""),
        ("a{}@example.com", 9, "login-address", ""),
    ],
)
async def test_throttling_is_told_once_in_its_span(
    email: str, tries: int, limit: str, account_id: str
) -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=3, signups_per_hour=0))
    house.put()

    for number in range(tries + 3):
        with pytest.raises((InvalidCredentialsError, ThrottledError)):
            await house.login(Login(email=email.format(number), password=OTHER, address="one"))

    assert house.messages(AttemptsThrottled) == [
        AttemptsThrottled(actor_id="", account_id=account_id, limit=limit)
    ]


async def test_throttling_in_the_next_span_is_told_again() -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=1, signups_per_hour=0))

    for _ in range(2):
        for _ in range(2):
            with pytest.raises((InvalidCredentialsError, ThrottledError)):
                await house.login(ANNA)
        house.clock.forward(minutes=1)

    assert len(house.messages(AttemptsThrottled)) == 2


# Refreshing


async def test_a_refresh_token_is_exchanged_for_another_with_a_new_lease_of_life() -> None:
    house = AccountHouse()
    house.put()
    first = await house.sign_in()
    house.clock.forward(days=29)

    second = await house.refresh(Refresh(refresh_token=first.refresh_token))

    session = house.session_of(second)
    assert second.refresh_token != first.refresh_token
    assert session.expires_at == house.clock.now() + REFRESH_TTL
    assert house.messages(SessionRefreshed) == [
        SessionRefreshed(actor_id="anna", account_id="anna", session_id=session.id)
    ]


async def test_the_same_token_gives_the_same_next_one_for_ten_seconds() -> None:
    house = AccountHouse()
    house.put()
    first = Refresh(refresh_token=(await house.sign_in()).refresh_token)
    second = await house.refresh(first)
    house.clock.forward(seconds=9.999)

    again = await house.refresh(first)

    assert again.refresh_token == second.refresh_token
    assert len(house.messages(SessionRefreshed)) == 1


async def test_a_token_that_comes_back_after_ten_seconds_ends_the_session_once() -> None:
    house = AccountHouse()
    house.put()
    first = Refresh(refresh_token=(await house.sign_in()).refresh_token)
    second = await house.refresh(first)
    house.clock.forward(seconds=10)

    for _ in range(2):
        with pytest.raises(TokenReusedError):
            await house.refresh(first)
    with pytest.raises(InvalidRefreshTokenError):
        await house.refresh(Refresh(refresh_token=second.refresh_token))

    assert len(house.messages(TokenReused)) == 1


async def test_many_at_once_with_one_token_are_given_the_same_next_one() -> None:
    house = AccountHouse()
    house.put()
    first = Refresh(refresh_token=(await house.sign_in()).refresh_token)

    pairs = await asyncio.gather(*(house.refresh(first) for _ in range(5)))

    assert len({pair.refresh_token for pair in pairs}) == 1


async def test_whoever_loses_the_race_for_a_rotation_reads_again() -> None:
    house = AccountHouse()
    house.put()
    first = Refresh(refresh_token=(await house.sign_in()).refresh_token)
    winner = await house.refresh(first)
    rotated = dict(house.login_sessions.all)
    (session,) = rotated.values()
    before = evolve(
        session, token_hash=session.previous_hash, previous_hash="", seed="", refreshed_at=NOON
    )
    looks = iter([before, session])

    class Overtaken(type(house.login_sessions)):  # type: ignore[misc]
        async def look(self, _: str) -> object:
            return next(looks)

    house.login_sessions = Overtaken(rotated)
    pair = await house.refresh(first)

    assert pair.refresh_token == winner.refresh_token


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "a.b.c.d", "ё.b.c", "\x00.b.c"])
async def test_a_token_of_nobody_is_refused(token: str) -> None:
    with pytest.raises(InvalidRefreshTokenError):
        await AccountHouse().refresh(Refresh(refresh_token=token))


async def test_a_token_made_up_for_a_session_does_not_end_it() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    session = house.session_of(pair)

    with pytest.raises(InvalidRefreshTokenError):
        await house.refresh(Refresh(refresh_token=f"{session.id}.made.up"))

    assert house.session_of(pair).revoked_at is None


@pytest.mark.parametrize("changes", [{"blocked": True}, {"deleted_at": NOON}])
async def test_an_account_out_of_force_gets_no_tokens(changes: dict[str, Any]) -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    house.put(**changes)

    with pytest.raises(InvalidRefreshTokenError):
        await house.refresh(Refresh(refresh_token=pair.refresh_token))


async def test_a_token_that_is_over_is_refused_and_not_called_reused() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    house.clock.time = house.session_of(pair).expires_at

    with pytest.raises(InvalidRefreshTokenError):
        await house.refresh(Refresh(refresh_token=pair.refresh_token))


async def test_what_is_stored_does_not_tell_the_next_token() -> None:
    house = AccountHouse()
    house.put()
    first = await house.sign_in()
    await house.refresh(Refresh(refresh_token=first.refresh_token))
    session = house.session_of(first)

    token = parse_token(first.refresh_token)

    assert token is not None
    assert fate_of(token, session, NOON) is Fate.REPEATED
    made_up = make_token(session.id, "guess", family_key=session.family_key)
    assert fate_of(made_up, session, NOON) is Fate.REUSED
    assert first.refresh_token.split(".")[1] not in repr(session)


# Signing out


async def test_whoever_signs_out_ends_the_session_once() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()

    for _ in range(2):
        await house.logout(Logout(refresh_token=pair.refresh_token))

    session = house.session_of(pair)
    assert session.revoked_at == NOON
    assert house.messages(LoggedOut) == [
        LoggedOut(actor_id="anna", account_id="anna", session_id=session.id)
    ]


async def test_a_token_of_nobody_signs_nobody_out() -> None:
    house = AccountHouse()
    house.put()
    session = house.session_of(await house.sign_in())

    for token in ("", "a.b.c", f"{session.id}.made.up"):
        await house.logout(Logout(refresh_token=token))

    assert house.messages(LoggedOut) == []


async def test_one_of_ones_sessions_is_ended() -> None:
    house = AccountHouse()
    anna = house.put()
    session = house.session_of(await house.sign_in())
    command = EndSession(actor=anna, session_id=session.id)

    await house.end_session(command)
    with pytest.raises(SessionNotFoundError):
        await house.end_session(command)

    assert len(house.messages(LoggedOut)) == 1


async def test_a_session_that_is_somebody_elses_or_over_is_not_found() -> None:
    house = AccountHouse()
    anna, boris = house.put(), house.put("boris")
    session = house.session_of(await house.sign_in())

    for actor, session_id, later in (
        (boris, session.id, 0),
        (anna, "x", 0),
        (anna, session.id, 31),
    ):
        house.clock.forward(days=later)
        with pytest.raises(SessionNotFoundError):
            await house.end_session(EndSession(actor=actor, session_id=session_id))


async def test_all_of_ones_sessions_are_ended() -> None:
    house = AccountHouse()
    anna = house.put()
    house.put("boris")
    pairs = [await house.sign_in() for _ in range(2)]
    other = await house.sign_in("boris")

    await house.logout_everywhere(LogoutEverywhere(actor=anna))

    assert [house.session_of(pair).revoked_at for pair in pairs] == [NOON, NOON]
    assert house.session_of(other).revoked_at is None
    assert house.messages(LoggedOutEverywhere) == [
        LoggedOutEverywhere(actor_id="anna", account_id="anna")
    ]


async def test_a_guest_has_no_sessions() -> None:
    house = AccountHouse()

    with pytest.raises(SignInRequiredError):
        await house.logout_everywhere(LogoutEverywhere(actor=GUEST))
    with pytest.raises(SignInRequiredError):
        await house.end_session(EndSession(actor=GUEST, session_id="x"))


async def test_what_nobody_can_use_any_more_is_cleared_away() -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=9, signups_per_hour=0))
    house.put()
    await house.sign_in()
    house.clock.forward(days=40)

    assert await house.tidy() == 3
    assert house.login_sessions.all == {}
