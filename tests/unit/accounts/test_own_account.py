"""One's own account: passwords, profile, deletion; and what admins do with others'."""

from typing import Any

import pytest
from attrs import evolve

from events_face_core.accounts import (
    AccessChanged,
    Account,
    AccountDeleted,
    AccountNotFoundError,
    AccountQueries,
    AccountQuery,
    AttemptsThrottled,
    ChangeAccess,
    ChangePassword,
    ChangeProfile,
    ConfirmPasswordReset,
    DeleteAccount,
    LastAdminError,
    PasswordChanged,
    PasswordResetRequested,
    PasswordWasReset,
    ProfileChanged,
    RequestPasswordReset,
    issue_reset,
    make_limits,
)
from events_face_core.kernel import (
    GUEST,
    SYSTEM,
    Actor,
    ForbiddenError,
    InvalidInputError,
    Language,
    Role,
    SignInRequiredError,
    ThrottledError,
)
from unit.accounts.making import OTHER, PASSWORD, AccountHouse, FakeAccounts
from unit.fakes import NOON

USER = Actor(id="user", role=Role.USER)


def _change(actor: Actor, **changes: Any) -> ChangePassword:  # noqa: ANN401  # fields
    command = ChangePassword(actor=actor, current_password=PASSWORD, new_password=OTHER)
    return evolve(command, **changes)


async def test_a_new_password_ends_every_session_but_this_one() -> None:
    house = AccountHouse()
    anna = house.put()
    this, other = await house.sign_in(), await house.sign_in()

    await house.change_password(_change(anna, session_id=house.session_of(this).id))

    assert house.accounts.all["anna"].password_hash == OTHER[::-1]
    assert house.session_of(this).revoked_at is None
    assert house.session_of(other).revoked_at == NOON
    assert house.messages(PasswordChanged) == [PasswordChanged(actor_id="anna", account_id="anna")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"current_password": OTHER}, "current_password"), ({"new_password": "short"}, "password")],
)
async def test_a_password_is_not_changed_against_a_rule(
    changes: dict[str, str], field: str
) -> None:
    house = AccountHouse()
    anna = house.put()

    with pytest.raises(InvalidInputError) as refused:
        await house.change_password(_change(anna, **changes))

    assert refused.value.field == field
    assert house.messages(PasswordChanged) == []


async def test_a_password_that_was_changed_meanwhile_is_not_changed_again() -> None:
    house = AccountHouse()
    anna = house.put()

    class Slow(type(house.passwords)):  # type: ignore[misc]
        async def is_common(self, *_: object) -> bool:
            house.put(password_hash="changed")
            return False

    house.passwords = Slow(house)
    with pytest.raises(InvalidInputError):
        await house.change_password(_change(anna))

    assert house.accounts.all["anna"].password_hash == "changed"


async def test_guessing_the_current_password_is_throttled() -> None:
    house = AccountHouse(limits=make_limits(logins_per_minute=1, signups_per_hour=0))
    anna = house.put()
    with pytest.raises(InvalidInputError):
        await house.change_password(_change(anna, current_password=OTHER))

    with pytest.raises(ThrottledError):
        await house.change_password(_change(anna))

    assert house.messages(AttemptsThrottled) == [
        AttemptsThrottled(actor_id="anna", account_id="anna", limit="login")
    ]


@pytest.mark.parametrize(
    ("actor", "error"), [(GUEST, SignInRequiredError), (USER, AccountNotFoundError)]
)
async def test_whoever_has_no_account_changes_nothing(actor: Actor, error: type[Exception]) -> None:
    house = AccountHouse()

    for call in (
        house.change_password(_change(actor)),
        house.change_profile(ChangeProfile(actor=actor)),
        house.delete(DeleteAccount(actor=actor)),
    ):
        with pytest.raises(error):
            await call


# Links that set a password


async def _link(house: AccountHouse) -> str:
    async with house() as tx:
        return await issue_reset(tx, "anna", secrets=house.secrets, clock=house.clock)


async def test_asking_for_a_link_is_told_for_accounts_in_force_only() -> None:
    house = AccountHouse()
    house.put()
    house.put("blocked", blocked=True)

    for name in ("ANNA", "blocked", "nobody"):
        await house.request_reset(RequestPasswordReset(email=f"{name}@example.com"))

    assert house.messages(PasswordResetRequested) == [
        PasswordResetRequested(actor_id="", account_id="anna")
    ]


async def test_asking_too_often_is_passed_over_in_silence() -> None:
    house = AccountHouse()
    house.put()

    for _ in range(8):
        await house.request_reset(RequestPasswordReset(email="anna@example.com"))

    assert len(house.messages(PasswordResetRequested)) == 5
    assert house.messages(AttemptsThrottled) == [
        AttemptsThrottled(actor_id="", account_id="anna", limit="reset")
    ]


async def test_a_link_sets_a_password_and_ends_every_session_and_link() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()
    token, another = await _link(house), await _link(house)

    await house.confirm_reset(ConfirmPasswordReset(token=token, password=OTHER))
    for used in (token, another):
        with pytest.raises(InvalidInputError):
            await house.confirm_reset(ConfirmPasswordReset(token=used, password=OTHER))

    assert house.accounts.all["anna"].password_hash == OTHER[::-1]
    assert house.session_of(pair).revoked_at == NOON
    assert house.messages(PasswordWasReset) == [
        PasswordWasReset(actor_id="anna", account_id="anna")
    ]


async def test_of_a_link_a_digest_is_stored() -> None:
    house = AccountHouse()
    token = await _link(house)

    assert token not in repr(list(house.password_resets.all))


@pytest.mark.parametrize(("seconds", "good"), [(3599, True), (3600, False)])
async def test_a_link_is_good_for_an_hour(seconds: int, good: bool) -> None:  # noqa: FBT001  # a parameter
    house = AccountHouse()
    house.put()
    token = await _link(house)
    house.clock.forward(seconds=seconds)

    try:
        await house.confirm_reset(ConfirmPasswordReset(token=token, password=OTHER))
        worked = True
    except InvalidInputError:
        worked = False

    assert worked is good


async def test_a_link_that_another_used_meanwhile_is_not_good() -> None:
    house = AccountHouse()
    house.put()
    token = await _link(house)

    class Slow(type(house.passwords)):  # type: ignore[misc]
        async def is_common(self, *_: object) -> bool:
            house.password_resets.all.clear()
            return False

    house.passwords = Slow(house)
    with pytest.raises(InvalidInputError) as refused:
        await house.confirm_reset(ConfirmPasswordReset(token=token, password=OTHER))

    assert refused.value.field == "token"


# The profile


async def test_a_profile_changes_where_something_is_given() -> None:
    house = AccountHouse()
    anna = house.put()

    await house.change_profile(ChangeProfile(actor=anna, language=Language.ENGLISH))
    await house.change_profile(ChangeProfile(actor=anna, display_name=" Аня ", rename=True))
    same = await house.change_profile(ChangeProfile(actor=anna))

    assert (same.display_name, same.language) == ("Аня", Language.ENGLISH)
    assert house.accounts.all["anna"] == same
    assert len(house.messages(ProfileChanged)) == 2


async def test_a_name_is_taken_away() -> None:
    house = AccountHouse()

    nameless = await house.change_profile(ChangeProfile(actor=house.put(), rename=True))

    assert nameless.display_name is None


async def test_whoever_leaves_is_forgotten_but_for_the_id() -> None:
    house = AccountHouse()
    anna = house.put()
    await house.sign_in()
    await _link(house)

    await house.delete(DeleteAccount(actor=anna))
    with pytest.raises(AccountNotFoundError):
        await house.delete(DeleteAccount(actor=anna))

    (left,) = house.accounts.all.values()
    assert (left.id, left.email, left.email_key, left.deleted_at) == ("anna", "", "", NOON)
    assert (left.display_name, left.password_hash) == (None, None)
    assert (house.login_sessions.all, house.password_resets.all) == ({}, {})
    assert house.messages(AccountDeleted) == [AccountDeleted(actor_id="anna", account_id="anna")]


async def test_the_last_admin_does_not_leave() -> None:
    house = AccountHouse()
    root = house.put("root", role=Role.ADMIN)
    house.put("blocked", role=Role.ADMIN, blocked=True)

    with pytest.raises(LastAdminError):
        await house.delete(DeleteAccount(actor=root))
    house.put("second", role=Role.ADMIN)
    await house.delete(DeleteAccount(actor=root))

    assert house.accounts.all["root"].deleted_at == NOON


class JustPromoted(FakeAccounts):
    """Accounts of which one is made an admin just before it is locked, and the others are not."""

    async def find(self, account_id: str) -> Account | None:
        for account in list(self.all.values()):
            role = Role.ADMIN if account.id == account_id else Role.USER
            await self.save(evolve(account, role=role))
        return await super().find(account_id)


async def test_who_becomes_the_last_admin_meanwhile_does_not_leave() -> None:
    house = AccountHouse()
    anna = house.put()
    house.put("root", role=Role.ADMIN)
    house.accounts = JustPromoted(house.accounts.all)

    with pytest.raises(LastAdminError):
        await house.delete(DeleteAccount(actor=anna))

    assert house.accounts.all["anna"].deleted_at is None


# What admins change


async def test_an_admin_changes_role_and_blocking() -> None:
    house = AccountHouse()
    root = house.put("root", role=Role.ADMIN)
    house.put()
    pair = await house.sign_in()

    changed = await house.change_access(
        ChangeAccess(actor=root, account_id="anna", role=Role.ORGANIZER, blocked=True)
    )
    again = await house.change_access(ChangeAccess(actor=root, account_id="anna"))

    assert (changed.role, changed.blocked) == (Role.ORGANIZER, True)
    assert again == changed
    assert house.session_of(pair).revoked_at == NOON
    assert house.messages(AccessChanged) == [
        AccessChanged(actor_id="root", account_id="anna", role="organizer", blocked=True)
    ]


async def test_a_new_role_ends_no_session() -> None:
    house = AccountHouse()
    house.put()
    pair = await house.sign_in()

    await house.change_access(ChangeAccess(actor=SYSTEM, account_id="anna", role=Role.ADMIN))

    assert house.session_of(pair).revoked_at is None


@pytest.mark.parametrize("changes", [{"role": Role.USER}, {"blocked": True}])
async def test_an_admin_remains(changes: dict[str, Any]) -> None:
    house = AccountHouse()
    root = house.put("root", role=Role.ADMIN)
    command = ChangeAccess(actor=root, account_id="root", **changes)

    with pytest.raises(LastAdminError):
        await house.change_access(command)
    house.put("second", role=Role.ADMIN)
    await house.change_access(command)

    assert len(house.messages(AccessChanged)) == 1


@pytest.mark.parametrize(("actor", "error"), [(GUEST, SignInRequiredError), (USER, ForbiddenError)])
async def test_only_admins_see_and_change_others(actor: Actor, error: type[Exception]) -> None:
    house = AccountHouse()
    house.put()
    queries = AccountQueries(reads=None, clock=house.clock)  # type: ignore[arg-type]

    with pytest.raises(error):
        await house.change_access(ChangeAccess(actor=actor, account_id="anna", blocked=True))
    with pytest.raises(error):
        await queries.users(actor, AccountQuery())

    assert not house.accounts.all["anna"].blocked


async def test_a_guest_has_neither_profile_nor_sessions() -> None:
    queries = AccountQueries(reads=None, clock=AccountHouse().clock)  # type: ignore[arg-type]

    for ask in (queries.profile, queries.sessions):
        with pytest.raises(SignInRequiredError):
            await ask(GUEST)


async def test_nobody_is_made_a_guest_or_changed_where_there_is_none() -> None:
    house = AccountHouse()

    with pytest.raises(InvalidInputError):
        await house.change_access(ChangeAccess(actor=SYSTEM, account_id="x", role=Role.GUEST))
    with pytest.raises(AccountNotFoundError):
        await house.change_access(ChangeAccess(actor=SYSTEM, account_id="x", blocked=True))
