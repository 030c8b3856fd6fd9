"""``users create`` and ``users list``."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from events_face_core.accounts import Login
from events_face_runners.wiring.app import EventsFace
from unit.cli.running import Ended, Run, fails, with_app

PASSWORD = "correct horse battery staple"


@pytest.fixture
def create(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``users create`` with the password on standard input."""

    def create_it(*arguments: str | Path) -> Ended:
        *options, password = map(str, arguments)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        return run("users", "create", "--password-stdin", *options)

    return create_it


def test_the_first_admin_is_made_and_can_sign_in(create: Run, database: Path) -> None:
    made = create("--email", "root@example.com", "--role", "admin", "--json", PASSWORD).json()

    async def sign_in(app: EventsFace) -> None:
        await app.accounts.login(Login(email="root@example.com", password=PASSWORD))

    with_app(database, sign_in)
    assert (made["email"], made["role"]) == ("root@example.com", "admin")
    assert "password" not in str(made)


def test_what_was_made_is_said(create: Run) -> None:
    ended = create("--email", "anna@example.com", PASSWORD)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.split()[1:] == ["user", "anna@example.com"]


def test_an_email_that_is_taken_is_one_line(create: Run) -> None:
    create("--email", "root@example.com", PASSWORD)

    ended = create("--email", "ROOT@example.com", PASSWORD)

    assert fails(ended, 1) == "There is an account with this email."


@pytest.mark.parametrize(
    ("email", "password", "line"),
    [
        ("root@example.com", "short", "password: must be 12 to 128 characters long"),
        ("root@example.com", "password1234", "password: is too easy to guess"),
        ("root@example.com", "", "password: must be 12 to 128 characters long"),
        ("root", PASSWORD, "email: is not an email address"),
    ],
)
def test_what_breaks_a_rule_is_wrong_usage_in_one_line(
    create: Run, email: str, password: str, line: str
) -> None:
    assert fails(create("--email", email, password), 2) == line


def test_a_role_that_is_none_is_wrong_usage(create: Run) -> None:
    assert "--role" in fails(create("--email", "a@example.com", "--role", "guest", PASSWORD), 2)


def test_where_nobody_can_be_asked_the_option_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))

    line = fails(run("users", "create", "--email", "a@example.com"), 2)

    assert line == "nobody can be asked here: use --password-stdin"


def test_accounts_are_listed(create: Run, run: Run) -> None:
    create("--email", "anna@example.com", "--display-name", "Анна", PASSWORD)
    create("--email", "root@example.com", "--role", "admin", PASSWORD)

    listed = run("users", "list", "--json").json()
    admins = run("users", "list", "--role", "admin")

    assert [(user["email"], user["display_name"]) for user in listed] == [
        ("anna@example.com", "Анна"),
        ("root@example.com", None),
    ]
    assert len(admins.out.splitlines()) == 1
    assert "root@example.com" in admins.out


def test_without_accounts_the_list_says_so(run: Run) -> None:
    assert run("users", "list").out == "there are no accounts\n"


def test_serve_without_a_key_says_how_to_make_one(run: Run) -> None:
    line = fails(run("serve"), 2)

    assert line.startswith("EVENTS_FACE_AUTH_SIGNING_KEY: is not set")
    assert "openssl genpkey -algorithm ed25519 -out key.pem" in line


def test_other_commands_need_no_key(run: Run) -> None:
    assert run("migrate").code == 0


def test_a_question_that_is_broken_off_ends_quietly(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("getpass.getpass", broken_off)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    ended = run("users", "create", "--email", "root@example.com", "--role", "admin")

    assert ended.code == 130
    assert "Traceback" not in ended.err
