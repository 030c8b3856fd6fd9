"""``notify serve`` says what it lacks."""

import pytest

from unit.cli.running import Run, fails


def test_without_a_mail_server_there_is_nothing_to_do(run: Run) -> None:
    assert fails(run("notify", "serve"), 2).startswith("EVENTS_FACE_SMTP_URL: ")


def test_beside_a_notification_service_it_would_take_its_work(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("EVENTS_FACE_NOTIFIER_URL", "http://notifier.example")

    assert fails(run("notify", "serve"), 2).startswith("EVENTS_FACE_NOTIFIER_URL: ")


def test_the_password_of_the_mail_server_is_masked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTS_FACE_SMTP_URL", "smtp://anna:s3cret@mail.example:587")

    shown = run("config", "show")

    assert "EVENTS_FACE_SMTP_URL=smtp://anna:***@mail.example:587" in shown.out
    assert "s3cret" not in shown.out


def test_a_bad_url_is_named_without_its_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_FACE_SMTP_URL", "http://anna:s3cret@mail.example")

    line = fails(run("notify", "serve"), 2)

    assert line.startswith("EVENTS_FACE_SMTP_URL: ")
    assert "s3cret" not in line
