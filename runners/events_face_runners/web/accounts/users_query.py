"""The query string of the list of accounts, and its cursors."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

import msgspec

from events_face_core.accounts import AccountPlace, AccountQuery
from events_face_core.kernel import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    Cursor,
    InvalidInputError,
    Role,
    has_control_characters,
    in_utc,
)
from events_face_runners.web.cursors import read_cursor, write_cursor
from events_face_runners.web.problems import bad_query

_PATH = "/api/admin/users"
_LONGEST_VALUE = 1000
_KNOWN = frozenset({"q", "role", "limit", "cursor"})
_ROLES = (Role.USER, Role.ORGANIZER, Role.ADMIN)


class _WrittenCursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    backwards: bool
    created_at: datetime
    id: str


def parse_users_query(query_string: str) -> AccountQuery:
    """Return the question of a raw query string. Unknown parameters are ignored.

    Raises:
        ProblemError: 400, a parameter breaks its rule.
    """
    values = _values(query_string)
    try:
        return AccountQuery(
            search=values.get("q", "").strip(),
            role=_role(values["role"]) if "role" in values else None,
            limit=_limit(values["limit"]) if "limit" in values else DEFAULT_PAGE,
            cursor=_cursor(values["cursor"]) if "cursor" in values else None,
        )
    except InvalidInputError as error:
        raise bad_query(error.field, error.message) from error


def page_reference(query: AccountQuery, cursor: Cursor[AccountPlace] | None) -> str | None:
    """Return the relative reference to a neighbouring page: same filters, another cursor."""
    if cursor is None:
        return None
    pairs = [("q", query.search)] if query.search else []
    if query.role is not None:
        pairs.append(("role", query.role.value))
    if query.limit != DEFAULT_PAGE:
        pairs.append(("limit", str(query.limit)))
    written = _WrittenCursor(cursor.backwards, cursor.place.created_at, cursor.place.id)
    return f"{_PATH}?{urlencode([*pairs, ('cursor', write_cursor(written))])}"


def _values(query_string: str) -> dict[str, str]:
    values: dict[str, str] = {}
    # What is not UTF-8 becomes lone surrogates: of an unknown parameter nobody cares.
    for name, value in parse_qsl(query_string, keep_blank_values=True, errors="surrogateescape"):
        if name not in _KNOWN:
            continue
        if has_control_characters(value):
            raise bad_query(name, "must be UTF-8 without control characters")
        if len(value) > _LONGEST_VALUE:
            raise bad_query(name, f"must be at most {_LONGEST_VALUE} characters long")
        values[name] = value
    return values


def _role(value: str) -> Role:
    for role in _ROLES:
        if role.value == value:
            return role
    raise bad_query("role", "must be user, organizer or admin")


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdecimal()):
        raise bad_query("limit", f"must be a number from 1 to {LARGEST_PAGE}")
    return int(value)


def _cursor(value: str) -> Cursor[AccountPlace]:
    written = read_cursor(value, _WrittenCursor)
    if written.created_at.tzinfo is None or has_control_characters(written.id):
        raise bad_query("cursor", "is none that this service gave out")
    place = AccountPlace(created_at=in_utc(written.created_at), id=written.id)
    return Cursor(place=place, backwards=written.backwards)
