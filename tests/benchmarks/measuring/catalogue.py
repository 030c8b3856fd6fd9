"""A large catalogue, always the same: names whose words are as common and rare as in life."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count, product
from random import Random
from uuid import UUID

from attrs import field, frozen

from events_face_core.catalogue import Event, EventStatus, Place
from events_face_runners.simulator import sample_names

BLOCK = 500
"""Events are made so many at a time, each block from a seed of its own."""

HORIZON = timedelta(days=300)
"""The events lie between tomorrow and then."""

SEASON = timedelta(days=240)
"""From then on, three events in ten are of the season; before, none is."""

SEASONAL_WORD = "новогодний"

_KINDS = {
    "Концерт": 25, "Спектакль": 18, "Выставка": 13, "Лекция": 10, "Мастер-класс": 8,
    "Экскурсия": 6, "Фестиваль": 5, "Кинопоказ": 4, "Concert": 4, "Workshop": 3, "Meetup": 3,
    "Квиз": 1,
}  # fmt: skip
COMMON_WORDS = ("концерт", "спектакль", "выставка")

_TITLES = (
    *sample_names.PLAYS, *sample_names.EXHIBITIONS, *sample_names.LECTURES,
    *sample_names.COMPOSERS, *sample_names.SUBJECTS,
)  # fmt: skip
_BEGINNINGS = (
    "Бар", "Вал", "Гор", "Дем", "Жар", "Зим", "Кар", "Лог", "Мар", "Нос", "Пар", "Рад", "Сав",
    "Тар", "Ува", "Фед", "Хол", "Цар", "Чер", "Шум", "Щер", "Юди", "Яко", "Бел", "Вол", "Гур",
    "Дол", "Жил", "Зор", "Кол", "Луг", "Мел", "Нал", "Пол", "Руд", "Сид", "Тул", "Фом", "Хар",
    "Чуд",
)  # fmt: skip
_MIDDLES = (
    "ан", "ед", "из", "ол", "ум", "ач", "ев", "иг", "ох", "уб", "ап", "ер", "ил", "ос", "ут",
    "аж", "еп", "ир", "он", "ух", "ак", "ещ", "им", "од", "уг",
)  # fmt: skip
_ENDINGS = (
    "енко", "ский", "цева", "юк", "дзе", "швили", "ман", "берг", "фельд", "чик", "тис", "айте",
    "оглы", "баев", "швец", "лайнен", "хан", "гиль", "штейн", "вальд",
)  # fmt: skip
_WITH_PERSON = 0.6

_STATUSES = {
    EventStatus.OPEN: 80,
    EventStatus.NEW: 8,
    EventStatus.CANCELLED: 6,
    EventStatus.REGISTRATION_CLOSED: 6,
}


def _people() -> tuple[str, ...]:
    """Return surnames, none of which is the beginning of another."""
    names = ["".join(parts) for parts in product(_BEGINNINGS, _MIDDLES, _ENDINGS)]
    Random(1).shuffle(names)
    return tuple(names)


PEOPLE = _people()
"""As Zipf says, the n-th is in the names of one n-th as many events as the first."""

RARE_WORDS = PEOPLE[2_000:4_000]
"""Each in about 20 of a million events."""

MIDDLING_WORDS = PEOPLE[9:13]
"""Each in about one of 200 events."""


def _zipf(length: int, *, first: int = 1) -> list[float]:
    return list(accumulate(1 / rank for rank in range(first, first + length)))


@frozen
class Catalogue:
    """So many events, seen from one moment."""

    size: int
    now: datetime = field(factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def blocks(self) -> Iterator[list[Event]]:
        """Give all events, a block at a time, in the order of ``changed_at``."""
        for number in count():
            if number * BLOCK >= self.size:
                return
            yield self.block(number)[: self.size - number * BLOCK]

    def block(self, number: int) -> list[Event]:
        """Return one block of events."""
        random = Random(number)
        names = self._names(random)
        places = random.choices(_PLACES, k=BLOCK)
        statuses = random.choices(list(_STATUSES), list(_STATUSES.values()), k=BLOCK)
        return [
            self._event(random, number * BLOCK + n, *parts)
            for n, parts in enumerate(zip(names, places, statuses, strict=True))
        ]

    def _names(self, random: Random) -> Sequence[str]:
        kinds = random.choices(list(_KINDS), list(_KINDS.values()), k=BLOCK)
        titles = random.choices(_TITLES, cum_weights=_TITLE_WEIGHTS, k=BLOCK)
        people = random.choices(PEOPLE, cum_weights=_PEOPLE_WEIGHTS, k=BLOCK)
        return [
            f"{kind} «{title}»" + (f": {person}" if random.random() < _WITH_PERSON else "")
            for kind, title, person in zip(kinds, titles, people, strict=True)
        ]

    def _event(
        self, random: Random, number: int, name: str, place: Place, status: EventStatus
    ) -> Event:
        ahead = timedelta(days=1, minutes=random.randrange(HORIZON // timedelta(minutes=1)))
        if ahead > SEASON and random.random() < 0.3:
            name = f"{SEASONAL_WORD.capitalize()} {name[0].lower()}{name[1:]}"
        return Event(
            id=str(UUID(int=random.getrandbits(128), version=4)),
            name=name,
            status=status,
            event_time=self.now + ahead,
            registration_deadline=self.now + ahead - timedelta(days=1),
            place=place,
            number_of_visitors=random.randrange(100),
            changed_at=self.now - timedelta(days=30) + number * timedelta(milliseconds=1),
        )


_TITLE_WEIGHTS = _zipf(len(_TITLES), first=10)
_PEOPLE_WEIGHTS = _zipf(len(PEOPLE))
_PLACES = [
    Place(id=str(UUID(int=number)), name=name, city=city, address=address)
    for number, (name, city, address, _) in enumerate(sample_names.PLACES)
]
