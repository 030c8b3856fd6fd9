"""The subjects of mails: what a notification is about, told by the name of its text."""

from collections.abc import Mapping

_SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "registration-confirmed": {
        "ru": "Регистрация подтверждена",
        "en": "Your registration is confirmed",
    },
    "registration-cancelled": {
        "ru": "Регистрация отменена",
        "en": "Your registration is cancelled",
    },
    "registration-rejected": {
        "ru": "Регистрация не состоялась",
        "en": "Your registration did not succeed",
    },
    "booking-confirmed": {"ru": "Бронирование подтверждено", "en": "Your booking is confirmed"},
    "booking-cancelled": {"ru": "Бронирование отменено", "en": "Your booking is cancelled"},
    "booking-cancelled-event-cancelled": {
        "ru": "Мероприятие отменено",
        "en": "Your event is cancelled",
    },
    "booking-moved": {"ru": "Мероприятие перенесено", "en": "Your event has a new time"},
    "password-reset": {"ru": "Сброс пароля", "en": "Reset your password"},
    "reminder-day": {"ru": "Напоминание о мероприятии", "en": "A reminder of your event"},
    "reminder-hour": {
        "ru": "Мероприятие скоро начнётся",
        "en": "Your event begins soon",
    },
}
_ANY: Mapping[str, str] = {"ru": "Уведомление", "en": "A message for you"}


def subject(template: str, language: str) -> str:
    """Return the subject for a text, in Russian where we do not speak the language.

    A text without a subject of its own has that of the longest name that its own begins with:
    ``registration-rejected-sold-out`` that of ``registration-rejected``; else a general one.
    """
    known = [name for name in _SUBJECTS if template == name or template.startswith(f"{name}-")]
    words = _SUBJECTS[max(known, key=len)] if known else _ANY
    return words.get(language, words["ru"])
