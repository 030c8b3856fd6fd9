"""A question to the listing, as SQLite wants it put."""

from attrs import define

from events_face_adapters.storage.question import Question

_LAG = "registration_deadline - event_time"


@define
class SqliteQuestion(Question):
    """``Question``."""

    def bind(self, value: object) -> str:
        """Return the parameter that stands for a value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def earliest(self, deadline: str) -> str:
        """Return the earliest time."""
        return f"{deadline} - max({_LAG})"

    def latest(self, deadline: str) -> str:
        """Return the time that events with earlier deadlines lie before."""
        return f"{deadline} - min({_LAG})"

    def nearer(self, one: str, other: str) -> str:
        """Return the one of two times that the walk reaches last."""
        return f"{'min' if self.descending else 'max'}({one}, {other})"
