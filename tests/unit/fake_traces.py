"""A fake of ``Traces`` that remembers its steps."""

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@define
class FakeTraces:
    """Stands in the story that the test sets."""

    now: str = ""
    steps: list[tuple[str, tuple[str, ...]]] = field(factory=list)
    failed: list[str] = field(factory=list)

    def current(self) -> str:
        return self.now

    @contextmanager
    def step(self, name: str, *traces: str) -> Iterator[None]:
        self.steps.append((name, traces))
        try:
            yield
        except Exception as error:
            self.failed.append(type(error).__name__)
            raise
