"""Caches: ready answers, kept for a short while. What needs Redis is in ``redis_cache``."""

from events_face_adapters.cache.guarded import GuardedSharedCache
from events_face_adapters.cache.layered import LayeredCache, Outcome
from events_face_adapters.cache.memory import MemoryCache
from events_face_adapters.cache.ports import Cache, Form, SharedCache

__all__ = [
    "Cache",
    "Form",
    "GuardedSharedCache",
    "LayeredCache",
    "MemoryCache",
    "Outcome",
    "SharedCache",
]
