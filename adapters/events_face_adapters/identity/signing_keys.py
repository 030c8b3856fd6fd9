"""The keys that sign access tokens and verify them: Ed25519 or RSA, in PEM."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

_SMALLEST_RSA = 2048
_MARK = "-----BEGIN"
_PRIVATE = b" PRIVATE KEY-----"
_NO_PRIVATE_KEY = "must be a private key in PEM without a password, or its path"
_NO_KEY = "must be keys in PEM without a password, or their paths, with commas between"
_OTHER_KIND = "must be an Ed25519 or an RSA key"

PrivateKey = Ed25519PrivateKey | RSAPrivateKey
PublicKey = Ed25519PublicKey | RSAPublicKey


@frozen
class VerificationKey:
    """A public key, and what is told of it.

    Attributes:
        algorithm: ``EdDSA`` or ``RS256``: the key decides, never a token.
        kid: its thumbprint (RFC 7638), so that it is the same in every process.
        jwk: the key as a JSON Web Key (RFC 7517).
    """

    public: PublicKey = field(repr=False)
    algorithm: str = field(init=False)
    kid: str = field(init=False)
    jwk: dict[str, str] = field(init=False, repr=False)

    @algorithm.default
    def _algorithm(self) -> str:
        return "RS256" if isinstance(self.public, RSAPublicKey) else "EdDSA"

    @kid.default
    def _kid(self) -> str:
        members = json.dumps(_members(self.public), separators=(",", ":"), sort_keys=True)
        return _base64(sha256(members.encode()).digest())

    @jwk.default
    def _jwk(self) -> dict[str, str]:
        named = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        return {**_members(self.public), **named}


@frozen
class SigningKey:
    """A private key, and the key that verifies what it signed."""

    private: PrivateKey = field(repr=False)
    verification: VerificationKey = field(init=False)

    @verification.default
    def _verification(self) -> VerificationKey:
        return VerificationKey(self.private.public_key())


def make_signing_key() -> SigningKey:
    """Return a new key."""
    return SigningKey(Ed25519PrivateKey.generate())


def make_signing_pem() -> str:
    """Return a new key as PEM, for a setting."""
    private = make_signing_key().private
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def load_signing_key(text: str) -> SigningKey:
    """Return the key of a PEM, or of the file at a path.

    Raises:
        ValueError: there is no such file, or no key in it that we can sign with.
    """
    pem = _pem(text, _NO_PRIVATE_KEY)
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(_NO_PRIVATE_KEY) from error
    if not isinstance(private, PrivateKey):
        raise ValueError(_OTHER_KIND)  # noqa: TRY004  # a bad value of a setting
    _check_size(private)
    return SigningKey(private)


def load_verification_keys(texts: str) -> tuple[VerificationKey, ...]:
    """Return the keys of PEMs or paths with commas between; a private key stands for its public.

    Raises:
        ValueError: there is no such file, or no key in it that we can verify with.
    """
    return tuple(_load_verification_key(text.strip()) for text in texts.split(",") if texts)


def _load_verification_key(text: str) -> VerificationKey:
    pem = _pem(text, _NO_KEY)
    if _PRIVATE in pem:
        return load_signing_key(pem.decode()).verification
    try:
        public = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(_NO_KEY) from error
    if not isinstance(public, PublicKey):
        raise ValueError(_OTHER_KIND)  # noqa: TRY004  # a bad value of a setting
    _check_size(public)
    return VerificationKey(public)


def _pem(text: str, message: str) -> bytes:
    """Return the PEM that a text is, or that stands in the file at a path."""
    if _MARK in text:
        return text.replace("\\n", "\n").encode()
    try:
        return Path(text).read_text(encoding="ascii").encode()
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(message) from error


def _check_size(key: PrivateKey | PublicKey) -> None:
    if isinstance(key, RSAPrivateKey | RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise ValueError(f"an RSA key must have at least {_SMALLEST_RSA} bits")


def _members(public: PublicKey) -> dict[str, str]:
    """Return the members of a public key that its thumbprint is taken of."""
    if isinstance(public, RSAPublicKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64(raw)}


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
