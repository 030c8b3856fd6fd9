"""How accounts stand is remembered, but not past a change."""

import asyncio
from datetime import datetime

from attrs import define, field

from events_face_adapters.identity import CachedStandings
from events_face_core.accounts import (
    Account,
    AccountPage,
    AccountQuery,
    LoggedIn,
    LoggedOut,
    LoginSession,
    Standing,
)
from events_face_core.kernel import Role

STANDING = Standing(account_id="anna", role=Role.USER, in_force=True)
OUT = [LoggedOut(actor_id="anna", account_id="anna", session_id="s")]


@define
class FakeReads:
    standing: Standing | None = STANDING
    asked: int = 0
    go: asyncio.Event = field(factory=asyncio.Event)

    async def find(self, account_id: str) -> Account | None:
        raise NotImplementedError

    async def sessions(self, account_id: str, *, now: datetime) -> list[LoginSession]:
        raise NotImplementedError

    async def page(self, query: AccountQuery) -> AccountPage:
        raise NotImplementedError

    async def standing_of_session(self, session_id: str) -> Standing | None:
        self.asked += 1
        standing = self.standing
        if self.asked == 1:
            await self.go.wait()
        return standing

    async def standing_of_identity(self, issuer: str, subject: str) -> Standing | None:
        self.asked += 1
        return self.standing


def _reads(standing: Standing | None = STANDING) -> FakeReads:
    reads = FakeReads(standing)
    reads.go.set()
    return reads


async def test_an_answer_is_remembered() -> None:
    reads = _reads()
    standings = CachedStandings(reads)

    answers = [await standings.of_session("s") for _ in range(3)]
    answers += [await standings.of_identity("i", "s") for _ in range(3)]

    assert answers == [STANDING] * 6
    assert reads.asked == 2


async def test_an_answer_is_forgotten_in_time() -> None:
    reads = _reads()
    standings = CachedStandings(reads, ttl=0.0)

    for _ in range(3):
        await standings.of_session("s")

    assert reads.asked == 3


async def test_an_answer_is_forgotten_when_this_process_changes_it() -> None:
    reads = _reads()
    standings = CachedStandings(reads)
    await standings.of_session("s")

    standings.committed(OUT)
    await standings.of_session("s")

    assert reads.asked == 2


async def test_a_login_changes_nothing_for_others() -> None:
    reads = _reads()
    standings = CachedStandings(reads)
    await standings.of_session("s")

    standings.committed([LoggedIn(actor_id="b", account_id="b", session_id="t")])
    await standings.of_session("s")

    assert reads.asked == 1


async def test_what_was_read_before_a_change_is_not_remembered_after_it() -> None:
    reads = FakeReads()
    standings = CachedStandings(reads)
    asking = asyncio.create_task(standings.of_session("s"))
    await asyncio.sleep(0)

    standings.committed(OUT)
    reads.go.set()
    await asking
    reads.standing = None

    assert await standings.of_session("s") is None


async def test_who_is_not_known_is_asked_for_again() -> None:
    reads = _reads(None)
    standings = CachedStandings(reads)

    assert [await standings.of_session("s") for _ in range(2)] == [None, None]
    assert reads.asked == 2
