"""The keys that sign access tokens and verify them."""

from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from events_face_adapters.identity import (
    load_signing_key,
    load_verification_keys,
    make_signing_key,
    make_signing_pem,
)
from support.keys import SIGNING_KEY, SIGNING_KEY_PATH


def _pem(key: object, encryption: KeySerializationEncryption | None = None) -> str:
    encryption = encryption or NoEncryption()
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[attr-defined]
    return made.decode()


def _public_pem(key: object) -> str:
    public = key.public_key()  # type: ignore[attr-defined]
    made: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made.decode()


def _small_rsa() -> object:
    return generate_rsa(public_exponent=65537, key_size=1024)  # noqa: S505  # to be refused


@pytest.mark.parametrize("text", [SIGNING_KEY, str(SIGNING_KEY_PATH), repr(SIGNING_KEY)[1:-1]])
def test_a_key_is_a_pem_or_its_path(text: str) -> None:
    key = load_signing_key(text)

    # RFC 8037, A.3, tells the thumbprint of RFC 8032's first key; this one is RFC 8410's.
    told = key.verification
    assert (told.algorithm, told.jwk["kty"], told.jwk["crv"]) == ("EdDSA", "OKP", "Ed25519")
    assert told.jwk["x"] == "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"


def test_a_key_is_named_by_its_thumbprint() -> None:
    key = load_signing_key(SIGNING_KEY).verification

    assert key.kid == key.jwk["kid"] == load_signing_key(SIGNING_KEY).verification.kid
    assert key.kid != make_signing_key().verification.kid
    assert len(key.kid) == 43


def test_an_rsa_key_signs_with_rs256_and_is_published() -> None:
    private = generate_rsa(public_exponent=65537, key_size=2048)

    key = load_signing_key(_pem(private))

    jwk = key.verification.jwk
    token = jwt.encode({"a": 1}, key.private, algorithm=key.verification.algorithm)
    assert jwk["alg"] == "RS256"
    assert jwt.decode(token, jwt.PyJWK(jwk), algorithms=["RS256"]) == {"a": 1}
    assert not {"d", "p", "q"} & set(jwk)


def test_a_new_key_can_be_set() -> None:
    assert load_signing_key(make_signing_pem()).verification.algorithm == "EdDSA"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no-such-file.pem", "cannot be read"),
        ("-----BEGIN PRIVATE KEY-----", "must be a private key in PEM"),
        (_pem(generate_private_key(SECP256R1())), "must be an Ed25519 or an RSA key"),
        (_pem(_small_rsa()), "at least 2048 bits"),
        (
            _pem(generate_private_key(SECP256R1()), BestAvailableEncryption(b"x")),
            "must be a private key in PEM without a password",
        ),
    ],
    ids=["no-file", "no-key", "elliptic", "small", "locked"],
)
def test_a_key_that_cannot_sign_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_signing_key(text)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.der"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(ValueError, match="must be a private key in PEM"):
        load_signing_key(str(path))


def test_a_key_does_not_show_itself() -> None:
    assert "private" not in repr(make_signing_key())


def test_keys_verify_whether_public_or_private_and_by_their_paths(tmp_path: Path) -> None:
    first, second = make_signing_key(), generate_rsa(public_exponent=65537, key_size=2048)
    path = tmp_path / "former.pem"
    path.write_text(_public_pem(second), encoding="ascii")

    keys = load_verification_keys(f"{_pem(first.private)}, {path},{SIGNING_KEY_PATH}")

    assert [key.algorithm for key in keys] == ["EdDSA", "RS256", "EdDSA"]
    assert keys[0] == first.verification
    assert keys[1].public.public_numbers() == second.public_key().public_numbers()  # type: ignore[union-attr]
    assert keys[2] == load_signing_key(SIGNING_KEY).verification


def test_no_keys_are_none() -> None:
    assert load_verification_keys("") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no-such-file.pem", "cannot be read"),
        (f"{SIGNING_KEY_PATH},", "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----", "must be keys in PEM"),
        (_public_pem(generate_private_key(SECP256R1())), "must be an Ed25519 or an RSA key"),
        (_pem(generate_private_key(SECP256R1())), "must be an Ed25519 or an RSA key"),
        (_public_pem(_small_rsa()), "at least 2048 bits"),
    ],
    ids=["no-file", "trailing-comma", "no-key", "elliptic", "elliptic-private", "small"],
)
def test_a_key_that_cannot_verify_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_verification_keys(text)
