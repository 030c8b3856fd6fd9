"""A token of ours is verified once, and still refused when it has to be."""

from datetime import timedelta

import jwt
import pytest

from events_face_adapters.identity import JwtAccessTokens, SigningKey, make_signing_key
from events_face_adapters.identity import access_tokens as module
from events_face_core.accounts import AccessGrant
from events_face_core.kernel import Role, SignInRequiredError
from unit.fakes import NOON

GRANT = AccessGrant(account_id="anna", session_id="s", role=Role.USER)
LIFETIME = timedelta(minutes=15)
JUST_IN_TIME = NOON + LIFETIME - timedelta(microseconds=1)


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the tokens whose signatures are verified, as they are."""
    verified: list[str] = []
    decode = jwt.decode

    def noted(token: str, *arguments: object, **options: object) -> object:
        verified.append(token)
        return decode(token, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "decode", noted)
    return verified


def _tokens(key: SigningKey | None = None) -> JwtAccessTokens:
    signing = key or make_signing_key()
    return JwtAccessTokens(get_key=lambda: signing, issuer="events-face")


def _issue(tokens: JwtAccessTokens, account_id: str = "anna") -> str:
    grant = AccessGrant(account_id=account_id, session_id="s", role=Role.USER)
    return tokens.issue(grant, now=NOON, lifetime=LIFETIME)


async def test_a_token_is_verified_once(verifications: list[str]) -> None:
    tokens = _tokens()
    token = _issue(tokens)

    read = [await tokens.read(token, now=moment) for moment in (NOON, NOON, JUST_IN_TIME)]

    assert read == [GRANT] * 3
    assert verifications == [token]


async def test_a_token_that_was_verified_ends_all_the_same() -> None:
    tokens = _tokens()
    token = _issue(tokens)
    await tokens.read(token, now=NOON)

    with pytest.raises(SignInRequiredError):
        await tokens.read(token, now=NOON + LIFETIME)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["header", "claims", "signature"])
async def test_a_token_that_begins_or_ends_as_a_verified_one_is_refused(place: int) -> None:
    tokens = _tokens()
    token = _issue(tokens)
    await tokens.read(token, now=NOON)
    parts, others = token.split("."), _issue(_tokens(), "boris").split(".")
    parts[place] = others[place]

    with pytest.raises(SignInRequiredError):
        await tokens.read(".".join(parts), now=NOON)


@pytest.mark.parametrize("strange", ["x", "=", "\udcff", ".x"])
async def test_a_verified_token_with_something_behind_it_is_another(strange: str) -> None:
    tokens = _tokens()
    token = _issue(tokens)
    await tokens.read(token, now=NOON)

    with pytest.raises(SignInRequiredError):
        await tokens.read(token + strange, now=NOON)


async def test_what_was_refused_is_not_remembered(verifications: list[str]) -> None:
    tokens, strangers = _tokens(), _tokens()
    said, signature = _issue(tokens).rpartition(".")[0], _issue(strangers).rpartition(".")[2]
    token = f"{said}.{signature}"

    for _ in range(2):
        with pytest.raises(SignInRequiredError):
            await tokens.read(token, now=NOON)

    assert verifications == [token] * 2


async def test_a_token_that_one_key_verified_is_refused_by_another() -> None:
    tokens = _tokens()
    token = _issue(tokens)
    await tokens.read(token, now=NOON)

    with pytest.raises(SignInRequiredError):
        await _tokens().read(token, now=NOON)


async def test_only_so_many_tokens_are_remembered(
    verifications: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_VERIFIED", 2)
    tokens = _tokens()
    first, second, third = (_issue(tokens, name) for name in ("anna", "boris", "vera"))

    for token in (first, second, first, third, first, second):
        await tokens.read(token, now=NOON)

    assert verifications == [first, second, third, second]
