"""The statement of a page of the listing.

Every page is a walk along an index from the cursor on, whatever is filtered by. The walk needs
no row of the table, only the index; the rows of the page are fetched by their ids.
"""

from events_face_adapters.storage.event_rows import COLUMNS
from events_face_adapters.storage.postgres.question import PostgresQuestion
from events_face_adapters.storage.question import Statement
from events_face_core.catalogue import EventQuery

_OF_EVENT = ", ".join(f"event.{column.strip()}" for column in COLUMNS.split(","))


def page(query: EventQuery) -> Statement:
    """Return the statement for a page without a search."""
    asked = PostgresQuestion(query)
    places = asked.walk("event_time, id", asked.rows(), asked.deadlines())
    return asked.statement(
        f"SELECT {_OF_EVENT} FROM ({places}) AS place JOIN event USING (id)"  # noqa: S608  # only constants, values are bound
        f" ORDER BY {asked.order('place.')}"
    )
