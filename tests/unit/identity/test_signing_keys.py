"""The keys that sign access tokens."""

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
)

from events_face_adapters.identity import load_signing_key, make_signing_key, make_signing_pem
from support.keys import SIGNING_KEY, SIGNING_KEY_PATH


def _pem(key: object, encryption: KeySerializationEncryption | None = None) -> str:
    encryption = encryption or NoEncryption()
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[attr-defined]
    return made.decode()


def _small_rsa() -> object:
    return generate_rsa(public_exponent=65537, key_size=1024)  # noqa: S505  # to be refused


@pytest.mark.parametrize("text", [SIGNING_KEY, str(SIGNING_KEY_PATH), repr(SIGNING_KEY)[1:-1]])
def test_a_key_is_a_pem_or_its_path(text: str) -> None:
    key = load_signing_key(text)

    # RFC 8037, A.3, tells the thumbprint of RFC 8032's first key; this one is RFC 8410's.
    assert (key.algorithm, key.public["kty"], key.public["crv"]) == ("EdDSA", "OKP", "Ed25519")
    assert key.public["x"] == "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE"


def test_a_key_is_named_by_its_thumbprint() -> None:
    key = load_signing_key(SIGNING_KEY)

    assert key.kid == key.public["kid"] == load_signing_key(SIGNING_KEY).kid
    assert key.kid != make_signing_key().kid
    assert len(key.kid) == 43


def test_an_rsa_key_signs_with_rs256_and_is_published() -> None:
    private = generate_rsa(public_exponent=65537, key_size=2048)

    key = load_signing_key(_pem(private))

    token = jwt.encode({"a": 1}, key.private, algorithm=key.algorithm)
    assert key.public["alg"] == "RS256"
    assert jwt.decode(token, jwt.PyJWK(key.public), algorithms=["RS256"]) == {"a": 1}
    assert not {"d", "p", "q"} & set(key.public)


def test_a_new_key_can_be_set() -> None:
    assert load_signing_key(make_signing_pem()).algorithm == "EdDSA"


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
