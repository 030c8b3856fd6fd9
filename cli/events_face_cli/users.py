"""``users create`` and ``users list``."""

import sys
from enum import Enum
from typing import Annotated, Any

import typer

from events_face_cli.context import (
    USAGE_EXIT,
    CommandError,
    ConfigOption,
    JsonOption,
    answer,
    settings_of,
    with_events_face,
)
from events_face_core.accounts import Account, AccountQuery, CreateAccount
from events_face_core.kernel import LARGEST_PAGE, SYSTEM, Role
from events_face_runners.wiring.app import EventsFace

app = typer.Typer(help="The accounts of people who sign in.", no_args_is_help=True)


class RoleOption(Enum):
    """The roles that an account can have."""

    USER = "user"
    ORGANIZER = "organizer"
    ADMIN = "admin"


@app.command()
def create(
    context: typer.Context,
    email: Annotated[str, typer.Option(help="The address to sign in with.")],
    role: Annotated[RoleOption, typer.Option(help="What the account may do.")] = RoleOption.USER,
    name: Annotated[str | None, typer.Option("--display-name", help="How it is called.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make an account, such as the first admin's; asks for the password."""
    settings = settings_of(context, config)
    command = CreateAccount(
        actor=SYSTEM,
        email=email,
        password=_password(from_stdin=password_stdin),
        role=Role(role.value),
        display_name=name,
    )

    async def run(app: EventsFace) -> Account:
        return await app.accounts.create(command)

    account = with_events_face(settings, run)
    answer(f"{account.id}  {account.role.value}  {account.email}", _shown(account), as_json=as_json)


@app.command("list")
def list_users(
    context: typer.Context,
    role: Annotated[RoleOption | None, typer.Option(help="Only accounts with this role.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List accounts, the oldest first."""
    wanted = None if role is None else Role(role.value)

    async def run(app: EventsFace) -> list[Account]:
        found: list[Account] = []
        query = AccountQuery(role=wanted, limit=LARGEST_PAGE)
        while True:
            page = await app.accounts.queries.users(SYSTEM, query)
            found += page.items
            if page.next is None:
                return found
            query = AccountQuery(role=wanted, limit=LARGEST_PAGE, cursor=page.next)

    accounts = with_events_face(settings_of(context, config), run)
    text = "\n".join(map(_line, accounts)) or "there are no accounts"
    answer(text, [_shown(account) for account in accounts], as_json=as_json)


def _password(*, from_stdin: bool) -> str:
    """Return the password, without the end of its line.

    Raises:
        CommandError: there is nobody to ask.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("nobody can be asked here: use --password-stdin", USAGE_EXIT)
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _line(account: Account) -> str:
    blocked = "blocked" if account.blocked else ""
    return f"{account.id}  {account.role.value:9}  {blocked:7}  {account.email}"


def _shown(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "email": account.email,
        "display_name": account.display_name,
        "role": account.role.value,
        "blocked": account.blocked,
        "created_at": account.created_at.isoformat(),
    }
