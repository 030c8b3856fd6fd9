"""Who somebody is: passwords, secrets, signed tokens, and issuers that others run."""

from events_face_adapters.identity.access_tokens import AUDIENCE, JwtAccessTokens
from events_face_adapters.identity.issuer_keys import IssuerKeys
from events_face_adapters.identity.oidc import OidcTokens
from events_face_adapters.identity.passwords import HashedPasswords
from events_face_adapters.identity.signing_keys import (
    SigningKey,
    VerificationKey,
    load_signing_key,
    load_verification_keys,
    make_signing_key,
    make_signing_pem,
)
from events_face_adapters.identity.standings import CachedStandings
from events_face_adapters.identity.system_secrets import SystemSecrets

__all__ = [
    "AUDIENCE",
    "CachedStandings",
    "HashedPasswords",
    "IssuerKeys",
    "JwtAccessTokens",
    "OidcTokens",
    "SigningKey",
    "SystemSecrets",
    "VerificationKey",
    "load_signing_key",
    "load_verification_keys",
    "make_signing_key",
    "make_signing_pem",
]
