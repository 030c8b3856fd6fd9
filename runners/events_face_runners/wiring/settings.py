"""The settings: one flat list, each with a default (http-api, "Settings").

What may stand in each is said in ``settings_checks``.
"""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Count = Annotated[int, Meta(ge=1, le=1000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Quota = Annotated[int, Meta(ge=0, le=1_000_000)]
Dialect = Literal["v0", "v1", "v2"]
NotifierDialect = Literal["v1", "v2"]
Network = IPv4Network | IPv6Network
LogLevel = Literal["debug", "info", "warning", "error"]

SQLITE_PREFIX = "sqlite:///"
POSTGRES_PREFIXES = ("postgresql://", "postgres://")
ANY_ORIGIN = "*"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set.

    A setting ``http_port`` is ``EVENTS_FACE_HTTP_PORT`` in the environment and
    ``http: {port: …}`` (or ``http_port: …``) in the file.
    """

    database_url: str = "sqlite:///events-face.db"
    redis_url: str = ""
    redis_timeout: timedelta = timedelta(milliseconds=10)
    http_host: str = "127.0.0.1"
    http_port: Port = 8080
    http_workers: Count = 1
    http_timeout: timedelta = timedelta(seconds=10)
    http_cors_origins: str = ""
    http_trusted_proxies: str = ""
    provider_url: str = ""
    provider_token: str = ""
    provider_dialect: Dialect = "v2"
    provider_idempotent: bool = False
    provider_timeout: timedelta = timedelta(seconds=10)
    provider_concurrency: Count = 8
    notifier_url: str = ""
    notifier_token: str = ""
    notifier_dialect: NotifierDialect = "v2"
    notifier_owner_id: str = ""
    notifier_timeout: timedelta = timedelta(seconds=10)
    notifier_concurrency: Count = 8
    notifier_timezone: str = "Europe/Moscow"
    smtp_url: str = ""
    mail_from: str = "events-face <events-face@localhost>"
    breaker_failures: Count = 5
    breaker_recovery: timedelta = timedelta(seconds=15)
    kafka_bootstrap_servers: str = ""
    kafka_topic: str = "events-provider.events"
    kafka_group: str = "events-face"
    kafka_events_topic: str = ""
    kafka_timeout: timedelta = timedelta(seconds=10)
    audit_address: str = ""
    audit_token: str = ""
    audit_tls_ca: str = ""
    audit_tls_certificate: str = ""
    audit_tls_key: str = ""
    audit_database_url: str = "sqlite:///events-face-audit.db"
    public_url: str = ""
    auth_signing_key: str = ""
    auth_verification_keys: str = ""
    auth_access_ttl: timedelta = timedelta(minutes=15)
    auth_refresh_ttl: timedelta = timedelta(days=30)
    auth_issuer: str = "events-face"
    auth_oidc_issuer: str = ""
    auth_oidc_audience: str = ""
    auth_signups_per_hour: Quota = 20
    auth_logins_per_minute: Quota = 10
    sync_interval: timedelta = timedelta(seconds=60)
    reconciliation_time: str = "03:30"
    registration_decision_window: timedelta = timedelta(minutes=60)
    purge_after: timedelta = timedelta(days=7)
    listing_cache_ttl: timedelta = timedelta(seconds=5)
    operation_port: Port = 0
    otel_endpoint: str = ""
    otel_sample: Share = 1.0
    log_level: LogLevel = "info"


SECRETS = frozenset(
    {
        "provider_token",
        "notifier_token",
        "audit_token",
        "auth_signing_key",
        "auth_verification_keys",
    }
)
URLS_WITH_PASSWORDS = frozenset(
    {"audit_database_url", "database_url", "redis_url", "provider_url", "notifier_url", "smtp_url"}
)


def origins_of(value: str) -> tuple[str, ...]:
    """Return the origins that ``http_cors_origins`` names."""
    return tuple(origin.strip() for origin in value.split(",")) if value else ()


def networks_of(value: str) -> tuple[Network, ...]:
    """Return the networks that ``http_trusted_proxies`` names; an address is one by itself.

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ip_network(network.strip()) for network in value.split(",")) if value else ()


def public_url(settings: Settings) -> str:
    """Return where people reach the service."""
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return settings.public_url or f"http://{host}:{settings.http_port}"
