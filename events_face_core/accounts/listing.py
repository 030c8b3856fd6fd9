"""The admins' list of accounts."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from events_face_core.accounts.model import Account
from events_face_core.kernel import DEFAULT_PAGE, Cursor, Page, Role, check_limit


@frozen(kw_only=True)
class AccountPlace:
    """A place in the order of the list: by creation, ties broken by id."""

    created_at: datetime
    id: str


AccountPage = Page[Account, AccountPlace]


@frozen(kw_only=True)
class AccountQuery:
    """Which accounts; deleted ones are never among them.

    Attributes:
        search: a part of the email, without regard to case; or empty.

    Raises:
        InvalidInputError: the limit is not 1 to 100.
    """

    search: str = ""
    role: Role | None = None
    limit: int = field(default=DEFAULT_PAGE, converter=check_limit)
    cursor: Cursor[AccountPlace] | None = None


def page_of_accounts(query: AccountQuery, rows: tuple[Account, ...]) -> AccountPage:
    """Make a page of up to ``limit + 1`` accounts, read from the cursor in its own direction."""
    cursor = query.cursor
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > query.limit
    items = rows[: query.limit]
    if backwards:
        items = items[::-1]
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return Page(
        items=items,
        next=_beyond(items[-1], backwards=False) if items and has_next else None,
        previous=_beyond(items[0], backwards=True) if items and has_previous else None,
    )


def _beyond(account: Account, *, backwards: bool) -> Cursor[AccountPlace]:
    place = AccountPlace(created_at=account.created_at, id=account.id)
    return Cursor(place=place, backwards=backwards)
