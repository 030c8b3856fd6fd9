"""What is checked of the settings: each by itself, and then together."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from events_face_runners.wiring.settings import Settings
from events_face_runners.wiring.settings_rules import (
    check_audit_address,
    check_authority,
    check_certified,
    check_database_url,
    check_issuer,
    check_kafka_name,
    check_kafka_servers,
    check_networks,
    check_origins,
    check_otel_endpoint,
    check_redis_url,
    check_sender,
    check_service_url,
    check_signing_key,
    check_smtp_url,
    check_time_of_day,
    check_timezone,
    check_token,
    check_uuid,
    check_verification_keys,
)

_CHECKS: Mapping[str, Callable[[str], None]] = {
    "database_url": check_database_url,
    "redis_url": check_redis_url,
    "provider_url": check_service_url,
    "provider_token": check_token,
    "notifier_url": check_service_url,
    "notifier_token": check_token,
    "notifier_owner_id": check_uuid,
    "notifier_timezone": check_timezone,
    "smtp_url": check_smtp_url,
    "mail_from": check_sender,
    "public_url": check_service_url,
    "auth_signing_key": check_signing_key,
    "auth_verification_keys": check_verification_keys,
    "auth_issuer": check_issuer,
    "auth_oidc_issuer": check_service_url,
    "kafka_bootstrap_servers": check_kafka_servers,
    "kafka_topic": check_kafka_name,
    "kafka_group": check_kafka_name,
    "kafka_events_topic": check_kafka_name,
    "audit_address": check_audit_address,
    "audit_token": check_token,
    "audit_tls_ca": check_authority,
    "audit_database_url": check_database_url,
    "reconciliation_time": check_time_of_day,
    "otel_endpoint": check_otel_endpoint,
    "http_cors_origins": check_origins,
    "http_trusted_proxies": check_networks,
}
_MAY_BE_EMPTY = frozenset(
    {
        "redis_url",
        "provider_url",
        "notifier_url",
        "notifier_owner_id",
        "smtp_url",
        "kafka_bootstrap_servers",
        "kafka_events_topic",
        "audit_address",
        "audit_tls_ca",
        "otel_endpoint",
        "http_cors_origins",
        "http_trusted_proxies",
        "public_url",
        "auth_signing_key",
        "auth_verification_keys",
        "auth_oidc_issuer",
    }
)


def check_value(name: str, value: object) -> None:
    """Check the rules that types do not say.

    Raises:
        ValueError: the value breaks one; the message says which.
    """
    if isinstance(value, timedelta):
        _check_duration(name, value)
    elif name in _CHECKS and (value or name not in _MAY_BE_EMPTY):
        _CHECKS[name](str(value))


def check_together(settings: Settings) -> None:
    """Check the rules that join several settings.

    Raises:
        ValueError: one is broken; the message begins with the environment variable to mend.
    """
    needs_owner = settings.notifier_url and settings.notifier_dialect == "v1"
    if needs_owner and not settings.notifier_owner_id:
        raise ValueError("EVENTS_FACE_NOTIFIER_OWNER_ID: the v1 dialect needs an owner id")
    if settings.auth_oidc_issuer and not settings.auth_oidc_audience:
        raise ValueError("EVENTS_FACE_AUTH_OIDC_AUDIENCE: say what the issuer's tokens call us")
    if settings.auth_oidc_issuer == settings.auth_issuer:
        raise ValueError("EVENTS_FACE_AUTH_OIDC_ISSUER: must not be our own name as an issuer")
    _check_audit_tls(settings.audit_tls_certificate, settings.audit_tls_key)
    if settings.kafka_events_topic and not settings.kafka_bootstrap_servers:
        raise ValueError(
            "EVENTS_FACE_KAFKA_EVENTS_TOPIC: needs EVENTS_FACE_KAFKA_BOOTSTRAP_SERVERS"
        )
    if settings.kafka_events_topic == settings.kafka_topic:
        raise ValueError(
            "EVENTS_FACE_KAFKA_EVENTS_TOPIC: must not be the topic that we consume ourselves"
        )


def _check_audit_tls(certificate: str, key: str) -> None:
    if certificate and not key:
        raise ValueError(
            "EVENTS_FACE_AUDIT_TLS_KEY: must be set with EVENTS_FACE_AUDIT_TLS_CERTIFICATE"
        )
    if key and not certificate:
        raise ValueError(
            "EVENTS_FACE_AUDIT_TLS_CERTIFICATE: must be set with EVENTS_FACE_AUDIT_TLS_KEY"
        )
    if certificate:
        check_certified(certificate, key)


def _check_duration(name: str, value: timedelta) -> None:
    may_be_zero = name == "listing_cache_ttl"
    if value < timedelta(0) or (value == timedelta(0) and not may_be_zero):
        raise ValueError("must be longer than 0s")
