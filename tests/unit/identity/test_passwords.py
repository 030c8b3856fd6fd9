"""How passwords are hashed, compared and judged."""

import asyncio
from collections.abc import Iterator
from threading import current_thread, main_thread
from time import sleep

import bcrypt
import pytest
from argon2 import PasswordHasher

from events_face_adapters.identity import HashedPasswords

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def passwords() -> Iterator[HashedPasswords]:
    made = HashedPasswords(hasher=QUICK)
    yield made
    made.close()


async def test_a_password_fits_its_own_hash_only(passwords: HashedPasswords) -> None:
    made = await passwords.hash(PASSWORD)

    right, wrong = [await passwords.check(word, made) for word in (PASSWORD, "another")]

    assert (right.right, right.outdated, wrong.right) == (True, False, False)


async def test_two_hashes_of_one_password_differ_and_are_argon2id(
    passwords: HashedPasswords,
) -> None:
    one, other = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)

    assert one != other
    assert one.startswith("$argon2id$v=19$m=64,t=1,p=1$")


async def test_new_hashes_are_made_as_owasp_recommends() -> None:
    passwords = HashedPasswords()

    made = await passwords.hash(PASSWORD)

    passwords.close()
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_hash_of_weaker_parameters_is_outdated(passwords: HashedPasswords) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)

    verdict = await passwords.check(PASSWORD, weak)

    assert (verdict.right, verdict.outdated) == (True, True)


@pytest.mark.parametrize("prefix", ["2a", "2b", "2y"])
async def test_a_hash_of_bcrypt_is_verified_and_outdated(
    passwords: HashedPasswords, prefix: str
) -> None:
    made = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    made = f"${prefix}{made[3:]}"

    right, wrong = [await passwords.check(word, made) for word in (PASSWORD, "another")]

    assert (right.right, right.outdated, wrong.right) == (True, True, False)


async def test_bcrypt_reads_72_bytes_as_ever(passwords: HashedPasswords) -> None:
    made = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    assert (await passwords.check("x" * 100, made)).right


@pytest.mark.parametrize("broken", ["", "plain", "$2b$", "$2b$04$short", "$argon2id$v=19$broken"])
async def test_a_hash_that_is_none_fits_nothing(passwords: HashedPasswords, broken: str) -> None:
    assert not (await passwords.check("", broken)).right


async def test_without_a_hash_a_password_is_hashed_all_the_same() -> None:
    hashed: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            assert current_thread() is not main_thread()
            hashed.append(str(password))
            return "hash"

    passwords = HashedPasswords(hasher=Counting())
    verdict = await passwords.check("x", None)

    passwords.close()
    assert not verdict.right
    assert hashed == ["x"]


async def test_no_more_are_hashed_at_once_than_there_are_threads() -> None:
    under_way: list[int] = []
    running = 0

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running
            running += 1
            under_way.append(running)
            # Long enough for another thread, if there were one, to begin meanwhile.
            sleep(0.01)
            running -= 1
            return "hash"

    passwords = HashedPasswords(concurrency=1, hasher=Counting())
    await asyncio.gather(*(passwords.hash("x") for _ in range(8)))

    passwords.close()
    assert under_way == [1] * 8


@pytest.mark.parametrize(
    "password",
    ["password1234", "123456789012", "qwertyuiop12", "a" * 128, "iloveyou1234", "P@ssw0rd1234"],
)
async def test_what_anybody_would_try_first_is_common(
    passwords: HashedPasswords, password: str
) -> None:
    assert await passwords.is_common(password, ())


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "S3cure-Passw0rd!",
        "A-very-long-password-1",
        "корова и трактор в поле",
        "x7$kQ9!mZ2#pL",
        "x7$kQ9!mZ2#pL" * 9,
        "4@8({[</369&#!|10$5+7%2/" * 2,
    ],
)
async def test_what_nobody_would_guess_is_not(passwords: HashedPasswords, password: str) -> None:
    assert not await passwords.is_common(password, ())


async def test_what_belongs_to_the_owner_is_common(passwords: HashedPasswords) -> None:
    assert await passwords.is_common("ivanpetrovmsk", ("ivanpetrovmsk",))
