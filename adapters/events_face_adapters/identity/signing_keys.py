"""The key that signs access tokens: Ed25519 or RSA, in PEM."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

_SMALLEST_RSA = 2048
_MARK = "-----BEGIN"

PrivateKey = Ed25519PrivateKey | RSAPrivateKey


@frozen
class SigningKey:
    """A private key, and what is told of it.

    Attributes:
        algorithm: ``EdDSA`` or ``RS256``: the key decides, never a token.
        public: the public half as a JSON Web Key (RFC 7517).
        kid: its thumbprint (RFC 7638), so that it is the same in every process.
    """

    private: PrivateKey = field(repr=False)
    algorithm: str = field(init=False)
    kid: str = field(init=False)
    public: dict[str, str] = field(init=False, repr=False)

    @algorithm.default
    def _algorithm(self) -> str:
        return "EdDSA" if isinstance(self.private, Ed25519PrivateKey) else "RS256"

    @kid.default
    def _kid(self) -> str:
        members = json.dumps(_members(self.private), separators=(",", ":"), sort_keys=True)
        return _base64(sha256(members.encode()).digest())

    @public.default
    def _public(self) -> dict[str, str]:
        named = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        return {**_members(self.private), **named}


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
    pem = text.replace("\\n", "\n") if _MARK in text else _read(Path(text))
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("must be a private key in PEM without a password, or its path") from error
    match private:
        case RSAPrivateKey(key_size=size) if size < _SMALLEST_RSA:
            raise ValueError(f"an RSA key must have at least {_SMALLEST_RSA} bits")
        case Ed25519PrivateKey() | RSAPrivateKey():
            return SigningKey(private)
        case _:
            raise ValueError("must be an Ed25519 or an RSA key")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError("must be a private key in PEM without a password, or its path") from error


def _members(private: PrivateKey) -> dict[str, str]:
    """Return the members of the public key that its thumbprint is taken of."""
    public = private.public_key()
    if isinstance(private, RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64(raw)}


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
