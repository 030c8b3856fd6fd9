"""Faults: what can go wrong, and the dice that decide when it does."""

from collections.abc import Sequence
from random import Random
from typing import Literal, TypeVar

import attrs
from attrs.validators import deep_iterable, ge, in_, instance_of, le, min_len, optional

from events_face_runners.simulator.records import CALL_KINDS, CallKind

T = TypeVar("T")

Garbage = Literal["html", "cut"]

_RATE = [ge(0.0), le(1.0)]


@attrs.frozen(kw_only=True)
class Faults:
    """What goes wrong and how often; a rate is a share of calls from 0 to 1.

    Attributes:
        fail_rate: calls answered with one of `statuses`, without acting.
        statuses: what failing calls are answered with, chosen at random.
        retry_after: seconds for the `Retry-After` header of failing calls; None: no header.
        retry_after_date: write that header as an HTTP date instead of seconds.
        latency: seconds before any answer, good or bad.
        hang_rate: calls accepted and never answered.
        lost_reply_rate: calls that act and then cut the connection without an answer.
        html_errors: failing calls answer HTML instead of JSON.
        garbage_rate: calls that act and then answer 200 or 201 with HTML or cut JSON.
        duplicate_rate: events that appear twice in a listing.
        fail_first: so many first calls fail, then the rates rule.
        target: the kinds of calls that faults strike.
    """

    fail_rate: float = attrs.field(default=0.0, validator=_RATE)
    statuses: tuple[int, ...] = attrs.field(
        default=(429, 500, 502, 503, 504),
        validator=[min_len(1), deep_iterable([instance_of(int), ge(400), le(599)])],
    )
    retry_after: int | None = attrs.field(default=None, validator=optional(ge(0)))
    retry_after_date: bool = False
    latency: float = attrs.field(default=0.0, validator=ge(0.0))
    hang_rate: float = attrs.field(default=0.0, validator=_RATE)
    lost_reply_rate: float = attrs.field(default=0.0, validator=_RATE)
    html_errors: bool = False
    garbage_rate: float = attrs.field(default=0.0, validator=_RATE)
    duplicate_rate: float = attrs.field(default=0.0, validator=_RATE)
    fail_first: int = attrs.field(default=0, validator=ge(0))
    target: frozenset[CallKind] = attrs.field(
        default=frozenset(CALL_KINDS), validator=deep_iterable(in_(CALL_KINDS))
    )


@attrs.frozen(kw_only=True)
class Strike:
    """What the dice decided for one call; the default is that nothing goes wrong."""

    latency: float = 0.0
    fail_status: int | None = None
    hang: bool = False
    lose_reply: bool = False
    garbage: Garbage | None = None


class FaultDice:
    """Decides call by call; the same seed and order of calls give the same faults."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._random = Random(seed)
        self._faults = faults
        self._first_left = faults.fail_first

    @property
    def faults(self) -> Faults:
        """The faults in force; setting them starts `fail_first` anew."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults
        self._first_left = faults.fail_first

    def roll(self, kind: CallKind) -> Strike:
        """Decide what happens to a call of this kind."""
        faults = self._faults
        if kind not in faults.target:
            return Strike()
        return Strike(
            latency=faults.latency,
            fail_status=self._fail_status(),
            hang=self._hits(faults.hang_rate),
            lose_reply=self._hits(faults.lost_reply_rate),
            garbage=self._garbage(),
        )

    def double(self, items: Sequence[T]) -> list[T]:
        """The items of a listing, some of them twice."""
        rate = self._faults.duplicate_rate if "list" in self._faults.target else 0.0
        doubled: list[T] = []
        for item in items:
            doubled.extend([item, item] if self._hits(rate) else [item])
        return doubled

    def _fail_status(self) -> int | None:
        first = self._first_left > 0
        if first:
            self._first_left -= 1
        if first or self._hits(self._faults.fail_rate):
            return self._random.choice(self._faults.statuses)
        return None

    def _garbage(self) -> Garbage | None:
        if not self._hits(self._faults.garbage_rate):
            return None
        return "html" if self._hits(0.5) else "cut"

    def _hits(self, rate: float) -> bool:
        return self._random.random() < rate
