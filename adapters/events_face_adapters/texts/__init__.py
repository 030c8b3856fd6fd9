"""Texts: what people are told, in files beside this code."""

from events_face_adapters.texts.moments import LANGUAGES, moment_in_words
from events_face_adapters.texts.subjects import subject
from events_face_adapters.texts.template_texts import TemplateTexts

__all__ = ["LANGUAGES", "TemplateTexts", "moment_in_words", "subject"]
