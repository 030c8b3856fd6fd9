"""``outbox list``, ``outbox show`` and ``outbox retry``."""

from __future__ import annotations

from pathlib import Path

import pytest

from events_face_core.kernel import OutboxState
from events_face_core.notifications import NotificationWritten
from events_face_core.registration import RegistrationAccepted
from events_face_runners.wiring.app import EventsFace
from unit.cli.running import DAY, NOW, Run, fails, with_app

ACCEPTED, WRITTEN = RegistrationAccepted.name, NotificationWritten.name
FIELDS = {
    "id",
    "message",
    "version",
    "state",
    "attempts",
    "created_at",
    "due_at",
    "payload",
    "error",
}


@pytest.fixture
def rows(run: Run, database: Path) -> dict[str, str]:
    """Fill the outbox with a row in each state; return their ids."""
    ids: dict[str, str] = {}

    async def fill(app: EventsFace) -> None:
        for state in OutboxState:
            name = f"{state.value}-registration"
            async with app.storage() as tx:
                await tx.publish(RegistrationAccepted(registration_id=name))
                later = NOW + DAY
                (row,) = await tx.outbox.claim([ACCEPTED], limit=1, now=later, until=later + DAY)
                if state is OutboxState.DEAD:
                    await tx.outbox.bury(row.id, now=NOW, error="the seat is already sold")
                elif state is OutboxState.DELIVERED:
                    await tx.outbox.complete(row.id, now=NOW)
            ids[state.value] = row.id

    with_app(database, fill)
    return ids


def _add(database: Path, count: int) -> None:
    async def add(app: EventsFace) -> None:
        async with app.storage() as tx:
            for number in range(count):
                await tx.publish(NotificationWritten(notification_id=f"n{number}"))

    with_app(database, add)


def _state(run: Run, row_id: str) -> str:
    return str(run("outbox", "show", row_id, "--json").json()["state"])


def test_an_empty_outbox_says_so(run: Run) -> None:
    ended = run("outbox", "list")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "nothing waits, and there are no dead letters\n"


def test_an_empty_outbox_is_an_empty_list_in_json(run: Run) -> None:
    assert run("outbox", "list", "--json").json() == []


def test_dead_letters_are_listed_before_what_waits(run: Run, rows: dict[str, str]) -> None:
    listed = run("outbox", "list", "--json").json()

    assert [row["id"] for row in listed] == [rows["dead"], rows["pending"]]


def test_a_row_stands_on_a_line_with_its_error(run: Run, rows: dict[str, str]) -> None:
    first, second = run("outbox", "list").out.splitlines()

    assert first.split()[:4] == [rows["dead"], "dead", ACCEPTED, "1"]
    assert first.endswith("the seat is already sold")
    assert second.split()[:4] == [rows["pending"], "pending", ACCEPTED, "1"]


@pytest.mark.parametrize("state", [state.value for state in OutboxState])
def test_rows_of_one_state_are_listed(run: Run, rows: dict[str, str], state: str) -> None:
    listed = run("outbox", "list", "--state", state, "--json").json()

    assert [(row["id"], row["state"]) for row in listed] == [(rows[state], state)]


@pytest.mark.parametrize(("limit", "listed"), [(1, 1), (7, 7), (100, 12)])
def test_no_more_rows_are_listed_than_asked_for(
    run: Run, database: Path, rows: dict[str, str], limit: int, listed: int
) -> None:
    _add(database, 10)

    assert len(run("outbox", "list", "--limit", str(limit), "--json").json()) == listed


def test_a_row_is_shown_with_everything_that_is_known_of_it(run: Run, rows: dict[str, str]) -> None:
    row = run("outbox", "show", rows["dead"], "--json").json()

    assert set(row) == FIELDS
    assert row["message"] == ACCEPTED
    assert row["payload"] == {"registration_id": "dead-registration"}
    assert (row["state"], row["error"]) == ("dead", "the seat is already sold")
    assert (row["version"], row["attempts"]) == (1, 1)


def test_a_row_is_shown_to_people_line_by_line(run: Run, rows: dict[str, str]) -> None:
    shown = run("outbox", "show", rows["pending"]).out.splitlines()

    assert {line.partition(":")[0] for line in shown} == FIELDS
    assert f"id: {rows['pending']}" in shown


def test_an_unknown_row_is_a_failure(run: Run) -> None:
    assert fails(run("outbox", "show", "unknown"), 1) == "there is no outbox row unknown"


def test_a_dead_letter_is_retried(run: Run, rows: dict[str, str]) -> None:
    ended = run("outbox", "retry", rows["dead"])

    assert (ended.code, ended.out, ended.err) == (0, "1 made due\n", "")
    assert _state(run, rows["dead"]) == "pending"


def test_every_dead_letter_is_retried(run: Run, rows: dict[str, str]) -> None:
    retried = run("outbox", "retry", "--all", "--json").json()

    assert retried == {"retried": [rows["dead"]], "missing": []}
    assert _state(run, rows["dead"]) == "pending"
    assert _state(run, rows["delivered"]) == "delivered"


def test_dead_letters_are_retried_however_many_there_are(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events_face_cli.outbox._LARGEST", 2)
    _add(database, 5)

    async def bury(app: EventsFace) -> None:
        async with app.storage() as tx:
            later = NOW + DAY
            written = [NotificationWritten.name]
            for row in await tx.outbox.claim(written, limit=5, now=later, until=later + DAY):
                await tx.outbox.bury(row.id, now=NOW, error="no such address")

    with_app(database, bury)

    assert run("outbox", "retry", "--all").out == "5 made due\n"


def test_with_no_dead_letters_there_is_nothing_to_retry(run: Run) -> None:
    assert run("outbox", "retry", "--all", "--json").json() == {"retried": [], "missing": []}


@pytest.mark.parametrize("state", ["pending", "delivered"])
def test_a_row_that_is_not_dead_is_not_retried(run: Run, rows: dict[str, str], state: str) -> None:
    line = fails(run("outbox", "retry", rows[state]), 1)

    assert line == f"no dead letter has the id {rows[state]}"
    assert _state(run, rows[state]) == state


def test_what_can_be_retried_is_retried_and_the_rest_is_named(
    run: Run, rows: dict[str, str]
) -> None:
    ended = run("outbox", "retry", "unknown", rows["dead"], "another")

    assert fails(ended, 1) == "no dead letter has the id unknown, another"
    assert ended.out == "1 made due\n"
    assert _state(run, rows["dead"]) == "pending"


@pytest.mark.parametrize("arguments", [(), ("some-id", "--all")])
def test_a_retry_names_dead_letters_or_all_of_them(run: Run, arguments: tuple[str, ...]) -> None:
    line = fails(run("outbox", "retry", *arguments), 2)

    assert line == "name the dead letters to retry, or say --all"


def test_a_retried_row_is_due_at_once(run: Run, rows: dict[str, str]) -> None:
    run("outbox", "retry", rows["dead"])

    row = run("outbox", "show", rows["dead"], "--json").json()

    assert row["due_at"] < (NOW + DAY).isoformat()


def test_the_names_of_messages_are_those_of_the_house(run: Run, database: Path) -> None:
    _add(database, 1)

    (row,) = run("outbox", "list", "--json").json()

    assert (row["message"], row["state"], row["attempts"]) == (WRITTEN, "pending", 0)
