"""Texts: what people are told, in files beside this code."""

from events_face_adapters.texts.template_texts import TemplateTexts

__all__ = ["TemplateTexts"]
