"""Credible events made from a seed."""

from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import attrs

from events_face_runners.simulator import sample_names as words
from events_face_runners.simulator.records import SimulatedEvent, SimulatedPlace, Status
from events_face_runners.simulator.seating import seat_names

DAYS_BEHIND: Final = 20
DAYS_AHEAD: Final = 90
CHANGES_SPAN: Final = timedelta(days=30)
ONE_DAY: Final = timedelta(days=1)
SHARE_WITHOUT_PLACE: Final = 0.05

PAST: Final[dict[Status, int]] = {"finished": 9, "cancelled": 1}
AHEAD: Final[dict[Status, int]] = {
    "published": 80,
    "new": 8,
    "cancelled": 6,
    "registration_closed": 6,
}


def sample_events(count: int, *, seed: int, now: datetime, group: int = 1) -> list[SimulatedEvent]:
    """So many events, in the order of `changed_at`, which lies in the last 30 days.

    With a `group` above 1, so many neighbours share one `changed_at`. The groups are shifted by
    half of one: when `group` is the page size, pages end inside groups.
    """
    maker = SampleMaker.from_seed(seed, now)
    moments = maker.moments(count)
    firsts = [max(0, (n + group // 2) // group * group - group // 2) for n in range(count)]
    return [
        maker.event(name, moments[first])
        for name, first in zip(maker.names(count), firsts, strict=True)
    ]


@attrs.frozen
class SampleMaker:
    """Makes events around one moment, always the same ones from the same seed."""

    random: Random
    now: datetime
    places: list[SimulatedPlace]

    @classmethod
    def from_seed(cls, seed: int, now: datetime) -> "SampleMaker":
        """A maker with its own dice and places."""
        random = Random(seed)
        return cls(random, now, _places(random, now))

    def names(self, count: int) -> list[str]:
        """The names that are always there, then the others in any order, then repeats."""
        others = _other_names()
        self.random.shuffle(others)
        known = [*words.ALWAYS, *others]
        rounds = range(2, 2 + count // len(known))
        repeats = [f"{name}. Показ {turn}" for turn in rounds for name in known]
        return [*known, *repeats][:count]

    def moments(self, count: int) -> list[datetime]:
        """Growing moments over the last 30 days, each with microseconds of its own."""
        start, step = self.now - CHANGES_SPAN, CHANGES_SPAN / (count + 1)
        dust = [timedelta(microseconds=self.random.randrange(10**6)) for _ in range(count)]
        return [start + step * n + grain for n, grain in enumerate(dust)]

    def event(self, name: str, changed_at: datetime) -> SimulatedEvent:
        """An event of that name, some days behind or ahead, in a status that fits its time."""
        always = name in words.ALWAYS
        event_time = self._event_time(2 if always else -DAYS_BEHIND)
        place = self.random.choice(self.places)
        max_visitors = len(seat_names(place.seats_pattern))
        return SimulatedEvent(
            id=_new_id(self.random),
            name=name,
            place=None if self.random.random() < SHARE_WITHOUT_PLACE else place,
            event_time=event_time,
            registration_deadline=event_time - ONE_DAY,
            status="published" if always else self._status(event_time),
            number_of_visitors=self.random.randint(0, max_visitors // 3),
            max_visitors=max_visitors,
            changed_at=changed_at,
            created_at=changed_at - timedelta(days=self.random.randint(1, 60)),
            status_changed_at=changed_at - timedelta(hours=self.random.randint(0, 23)),
        )

    def _event_time(self, first_day: int) -> datetime:
        day = self.now + timedelta(days=self.random.randint(first_day, DAYS_AHEAD))
        hour, minute = self.random.randint(10, 21), self.random.choice((0, 0, 30))
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def _status(self, event_time: datetime) -> Status:
        if self.now < event_time <= self.now + ONE_DAY:
            return "registration_closed"
        shares = PAST if event_time <= self.now else AHEAD
        return self.random.choices(list(shares), list(shares.values()))[0]


def _new_id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _places(random: Random, now: datetime) -> list[SimulatedPlace]:
    long_ago = now - timedelta(days=365)
    return [
        SimulatedPlace(
            id=_new_id(random),
            name=name,
            city=city,
            address=address,
            seats_pattern=pattern,
            changed_at=long_ago,
            created_at=long_ago,
        )
        for name, city, address, pattern in words.PLACES
    ]


def _other_names() -> list[str]:
    return [
        *(form.format(composer) for form in words.CONCERTS for composer in words.COMPOSERS),
        *(form.format(subject) for form in words.MEETINGS for subject in words.SUBJECTS),
        *(f"Спектакль «{play}»" for play in words.PLAYS),
        *(f"Выставка «{exhibition}»" for exhibition in words.EXHIBITIONS),
        *(f"Лекция «{lecture}»" for lecture in words.LECTURES),
        *words.OTHERS,
        *words.ENGLISH,
    ]
