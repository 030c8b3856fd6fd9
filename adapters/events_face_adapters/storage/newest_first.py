"""Pages of lists that begin with the newest, or with the largest of something else."""

from collections.abc import Sequence

from events_face_adapters.storage.question import Statement, where
from events_face_core.engagement import Window

BY_TIME = ("created_at", "id")
BY_HELPFULNESS = ("helpful_count", "created_at", "id")


def page_statement(
    select: str,
    conditions: Sequence[str],
    values: Sequence[object],
    window: Window,
    by: Sequence[str] = BY_TIME,
) -> Statement:
    """Return the statement for a page and one row more: a walk along the index of the order.

    Args:
        select: the columns and the table.
        conditions: what must hold of a row; their parameters are the values, from ``$1``.
        values: of the conditions.
        window: which page.
        by: the columns of the order, all descending, by their names in ``Position``.
    """
    cursor = window.cursor
    backwards = cursor is not None and cursor.backwards
    place = [] if cursor is None else [getattr(cursor.place, column) for column in by]
    beyond: list[str] = []
    if place:
        bound = ", ".join(f"${len(values) + number}" for number in range(1, len(place) + 1))
        beyond = [f"({', '.join(by)}) {'>' if backwards else '<'} ({bound})"]
    order = ", ".join(f"{column} {'ASC' if backwards else 'DESC'}" for column in by)
    text = f"{select} {where([*conditions, *beyond])} ORDER BY {order} LIMIT {window.limit + 1}"
    return Statement(text, (*values, *place))
