"""The settings that protect the audit service: what is taken, and what is refused, and why."""

from pathlib import Path

import pytest
import trustme

from events_face_runners.wiring.loading import SettingsError, load_settings
from events_face_runners.wiring.settings import Settings


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """An authority, a certificate of it with its key, and the key of another one."""
    authority = trustme.CA()
    issued, other = authority.issue_cert("audit.internal"), authority.issue_cert("other.internal")
    blobs = {
        "ca": authority.cert_pem,
        "certificate": issued.cert_chain_pems[0],
        "key": issued.private_key_pem,
        "other": other.private_key_pem,
    }
    for name, blob in blobs.items():
        blob.write_to_path(tmp_path / name)
    return {name: str(tmp_path / name) for name in blobs}


def _load(**values: str) -> Settings:
    return load_settings(
        {f"EVENTS_FACE_AUDIT_{key}": value for key, value in values.items()}
    ).settings


def test_a_certificate_with_its_key_and_an_authority_are_taken(files: dict[str, str]) -> None:
    settings = _load(TLS_CERTIFICATE=files["certificate"], TLS_KEY=files["key"], TLS_CA=files["ca"])

    assert (settings.audit_tls_certificate, settings.audit_tls_key) == (
        files["certificate"],
        files["key"],
    )
    assert settings.audit_tls_ca == files["ca"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"TLS_CERTIFICATE": "certificate"}, "AUDIT_TLS_KEY: must be set with EVENTS_FACE_AUDIT_"),
        ({"TLS_KEY": "key"}, "AUDIT_TLS_CERTIFICATE: must be set with EVENTS_FACE_AUDIT_TLS_KEY"),
        (
            {"TLS_CERTIFICATE": "certificate", "TLS_KEY": "other"},
            "AUDIT_TLS_CERTIFICATE: is no certificate in PEM that belongs to EVENTS_FACE_AUDIT_",
        ),
        (
            {"TLS_CERTIFICATE": "key", "TLS_KEY": "key"},
            "AUDIT_TLS_CERTIFICATE: is no certificate in PEM that belongs to EVENTS_FACE_AUDIT_",
        ),
        ({"TLS_CA": "key"}, "AUDIT_TLS_CA: must be the path of certificates in PEM"),
        ({"TLS_CA": "no-such-file"}, "AUDIT_TLS_CA: must be the path of certificates in PEM"),
    ],
    ids=["no-key", "no-certificate", "other-key", "not-one", "no-ca", "no-file"],
)
def test_files_that_do_not_serve_are_refused(
    files: dict[str, str], given: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError, match=f"^EVENTS_FACE_{message}"):
        _load(**{name: files.get(value, value) for name, value in given.items()})


def test_a_token_must_fit_into_a_header() -> None:
    with pytest.raises(SettingsError, match=r"^EVENTS_FACE_AUDIT_TOKEN: must be printable ASCII"):
        _load(TOKEN="пароль")
