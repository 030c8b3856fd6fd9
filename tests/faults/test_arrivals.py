"""The auditor of what arrives outside finds what is wrong."""

from email.message import EmailMessage
from typing import Any

import pytest
from attrs import evolve

from faults.arrivals import Arrived, OnRecord, compare
from support.audit import a_record

CONFIRMED, CANCELLED, PUBLISHED = "booking.confirmed", "booking.cancelled", "own-event.published"


def a_mail(id_: str, to: str = "anna@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["Message-ID"] = f"<{id_}@localhost>"
    mail["To"] = to
    return mail


def audited(entity_id: str, action: str, actor_id: str = "anna") -> Any:  # noqa: ANN401  # made by fields
    return a_record(f"{entity_id} {action}", entity_id=entity_id, action=action, actor_id=actor_id)


RECORD = OnRecord(
    bookings=[("kept", "anna", "confirmed"), ("given", "anna", "cancelled")],
    events=[("event",)],
    notifications=[
        ("n1", "kept", "booking-confirmed"),
        ("n2", "given", "booking-confirmed"),
        ("n3", "given", "booking-cancelled"),
    ],
)
MAILS = [a_mail("n1"), a_mail("n2"), a_mail("n3")]
AUDITED = [
    audited("kept", CONFIRMED),
    audited("given", CONFIRMED),
    audited("given", CANCELLED),
    audited("event", "own-event.created", "organizer"),
    audited("event", PUBLISHED, "organizer"),
]
ANNOUNCED = {"kept": [CONFIRMED], "given": [CONFIRMED, CANCELLED], "event": [PUBLISHED]}
ALL = Arrived(mails=MAILS, audited=AUDITED, announced=ANNOUNCED)


def test_where_all_arrived_once_nothing_is_found() -> None:
    assert compare(RECORD, ALL) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"mails": MAILS[1:]}, ["lost: mail"]),
        ({"mails": [*MAILS, MAILS[0]]}, ["doubled: mail"]),
        ({"mails": [*MAILS, a_mail("n4")]}, ["doubled: mail"]),
        (
            {"mails": [*MAILS[1:], a_mail("n1", "boris@example.com")]},
            ["lost: mail", "doubled: mail"],
        ),
        ({"audited": AUDITED[1:]}, ["lost: audit record"]),
        ({"audited": [*AUDITED, AUDITED[0]]}, ["doubled: audit record"]),
        (
            {"audited": [*AUDITED[1:], audited("kept", CONFIRMED, "boris")]},
            ["lost: audit record", "doubled: audit record"],
        ),
        ({"announced": {**ANNOUNCED, "event": []}}, ["lost: announcement"]),
        ({"announced": {**ANNOUNCED, "kept": [CONFIRMED] * 2}}, ["doubled: announcement"]),
        ({"announced": {**ANNOUNCED, "given": [CANCELLED, CONFIRMED]}}, ["disordered: given"]),
    ],
)
def test_what_is_lost_doubled_or_disordered_is_found(
    changes: dict[str, Any], found: list[str]
) -> None:
    findings = compare(RECORD, evolve(ALL, **changes))

    assert [finding.startswith(start) for finding, start in zip(findings, found, strict=True)] == [
        True
    ] * len(found)


def test_what_was_given_up_is_lost() -> None:
    record = evolve(RECORD, given_up=[("notification.written", "{}", "refused")])

    assert compare(record, ALL) == ["lost: notification.written {}, given up: refused"]
