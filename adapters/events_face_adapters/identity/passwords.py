"""Passwords: argon2id for new ones, bcrypt for those that came from elsewhere."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from events_face_core.accounts import PasswordVerdict

T = TypeVar("T")

_BCRYPT = ("$2a$", "$2b$", "$2y$")
_BCRYPT_BYTES = 72
# As many as the usual lists of common passwords hold.
_COMMON_GUESSES = 100_000
# What is guessed is bounded, for each sign that may stand for a letter multiplies the work.
_LONGEST_GUESSED = 24
_SUBSTITUTES = frozenset("@({[<!|$+%")
_MOST_SUBSTITUTES = 3


def _owasp_hasher() -> PasswordHasher:
    """Return argon2id as OWASP recommends it: 19 MiB, two passes, one lane."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class HashedPasswords:
    """The core's ``Passwords``: a few threads hash, so that memory and cores stay bounded.

    Args:
        concurrency: how many are hashed at once; the others wait.
        hasher: how new hashes are made.
    """

    def __init__(self, *, concurrency: int = 2, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or _owasp_hasher()
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """Return an argon2id hash."""
        return await self._run(lambda: self._hasher.hash(password))

    async def check(self, password: str, password_hash: str | None) -> PasswordVerdict:
        """Tell whether this is the password; without a hash, hash it for nothing."""
        return await self._run(lambda: self._checked(password, password_hash))

    async def is_common(self, password: str, hints: Sequence[str]) -> bool:
        """Tell whether few guesses would find the beginning of the password."""
        return await self._run(lambda: _is_common(password, hints))

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _checked(self, password: str, password_hash: str | None) -> PasswordVerdict:
        if password_hash is None:
            self._hasher.hash(password)
            return PasswordVerdict(right=False)
        if password_hash.startswith(_BCRYPT):
            return PasswordVerdict(right=_bcrypt_fits(password, password_hash), outdated=True)
        try:
            self._hasher.verify(password_hash, password)
        except (InvalidHashError, VerificationError):
            return PasswordVerdict(right=False)
        return PasswordVerdict(right=True, outdated=self._hasher.check_needs_rehash(password_hash))


def _bcrypt_fits(password: str, password_hash: str) -> bool:
    try:
        # bcrypt has never read further; newer releases refuse what older ones cut off.
        return bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], password_hash.encode())
    except ValueError:
        return False


def _is_common(password: str, hints: Sequence[str]) -> bool:
    guessed = password[:_LONGEST_GUESSED]
    if len(_SUBSTITUTES.intersection(guessed)) > _MOST_SUBSTITUTES:
        return False
    # Its lists of words take memory and time that only who takes new passwords should spend.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    guesses = zxcvbn(guessed, user_inputs=list(hints))["guesses"]
    return bool(guesses < _COMMON_GUESSES)
