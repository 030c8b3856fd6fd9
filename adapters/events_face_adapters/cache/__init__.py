"""Caches: ready answers, kept for a short while."""

from events_face_adapters.cache.memory import MemoryCache

__all__ = ["MemoryCache"]
