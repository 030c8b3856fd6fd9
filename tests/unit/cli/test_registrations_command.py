"""``registrations export``."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from events_face_core.registration import Cancelled, Confirmed, Reason, Registration, Rejected
from events_face_runners.wiring.app import EventsFace
from unit.cli.running import DAY, NOW, Ended, Run, a_registration, with_app

COLUMNS = [
    "id",
    "event_id",
    "event_name",
    "event_time",
    "first_name",
    "last_name",
    "email",
    "seat",
    "status",
    "reason",
    "created_at",
    "decided_at",
    "ticket_id",
]
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def _put(database: Path, *registrations: Registration) -> None:
    async def put(app: EventsFace) -> None:
        async with app.storage() as tx:
            for registration in registrations:
                await tx.registrations.add(registration)

    with_app(database, put)


def _csv(ended: Ended) -> list[dict[str, str]]:
    assert (ended.code, ended.err) == (0, "")
    return list(csv.DictReader(io.StringIO(ended.out, newline="")))


def _jsonl(ended: Ended) -> list[dict[str, str | None]]:
    assert (ended.code, ended.err) == (0, "")
    return [json.loads(line) for line in ended.out.splitlines()]


def test_an_export_of_nothing_is_the_header(run: Run) -> None:
    ended = run("registrations", "export")

    assert list(csv.reader(io.StringIO(ended.out))) == [COLUMNS]


def test_an_export_of_nothing_in_json_lines_is_empty(run: Run) -> None:
    assert _jsonl(run("registrations", "export", "--format", "jsonl")) == []


def test_everything_is_exported_in_its_column(run: Run, database: Path) -> None:
    registration = evolve(
        a_registration(seat="A-15", created_at=NOON),
        ticket_id="ticket",
        state=Rejected(decided_at=NOON + timedelta(microseconds=1), reason=Reason.SOLD_OUT),
    )
    _put(database, evolve(registration, event=evolve(registration.event, event_time=NOON + DAY)))

    (row,) = _jsonl(run("registrations", "export", "--format", "jsonl"))

    assert row == {
        "id": "registration",
        "event_id": "event",
        "event_name": "Концерт",
        "event_time": "2026-01-16T12:00:00Z",
        "first_name": "Иван",
        "last_name": "Петров",
        "email": "registration@example.com",
        "seat": "A-15",
        "status": "rejected",
        "reason": "sold-out",
        "created_at": "2026-01-15T12:00:00Z",
        "decided_at": "2026-01-15T12:00:00.000001Z",
        "ticket_id": "ticket",
    }
    assert list(row) == COLUMNS


def test_every_field_is_quoted_and_every_row_is_a_line(run: Run, database: Path) -> None:
    _put(database, a_registration())

    header, row = run("registrations", "export").out.splitlines()

    assert header == ",".join(f'"{column}"' for column in COLUMNS)
    assert row.startswith('"registration","event","Концерт",')


def test_both_formats_tell_the_same(run: Run, database: Path) -> None:
    _put(
        database,
        a_registration("a", seat="Ряд 1, место «5»"),
        evolve(a_registration("b"), state=Confirmed(decided_at=NOW), ticket_id="t"),
        evolve(a_registration("c"), state=Cancelled(decided_at=NOW)),
    )

    rows = _csv(run("registrations", "export", "--format", "csv"))
    lines = _jsonl(run("registrations", "export", "--format", "jsonl"))

    assert rows == [{key: value or "" for key, value in line.items()} for line in lines]
    assert [row["status"] for row in rows] == ["pending", "confirmed", "cancelled"]


def test_csv_is_what_comes_by_default(run: Run, database: Path) -> None:
    _put(database, a_registration())

    assert len(_csv(run("registrations", "export"))) == 1


def test_the_oldest_come_first(run: Run, database: Path) -> None:
    _put(database, *(a_registration(f"r{n}", created_at=NOON - n * DAY) for n in range(5)))

    rows = _csv(run("registrations", "export"))

    assert [row["id"] for row in rows] == ["r4", "r3", "r2", "r1", "r0"]


@pytest.mark.parametrize(
    ("since", "exported"),
    [
        ("2026-01-15", ["noon", "later"]),
        ("2026-01-15T12:00", ["noon", "later"]),
        ("2026-01-15T12:00:00Z", ["noon", "later"]),
        ("2026-01-15T15:00:00+03:00", ["noon", "later"]),
        ("2026-01-15T12:00:01", ["later"]),
        ("2026-01-16", ["later"]),
        ("2026-01-14", ["earlier", "noon", "later"]),
        ("0001-01-01", ["earlier", "noon", "later"]),
        ("9999-12-31", []),
    ],
)
def test_what_was_made_at_a_time_or_later_is_exported(
    run: Run, database: Path, since: str, exported: list[str]
) -> None:
    times = {"earlier": NOON - DAY, "noon": NOON, "later": NOON + DAY}
    _put(database, *(a_registration(id_, created_at=at) for id_, at in times.items()))

    rows = _csv(run("registrations", "export", "--since", since))

    assert [row["id"] for row in rows] == exported


def test_awkward_text_comes_through_csv_as_it_was(run: Run, database: Path) -> None:
    name = 'Концерт, "лучший";\nв двух отделениях'
    _put(database, a_registration(event_name=name, first_name="Жан-Поль, «мл.»"))

    (row,) = _csv(run("registrations", "export"))

    assert (row["event_name"], row["first_name"]) == (name, "Жан-Поль, «мл.»")


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        '=HYPERLINK("http://evil.example","click")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
    ],
)
def test_a_formula_that_somebody_typed_stays_text_in_a_spreadsheet(
    run: Run, database: Path, formula: str
) -> None:
    _put(database, a_registration(event_name=formula))

    (row,) = _csv(run("registrations", "export"))

    assert row["event_name"] == f"'{formula}"


@pytest.mark.parametrize("field", ["first_name", "seat", "email"])
def test_no_column_of_a_visitor_is_a_formula(run: Run, database: Path, field: str) -> None:
    registration = a_registration(
        first_name="=cmd|' /C calc'!A0", seat="@seat", email="+ivan@example.com"
    )
    _put(database, registration)

    (row,) = _csv(run("registrations", "export"))

    assert row[field].startswith("'")


def test_json_lines_hold_what_was_typed_as_it_was(run: Run, database: Path) -> None:
    _put(database, a_registration(event_name="=1+1\n«да»"))

    (row,) = _jsonl(run("registrations", "export", "--format", "jsonl"))

    assert row["event_name"] == "=1+1\n«да»"


def test_more_than_one_batch_is_exported(run: Run, database: Path) -> None:
    _put(database, *(a_registration(f"r{n:04}", created_at=NOON) for n in range(1_200)))

    rows = _csv(run("registrations", "export"))

    assert [row["id"] for row in rows] == [f"r{n:04}" for n in range(1_200)]
