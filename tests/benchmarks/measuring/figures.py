"""What a measurement says: figures against something that a reader knows, and against a bar."""

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class Bar:
    """What is asked of a figure; of what is none, nothing is asked.

    Attributes:
        least_ratio: the least that ours may be, as a part of the reference.
        most_ratio: the most that ours may be, as a multiple of the reference.
        most: the most that ours may be by itself, in the unit of the figure.
    """

    least_ratio: float | None = None
    most_ratio: float | None = None
    most: float | None = None

    def wording(self, unit: str) -> str:
        """Return the bar in words."""
        parts = (
            None if self.most is None else f"≤ {self.most:g} {unit}",
            None if self.least_ratio is None else f"≥ {self.least_ratio:.2f} ×",
            None if self.most_ratio is None else f"≤ {self.most_ratio:.2f} ×",
        )
        return ", ".join(filter(None, parts)) or "—"

    def holds(self, ours: float, ratio: float) -> bool:
        """Tell whether a figure is within."""
        return (
            (self.most is None or ours <= self.most)
            and (self.least_ratio is None or ratio >= self.least_ratio)
            and (self.most_ratio is None or ratio <= self.most_ratio)
        )


NO_BAR = Bar()


@frozen(kw_only=True)
class Figure:
    """One row of the table.

    Attributes:
        what: what was measured.
        ours: the figure.
        against: what the reference is.
        reference: the same figure of it, from the same run.
        details: what a reader may want to see beside it, by name.
    """

    what: str
    ours: float
    unit: str
    against: str
    reference: float
    bar: Bar = NO_BAR
    details: Mapping[str, object] = field(factory=dict)

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the reference."""
        return self.ours / self.reference if self.reference else float("inf")

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        return self.bar.holds(self.ours, self.ratio)

    def as_json(self) -> dict[str, object]:
        """Return what is written down."""
        return {
            "what": self.what,
            "ours": round(self.ours, 4),
            "unit": self.unit,
            "against": self.against,
            "reference": round(self.reference, 4),
            "ratio": round(self.ratio, 4),
            "bar": self.bar.wording(self.unit),
            "holds": self.holds,
            "details": dict(self.details),
        }

    def __str__(self) -> str:
        verdict = "" if self.bar == NO_BAR else "  holds" if self.holds else "  MISSED"
        return (
            f"{self.what}: {self.ours:.2f} {self.unit}, {self.ratio:.2f} × {self.reference:.2f}"
            f" ({self.against}; {self.bar.wording(self.unit)}){verdict}"
        )
