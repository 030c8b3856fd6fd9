"""The words around a ticket's facts."""

from attrs import frozen


@frozen(kw_only=True)
class Labels:
    """What stands before each fact, and the code of the language."""

    language: str
    title: str
    time: str
    place: str
    holder: str
    quantity: str
    code: str
    cancelled: str


_LABELS = {
    "ru": Labels(
        language="ru",
        title="Билет",
        time="Время",
        place="Место",
        holder="Имя",
        quantity="Мест",
        code="Код",
        cancelled="Билет недействителен",
    ),
    "en": Labels(
        language="en",
        title="Ticket",
        time="Time",
        place="Place",
        holder="Name",
        quantity="Admits",
        code="Code",
        cancelled="This ticket is not valid",
    ),
}


def labels(language: str) -> Labels:
    """Return the words in a language; in Russian, where we do not speak it."""
    return _LABELS.get(language, _LABELS["ru"])
