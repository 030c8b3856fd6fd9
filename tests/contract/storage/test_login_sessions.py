"""The contracts of the ports ``LoginSessions``, ``PasswordResets`` and ``Attempts``."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from attrs import evolve

from contract.storage.making import DAY, HOUR, INSTANT, MINUTE, SECOND, Storage, rolled_back
from contract.storage.test_accounts import an_account, put
from events_face_core.accounts import Excess, LoginSession, PasswordReset, Standing
from events_face_core.kernel import Role
from unit.fakes import NOON


def a_session(session_id: str = "session", account_id: str = "anna") -> LoginSession:
    return LoginSession(
        id=session_id,
        account_id=account_id,
        client="Firefox",
        family_key="family",
        token_hash="first",
        created_at=NOON,
        refreshed_at=NOON + INSTANT,
        expires_at=NOON + DAY,
    )


def rotated(to: str, at: datetime = NOON + MINUTE) -> LoginSession:
    return evolve(
        a_session(),
        token_hash=to,
        previous_hash="first",
        seed=f"seed of {to}",
        refreshed_at=at,
        expires_at=at + DAY,
    )


@pytest.fixture
async def storage(storage: Storage) -> Storage:
    """A storage with two accounts."""
    await put(storage, an_account(), an_account("boris"))
    return storage


async def _add(storage: Storage, *sessions: LoginSession) -> None:
    async with storage() as tx:
        for session in sessions:
            await tx.login_sessions.add(session)


async def _look(storage: Storage, session_id: str = "session") -> LoginSession | None:
    async with storage() as tx:
        return await tx.login_sessions.look(session_id)


async def _rotate(storage: Storage, session: LoginSession) -> bool:
    async with storage() as tx:
        return await tx.login_sessions.rotate(session)


async def _revoke(storage: Storage, session_id: str = "session") -> bool:
    async with storage() as tx:
        return await tx.login_sessions.revoke(session_id, now=NOON + SECOND)


async def _good(storage: Storage, account_id: str = "anna") -> list[str]:
    sessions = await storage.account_reads.sessions(account_id, now=NOON)
    return [session.id for session in sessions]


@pytest.mark.parametrize(
    "session", [a_session(), rotated("next"), evolve(a_session(), revoked_at=NOON)]
)
async def test_a_session_is_found_as_it_was_added(storage: Storage, session: LoginSession) -> None:
    await _add(storage, session)

    assert await _look(storage) == session
    assert await _look(storage, "other") is None


async def test_a_token_is_put_in_the_place_of_the_one_before_it(storage: Storage) -> None:
    await _add(storage, a_session())

    done = await _rotate(storage, rotated("next"))

    assert done
    assert await _look(storage) == rotated("next")


async def test_a_token_that_is_not_the_last_is_not_rotated(storage: Storage) -> None:
    await _add(storage, a_session())
    await _rotate(storage, rotated("next"))

    assert not await _rotate(storage, rotated("fork"))
    assert await _look(storage) == rotated("next")


async def test_all_sessions_but_those_used_last_end(storage: Storage) -> None:
    used = [evolve(a_session(f"s{n}"), refreshed_at=NOON + n * MINUTE) for n in range(5)]
    over = evolve(a_session("over"), refreshed_at=NOON + HOUR, expires_at=NOON)
    revoked = evolve(a_session("revoked"), refreshed_at=NOON + HOUR, revoked_at=NOON)
    await _add(storage, *used, over, revoked, a_session("other", "boris"))

    async with storage() as tx:
        ended = await tx.login_sessions.revoke_oldest("anna", keep=2, now=NOON + SECOND)
        again = await tx.login_sessions.revoke_oldest("anna", keep=2, now=NOON + SECOND)

    assert (sorted(ended), list(again)) == (["s0", "s1", "s2"], [])
    assert await _good(storage) == ["s4", "s3"]
    assert await _good(storage, "boris") == ["other"]


async def test_a_session_that_is_over_is_not_rotated(storage: Storage) -> None:
    await _add(storage, a_session())

    assert not await _rotate(storage, rotated("next", at=NOON + DAY))
    await _revoke(storage)
    assert not await _rotate(storage, rotated("next"))


async def test_of_many_rotations_at_once_exactly_one_is_done(
    storage: Storage, other: Storage
) -> None:
    await _add(storage, a_session())

    done = await asyncio.gather(
        *(_rotate(one, rotated(f"t{n}")) for n, one in enumerate([storage, other] * 10))
    )

    session = await _look(storage)
    assert sum(done) == 1
    assert session is not None
    assert session.token_hash == f"t{done.index(True)}"
    assert session.seed == f"seed of {session.token_hash}"


async def test_a_rotation_of_a_transaction_that_fails_is_undone(storage: Storage) -> None:
    await _add(storage, a_session())

    await rolled_back(storage, lambda tx: tx.login_sessions.rotate(rotated("next")))

    assert await _look(storage) == a_session()


async def test_a_session_is_ended_once(storage: Storage) -> None:
    await _add(storage, a_session())

    assert [await _revoke(storage), await _revoke(storage), await _revoke(storage, "x")] == [
        True,
        False,
        False,
    ]
    assert await _good(storage) == []


async def test_all_sessions_of_an_account_are_ended_but_one(storage: Storage) -> None:
    await _add(storage, a_session("a"), a_session("b"), a_session("c", "boris"))

    async with storage() as tx:
        await tx.login_sessions.revoke_all("anna", but="b", now=NOON)

    assert await _good(storage) == ["b"]
    assert await _good(storage, "boris") == ["c"]


async def test_all_sessions_of_an_account_are_forgotten(storage: Storage) -> None:
    await _add(storage, a_session("a"), a_session("c", "boris"))

    async with storage() as tx:
        await tx.login_sessions.erase_all("anna")

    assert await _look(storage, "a") is None
    assert await _look(storage, "c") is not None


async def test_good_sessions_are_shown_the_last_used_first(storage: Storage) -> None:
    await _add(
        storage,
        a_session("old"),
        evolve(a_session("new"), refreshed_at=NOON + HOUR),
        evolve(a_session("over"), expires_at=NOON),
        evolve(a_session("ended"), revoked_at=NOON),
    )

    assert await _good(storage) == ["new", "old"]


async def test_sessions_that_ended_long_ago_are_pruned(storage: Storage) -> None:
    await _add(
        storage,
        a_session("good"),
        evolve(a_session("over"), expires_at=NOON - INSTANT),
        evolve(a_session("ended"), revoked_at=NOON - INSTANT),
        evolve(a_session("just"), revoked_at=NOON),
    )

    async with storage() as tx:
        assert await tx.login_sessions.prune(ended_before=NOON) == 2

    assert [await _look(storage, id_) is None for id_ in ("good", "over", "ended", "just")] == [
        False,
        True,
        True,
        False,
    ]


async def test_how_the_account_of_a_session_stands_is_told(storage: Storage) -> None:
    await _add(storage, a_session())
    reads = storage.account_reads

    before = await reads.standing_of_session("session")
    await _revoke(storage)
    after = await reads.standing_of_session("session")

    assert before == Standing(account_id="anna", role=Role.USER, in_force=True)
    assert after == Standing(account_id="anna", role=Role.USER, in_force=False)
    assert await reads.standing_of_session("x") is None


# Links that set a password


async def _add_link(storage: Storage, *hashes: str, account_id: str = "anna") -> None:
    async with storage() as tx:
        for token_hash in hashes:
            reset = PasswordReset(
                token_hash=token_hash, account_id=account_id, expires_at=NOON + HOUR
            )
            await tx.password_resets.add(reset)


async def _use(storage: Storage, link: str = "hash", *, at: datetime = NOON) -> bool:
    async with storage() as tx:
        return await tx.password_resets.use(link, now=at)


async def test_a_link_is_good_once(storage: Storage, other: Storage) -> None:
    await _add_link(storage, "hash", "another")

    used = await asyncio.gather(*(_use(one) for one in [storage, other] * 10))

    assert sum(used) == 1
    assert await _use(storage, "another")


async def test_a_link_is_shown_until_it_is_used(storage: Storage) -> None:
    await _add_link(storage, "hash")
    async with storage() as tx:
        before = await tx.password_resets.look("hash")
    await _use(storage)

    async with storage() as tx:
        assert await tx.password_resets.look("hash") is None
    assert before == PasswordReset(token_hash="hash", account_id="anna", expires_at=NOON + HOUR)


async def test_a_link_that_is_too_old_is_not_good(storage: Storage) -> None:
    await _add_link(storage, "hash")

    assert not await _use(storage, at=NOON + HOUR)


async def test_a_use_of_a_transaction_that_fails_leaves_the_link_good(storage: Storage) -> None:
    await _add_link(storage, "hash")

    await rolled_back(storage, lambda tx: tx.password_resets.use("hash", now=NOON))

    assert await _use(storage)


async def test_the_links_of_an_account_are_made_worthless(storage: Storage) -> None:
    await _add_link(storage, "a", "b")
    await _add_link(storage, "c", account_id="boris")

    async with storage() as tx:
        await tx.password_resets.forget("anna")

    assert [await _use(storage, token_hash) for token_hash in "abc"] == [False, False, True]


async def test_old_links_are_pruned(storage: Storage) -> None:
    await _add_link(storage, "hash")

    async with storage() as tx:
        early = await tx.password_resets.prune(expired_before=NOON + HOUR)
        late = await tx.password_resets.prune(expired_before=NOON + HOUR + INSTANT)

    assert (early, late) == (0, 1)


# Attempts


async def _count(storage: Storage, key: str = "key", *, at: datetime = NOON) -> Excess | None:
    async with storage() as tx:
        return await tx.attempts.count(key, most=3, span=MINUTE, now=at)


async def test_attempts_over_the_limit_are_told_when_the_span_ends(storage: Storage) -> None:
    counted = [await _count(storage, at=NOON + number * SECOND) for number in range(5)]

    first, later = (Excess(until=NOON + MINUTE, first=first) for first in (True, False))
    assert counted == [None, None, None, first, later]
    assert await _count(storage, "another") is None


async def test_after_the_span_counting_begins_anew(storage: Storage) -> None:
    for _ in range(5):
        await _count(storage)

    assert await _count(storage, at=NOON + MINUTE) is None
    assert [await _count(storage, at=NOON + MINUTE) for _ in range(3)] == [
        None,
        None,
        Excess(until=NOON + 2 * MINUTE, first=True),
    ]


async def test_of_many_attempts_at_once_no_more_than_the_limit_get_through(
    storage: Storage, other: Storage
) -> None:
    counted = await asyncio.gather(*(_count(one) for one in [storage, other] * 10))

    assert counted.count(None) == 3
    assert counted.count(Excess(until=NOON + MINUTE, first=True)) == 1


async def test_an_attempt_of_a_transaction_that_fails_does_not_count(storage: Storage) -> None:
    for _ in range(5):
        await rolled_back(
            storage, lambda tx: tx.attempts.count("key", most=3, span=MINUTE, now=NOON)
        )

    assert await _count(storage) is None


async def test_spans_that_ended_are_pruned(storage: Storage) -> None:
    await _count(storage)
    await _count(storage, "later", at=NOON + MINUTE)

    async with storage() as tx:
        assert await tx.attempts.prune(ended_before=NOON + MINUTE + INSTANT) == 1
