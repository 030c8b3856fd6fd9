"""What only PostgreSQL promises: a pool, row locks, time limits, migrations, restarts."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from attrs import evolve

from contract.storage.making import (
    DAY,
    HOUR,
    INSTANT,
    a_registration,
    accepted,
    an_event,
    claim,
    in_doubt,
    publish,
    put_doubts,
    put_events,
    put_registrations,
    rolled_back,
    rows,
)
from contract.storage.postgres import (
    OwnServer,
    ask,
    empty,
    new_database,
    own_server,
    postgres,
)
from events_face_adapters.storage.postgres import PostgresStorage
from events_face_adapters.storage.registrations import FORMER_PLACE
from events_face_adapters.system import RandomIds
from events_face_core.catalogue import EventQuery
from events_face_core.kernel import IdempotencyKey, StorageUnavailableError
from events_face_core.registration import (
    AcceptRegistration,
    AcceptRegistrationHandler,
    AlreadyRegisteredError,
    Registration,
)
from unit.fakes import NOON, FakeClock

TESTS = Path(__file__).parents[2]
STEPS = (
    "0001_catalogue",
    "0002_outbox",
    "0003_registration",
    "0004_identity",
    "0005_outbox_order",
    "0006_search_by_period",
    "0007_accounts",
    "0008_ticketing",
    "0009_engagement",
    "0011_outbox_trace",
    "0013_former_place",
)
INSTANTLY = 2
"""Seconds in which something happens that waits for nothing, on a busy machine."""

OPENED = """
import asyncio, os, signal, sys
from contract.storage.making import *
from contract.storage.postgres import postgres
async def main():
    async with postgres(sys.argv[1]) as storage:
        {work}
asyncio.run(main())
"""
WRITE = 'await put_events(storage, *(an_event(f"{sys.argv[2]}{n}") for n in range(5)))'
DIE_INSIDE = """
        async with storage() as tx:
            await tx.events.upsert([an_event()])
            await tx.registrations.add(a_registration())
            await tx.publish(accepted())
            os.kill(os.getpid(), signal.SIGKILL)
"""
BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
CUT_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def url(postgres_database: str) -> str:
    await empty(postgres_database)
    return postgres_database


@pytest.fixture
async def storage(url: str) -> AsyncIterator[PostgresStorage]:
    async with postgres(url) as opened:
        yield opened


@pytest.fixture
async def other(storage: PostgresStorage, url: str) -> AsyncIterator[PostgresStorage]:
    async with postgres(url) as opened:
        yield opened


@pytest.fixture
async def bare_url(postgres_server: str) -> AsyncIterator[str]:
    """Give the URL of a database that has no schema yet."""
    async with new_database(postgres_server) as made:
        yield made


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as own:
        yield own


async def open_and_close(url: str) -> tuple[str, ...]:
    async with postgres(url) as storage:
        return storage.migrated


async def _process(url: str, work: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPENED.format(work=work), url, *arguments, cwd=TESTS
    )


async def _one(url: str, statement: str) -> object:
    ((value,),) = await ask(url, statement)
    return value


async def test_the_schema_is_applied_once(bare_url: str) -> None:
    assert (await open_and_close(bare_url), await open_and_close(bare_url)) == (STEPS, ())


async def test_steps_that_are_missing_are_applied_to_a_database_with_data(bare_url: str) -> None:
    async with postgres(bare_url) as storage:
        await put_events(storage, an_event())
    await ask(
        bare_url,
        "DROP TABLE notification, booking, own_event_seats, own_event, category",
        "ALTER TABLE event DROP COLUMN origin",
        "ALTER TABLE registration DROP COLUMN decided_here",
        "DROP TABLE registration",
        "DELETE FROM schema_migration WHERE name IN ('0003_registration', '0008_ticketing')",
    )

    async with postgres(bare_url) as storage:
        assert storage.migrated == ("0003_registration", "0008_ticketing")
        await put_registrations(storage, a_registration())
        assert await storage.event_reads.find("event") == an_event()


async def test_only_a_take_back_that_waits_keeps_a_place_of_an_older_database_in_doubt(
    bare_url: str,
) -> None:
    async with postgres(bare_url) as storage:
        await put_doubts(storage)
    await ask(bare_url, "DELETE FROM schema_migration WHERE name = '0013_former_place'")

    async with postgres(bare_url) as storage:
        assert storage.migrated == ("0013_former_place",)
        assert await in_doubt(storage) == {"pending", "asked back"}


async def test_a_former_place_is_found_by_its_index(storage: PostgresStorage) -> None:
    async with storage() as tx:
        await tx.session.fetch("SET LOCAL enable_seqscan = off")  # as if the table were large
        plan = await tx.session.fetch(f"EXPLAIN {FORMER_PLACE}", "event", "email")

    lines = "\n".join(row[0] for row in plan)
    assert "registration_former_place" in lines
    assert "Index Cond: ((event_id = 'event'::text) AND (email_key = 'email'::text))" in lines


async def test_a_step_that_fails_leaves_the_database_as_it_was(bare_url: str) -> None:
    await ask(bare_url, "CREATE TABLE registration (id text)")

    with pytest.raises(StorageUnavailableError, match='"registration" already exists'):
        await open_and_close(bare_url)

    tables = await ask(bare_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert [table for (table,) in tables] == ["registration"]


async def test_openings_at_once_apply_the_schema_once(bare_url: str) -> None:
    applied = await asyncio.gather(*(open_and_close(bare_url) for _ in range(8)))

    assert Counter(applied) == {STEPS: 1, (): 7}


async def test_processes_that_start_at_once_apply_the_schema_once(bare_url: str) -> None:
    processes = [await _process(bare_url, WRITE, f"p{n}-") for n in range(4)]
    codes = [await process.wait() for process in processes]

    assert codes == [0] * 4
    assert await _one(bare_url, "SELECT count(*) FROM schema_migration") == len(STEPS)
    assert await _one(bare_url, "SELECT count(*) FROM event") == 20


async def test_a_database_in_another_encoding_is_refused(postgres_server: str) -> None:
    options = "ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
    async with new_database(postgres_server, options=options) as url:
        with pytest.raises(StorageUnavailableError, match="SQL_ASCII"):
            await open_and_close(url)


async def test_a_database_that_does_not_exist_is_a_clear_error(url: str) -> None:
    with pytest.raises(StorageUnavailableError, match='"nowhere" does not exist'):
        await open_and_close(f"{url.rpartition('/events_face_test_')[0]}/nowhere{_options(url)}")


async def test_a_server_that_is_not_there_is_unavailable_at_once(tmp_path: Path) -> None:
    async with asyncio.timeout(INSTANTLY):
        for nowhere in ("postgresql://127.0.0.1:1/x", f"postgresql:///x?host={tmp_path}"):
            with pytest.raises(StorageUnavailableError):
                await open_and_close(nowhere)


async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        silent.append(writer)

    silent: list[asyncio.StreamWriter] = []
    listener = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    url = f"postgresql://somebody@127.0.0.1:{port}/x?sslmode=disable"

    async with listener, asyncio.timeout(INSTANTLY):
        with pytest.raises(StorageUnavailableError):
            await postgres(url, connecting=timedelta(seconds=0.2)).__aenter__()
        for writer in silent:
            writer.close()


async def test_the_server_enforces_the_time_limits(storage: PostgresStorage) -> None:
    limits = {
        name: (await storage._reading.fetch(f"SHOW {name}"))[0][0]
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    }

    assert list(limits.values()) == ["10s", "5s", "30s"]


async def test_a_row_that_stays_locked_is_unavailable_after_a_while(
    storage: PostgresStorage, url: str
) -> None:
    await put_registrations(storage, a_registration())

    async with postgres(url, lock=timedelta(seconds=0.2)) as hasty, storage() as tx:
        await tx.registrations.find("registration")
        with pytest.raises(StorageUnavailableError, match="lock timeout"):
            async with hasty() as second, asyncio.timeout(INSTANTLY):
                await second.registrations.find("registration")
        assert await hasty.registration_reads.find("registration") == a_registration()

    assert await put_events(storage, an_event()) == 1


async def test_a_statement_that_takes_too_long_is_unavailable(url: str) -> None:
    async with postgres(url, statement=timedelta(seconds=0.2)) as storage:
        with pytest.raises(StorageUnavailableError, match="statement timeout"):
            await storage._reading.fetch("SELECT pg_sleep(5)")

        await storage.check()


async def test_a_transaction_that_stands_idle_too_long_is_rolled_back(url: str) -> None:
    async with postgres(url, idle=timedelta(seconds=0.1)) as storage:
        with pytest.raises(StorageUnavailableError):
            await _upsert_around(storage, asyncio.sleep(0.5))

        assert await storage.event_reads.find("before") is None
        assert await put_events(storage, an_event()) == 1


async def test_when_every_connection_is_busy_a_call_waits_only_so_long(url: str) -> None:
    async with postgres(url, most_connections=2, patience=timedelta(seconds=0.2)) as storage:
        async with storage(), storage(), asyncio.timeout(INSTANTLY):
            with pytest.raises(StorageUnavailableError, match="no connection became free"):
                await put_events(storage, an_event())
            with pytest.raises(StorageUnavailableError, match="no connection became free"):
                await storage.check()

        assert await put_events(storage, an_event()) == 1


async def test_no_more_connections_are_opened_than_allowed(
    storage: PostgresStorage, url: str
) -> None:
    await asyncio.gather(*(put_events(storage, an_event(f"e{n}")) for n in range(100)))

    assert await _one(url, BACKENDS) == 1 + 10


async def test_calls_that_are_cut_off_take_no_connection_with_them(url: str) -> None:
    async with postgres(url, most_connections=2) as storage:
        for wait in (0, 0, 0.001, 0.01, 0.05) * 5:
            task = asyncio.create_task(storage._reading.fetch("SELECT pg_sleep(5)"))
            await asyncio.sleep(wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        async with asyncio.timeout(INSTANTLY):
            await asyncio.gather(*(put_events(storage, an_event(f"e{n}")) for n in range(10)))


async def test_whoever_waits_for_a_lock_and_is_cut_off_holds_nothing(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    await put_registrations(storage, a_registration())

    async def wait() -> None:
        async with other() as tx:
            await tx.events.upsert([an_event()])
            await tx.registrations.find("registration")

    async with storage() as tx:
        await tx.registrations.find("registration")
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        async with asyncio.timeout(INSTANTLY):
            assert await put_events(storage, an_event()) == 1


async def test_transactions_that_lock_in_a_circle_are_told_to_try_again(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    await put_registrations(storage, a_registration("a"), a_registration("b", event_id="other"))
    both_hold_one = asyncio.Barrier(2)

    async def lock(locking: PostgresStorage, first: str, second: str) -> None:
        async with locking() as tx:
            await tx.registrations.find(first)
            await both_hold_one.wait()
            await tx.registrations.find(second)

    outcomes = await asyncio.gather(
        lock(storage, "a", "b"), lock(other, "b", "a"), return_exceptions=True
    )

    assert Counter(map(type, outcomes)) == {type(None): 1, StorageUnavailableError: 1}
    assert "deadlock" in str(outcomes)


async def test_many_upserts_of_the_same_events_in_any_order_do_not_wait_in_a_circle(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    events = [an_event(f"e{n:03}") for n in range(300)]

    async def upsert(upserting: PostgresStorage, version: int) -> int:
        newer = [evolve(e, changed_at=e.changed_at + version * DAY) for e in events]
        return await put_events(upserting, *(newer if version % 2 else newer[::-1]))

    await asyncio.gather(*(upsert(one, n) for n, one in enumerate([storage, other] * 10)))

    assert await _newest(storage) == {events[0].changed_at + 19 * DAY}


async def _upsert_around(storage: PostgresStorage, middle: Awaitable[object]) -> None:
    """Change something before and after something else, in one transaction."""
    async with storage() as tx:
        await tx.events.upsert([an_event("before")])
        await middle
        await tx.events.upsert([an_event("after")])


async def _newest(storage: PostgresStorage) -> set[object]:
    async with storage() as tx:
        found = await tx.events.find_many([f"e{n:03}" for n in range(300)])
    assert len(found) == 300
    return {event.changed_at for event in found.values()}


async def test_a_connection_that_is_cut_fails_only_what_is_under_way(
    storage: PostgresStorage, url: str
) -> None:
    with pytest.raises(StorageUnavailableError):
        await _upsert_around(storage, ask(url, CUT_OTHERS))

    assert await storage.event_reads.find("before") is None
    assert await put_events(storage, an_event()) == 1


async def test_a_connection_that_is_cut_before_the_commit_commits_nothing(
    storage: PostgresStorage, url: str
) -> None:
    told: list[object] = []
    storage.listen(told.extend)

    async def publish_and_cut() -> None:
        async with storage() as tx:
            await tx.publish(accepted())
            await ask(url, CUT_OTHERS)

    with pytest.raises(StorageUnavailableError):
        await publish_and_cut()

    assert (await rows(storage), told) == ([], [])


async def test_an_error_of_ours_comes_through_a_connection_that_is_cut(
    storage: PostgresStorage, url: str
) -> None:
    async def cut(_: object) -> None:
        await ask(url, CUT_OTHERS)

    await rolled_back(storage, cut)

    assert await put_events(storage, an_event()) == 1


async def test_a_server_that_is_stopped_and_started_is_found_again(server: OwnServer) -> None:
    async with postgres(server.url) as storage:
        await asyncio.gather(*(put_events(storage, an_event(f"e{n}")) for n in range(10)))

        await asyncio.to_thread(server.stop)
        async with asyncio.timeout(INSTANTLY):
            for _ in range(3):
                with pytest.raises(StorageUnavailableError):
                    await put_events(storage, an_event())
                with pytest.raises(StorageUnavailableError):
                    await storage.check()
            with pytest.raises(StorageUnavailableError):
                await open_and_close(server.url)
        await asyncio.to_thread(server.start)

        await storage.check()
        await asyncio.gather(*(put_events(storage, an_event(f"n{n}")) for n in range(10)))
        assert await storage.event_reads.find("e9") is not None


async def test_a_transaction_that_outlives_a_restart_is_lost_as_a_whole(server: OwnServer) -> None:
    async def restart() -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

    async with postgres(server.url) as storage:
        with pytest.raises(StorageUnavailableError):
            await _upsert_around(storage, restart())

        async with storage() as tx:
            assert await tx.events.find_many(["before", "after"]) == {}


async def test_a_process_that_is_killed_in_a_transaction_leaves_nothing_and_no_lock(
    storage: PostgresStorage, url: str
) -> None:
    process = await _process(url, DIE_INSIDE)

    assert await process.wait() == -signal.SIGKILL
    async with asyncio.timeout(INSTANTLY):
        assert await put_events(storage, an_event()) == 1
        await put_registrations(storage, a_registration())
    assert await rows(storage) == []


async def test_claims_pass_over_what_another_claim_holds(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(6)))

    async with storage() as tx, asyncio.timeout(INSTANTLY):
        first = await tx.outbox.claim(
            ["registration.accepted"], limit=3, now=NOON, until=NOON + HOUR
        )
        second = await claim(other, limit=6)

    assert (len(first), len(second)) == (3, 3)
    assert len({delivery.id for delivery in (*first, *second)}) == 6


async def test_two_storages_under_load_claim_every_row_once(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    await publish(storage, *(accepted(f"r{n}") for n in range(500)))
    claimed: list[str] = []

    async def work(working: PostgresStorage) -> None:
        while deliveries := await claim(working, limit=7):
            claimed.extend(delivery.id for delivery in deliveries)
            for delivery in deliveries:
                async with working() as tx:
                    await tx.outbox.complete(delivery.id, now=NOON)

    await asyncio.gather(*(work(one) for one in (storage, other) * 4))

    assert (len(claimed), len(set(claimed))) == (500, 500)


async def test_sixteen_registrations_for_one_event_are_under_way_at_once(url: str) -> None:
    under_way = asyncio.Barrier(16)

    async def register(storage: PostgresStorage, number: int) -> None:
        async with storage() as tx:
            assert await tx.registrable_events.find("event") is not None
            registration = a_registration(f"r{number}", email=f"visitor{number}@example.com")
            await tx.registrations.add(registration)
            await under_way.wait()

    async with postgres(url, most_connections=16) as storage:
        await put_events(storage, an_event())
        async with asyncio.timeout(2 * INSTANTLY):
            await asyncio.gather(*(register(storage, n) for n in range(16)))
        async with storage() as tx:
            assert len(await tx.registrations.active_of("event", limit=100)) == 16


async def test_what_got_in_the_way_meanwhile_is_found_after_the_refusal(
    storage: PostgresStorage, other: PostgresStorage
) -> None:
    first = a_registration()

    async with storage() as tx:
        await tx.registrable_events.find("event")
        await put_registrations(other, first)
        with pytest.raises(AlreadyRegisteredError):
            await tx.registrations.add(a_registration("second"))

        found = await tx.registrations.find_active("event", "ivan@example.com")

    assert found == first


async def test_many_more_clients_than_connections_all_get_in(url: str) -> None:
    async with postgres(url) as storage:
        await put_events(storage, an_event())
        accept = AcceptRegistrationHandler(
            unit_of_work=storage, clock=FakeClock(), ids=RandomIds(), decision_window=HOUR
        )
        accepted_ones = await asyncio.gather(
            *(
                accept(
                    AcceptRegistration(
                        event_id="event",
                        first_name="Иван",
                        last_name="Петров",
                        email=f"visitor{n}@example.com",
                        idempotency_key=IdempotencyKey(value=f"{n}", fingerprint=""),
                    )
                )
                for n in range(200)
            )
        )

        assert {type(one) for one in accepted_ones} == {Registration}
        assert len(await rows(storage)) == 200


async def test_extremes_of_time_neither_overflow_nor_become_infinite(
    storage: PostgresStorage,
) -> None:
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)
    await put_events(
        storage,
        an_event("a", event_time=first, registration_deadline=last),
        an_event("b", event_time=last, registration_deadline=first),
    )

    for query in (EventQuery(), EventQuery(deadline_from=first), EventQuery(deadline_to=last)):
        page = await storage.event_reads.page(query)
        assert [event.id for event in page.items] == ["a", "b"]
        assert page.items[0].event_time - first == last - page.items[1].event_time == INSTANT


async def test_a_broken_constraint_is_no_matter_of_availability(storage: PostgresStorage) -> None:
    await put_registrations(storage, a_registration())

    with pytest.raises(asyncpg.UniqueViolationError):
        await put_registrations(storage, a_registration(event_id="other"))


def _options(url: str) -> str:
    return f"?{query}" if (query := url.partition("?")[2]) else ""
