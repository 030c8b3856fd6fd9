"""A question to the listing, as PostgreSQL wants it put."""

from datetime import datetime

from attrs import define

from events_face_adapters.storage.question import Question

_LAG = "registration_deadline - event_time"


@define
class PostgresQuestion(Question):
    """``Question``."""

    def bind(self, value: object) -> str:
        """Return the parameter that stands for a value, with its type."""
        self.values.append(value)
        return f"${len(self.values)}::{'timestamptz' if isinstance(value, datetime) else 'text'}"

    def earliest(self, deadline: str) -> str:
        """Return the earliest time.

        An event whose deadline is a matter of millennia makes the bound useless, and must not
        make it overflow.
        """
        return (
            f"CASE WHEN max({_LAG}) < interval '4000 years'"
            f" THEN {deadline} - max({_LAG}) ELSE '-infinity' END"
        )

    def latest(self, deadline: str) -> str:
        """Return the time that events with earlier deadlines lie before."""
        return f"{deadline} - min({_LAG})"

    def nearer(self, one: str, other: str) -> str:
        """Return the one of two times that the walk reaches last."""
        return f"{'LEAST' if self.descending else 'GREATEST'}({one}, {other})"
