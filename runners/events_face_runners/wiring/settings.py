"""The settings: one flat list, each with a default and a rule (http-api, "Settings")."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from yarl import URL

from events_face_adapters.notifier.smtp import read_sender, read_server

Port = Annotated[int, Meta(ge=0, le=65535)]
Count = Annotated[int, Meta(ge=1, le=1000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Quota = Annotated[int, Meta(ge=0, le=1_000_000)]
Dialect = Literal["v0", "v1", "v2"]
NotifierDialect = Literal["v1", "v2"]
LogLevel = Literal["debug", "info", "warning", "error"]

SQLITE_PREFIX = "sqlite:///"
POSTGRES_PREFIXES = ("postgresql://", "postgres://")
ANY_ORIGIN = "*"

_HOST_AND_PORT = re.compile(r"[^\s:,]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", re.ASCII)
# Room is left for the suffix of the dead-letter topic: Kafka takes 249.
_KAFKA_NAME = re.compile(r"[\w.-]{1,200}", re.ASCII)
# As browsers send it: https://example.com, without the port that goes without saying.
_ORIGIN = re.compile(r"https?://([a-z0-9_.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


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
    audit_database_url: str = "sqlite:///events-face-audit.db"
    public_url: str = ""
    auth_signing_key: str = ""
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


SECRETS = frozenset({"provider_token", "notifier_token", "auth_signing_key"})
URLS_WITH_PASSWORDS = frozenset(
    {"audit_database_url", "database_url", "redis_url", "provider_url", "notifier_url", "smtp_url"}
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
    if settings.kafka_events_topic and not settings.kafka_bootstrap_servers:
        raise ValueError(
            "EVENTS_FACE_KAFKA_EVENTS_TOPIC: needs EVENTS_FACE_KAFKA_BOOTSTRAP_SERVERS"
        )
    if settings.kafka_events_topic == settings.kafka_topic:
        raise ValueError(
            "EVENTS_FACE_KAFKA_EVENTS_TOPIC: must not be the topic that we consume ourselves"
        )


def _check_duration(name: str, value: timedelta) -> None:
    may_be_zero = name == "listing_cache_ttl"
    if value < timedelta(0) or (value == timedelta(0) and not may_be_zero):
        raise ValueError("must be longer than 0s")


def _check_url(value: str, schemes: set[str]) -> None:
    url = URL(value)
    if url.scheme not in schemes or not (url.host or url.scheme == "unix"):
        raise ValueError(f"must be a URL with the scheme {' or '.join(sorted(schemes))}")


def _check_service_url(value: str) -> None:
    _check_url(value, {"http", "https"})
    url = URL(value)
    if url.user is not None or url.password is not None:
        raise ValueError("must not hold credentials: they belong to the token")
    if url.query_string or url.fragment:
        raise ValueError("must not hold a query or a fragment")


def _check_database_url(value: str) -> None:
    if value.startswith(POSTGRES_PREFIXES):
        if find_spec("asyncpg") is None:
            raise ValueError("PostgreSQL needs its driver: pip install 'events-face[postgres]'")
        return
    path = value.removeprefix(SQLITE_PREFIX)
    if not value.startswith(SQLITE_PREFIX) or path in {"", ":memory:"}:
        raise ValueError("must be sqlite:///path/to/file.db or postgresql://user@host/database")


def _check_redis_url(value: str) -> None:
    _check_url(value, {"redis", "rediss", "unix"})
    if find_spec("arq") is None:
        raise ValueError("Redis needs its libraries: pip install 'events-face[redis]'")
    from redis.asyncio.connection import parse_url  # noqa: PLC0415  # an extra

    parse_url(value)


def _check_smtp_url(value: str) -> None:
    if find_spec("aiosmtplib") is None:
        raise ValueError("mail needs its library: pip install 'events-face[mail]'")
    read_server(value)


def _check_sender(value: str) -> None:
    read_sender(value)


def _check_kafka_servers(value: str) -> None:
    if not all(_HOST_AND_PORT.fullmatch(server.strip()) for server in value.split(",")):
        raise ValueError("must be host:port, or several of them with commas between")
    if find_spec("aiokafka") is None:
        raise ValueError("Kafka needs its driver: pip install 'events-face[kafka]'")


def _check_audit_address(value: str) -> None:
    if not _HOST_AND_PORT.fullmatch(value):
        raise ValueError("must be host:port of an events-face audit serve")
    if find_spec("grpc") is None:
        raise ValueError("auditing needs gRPC: pip install 'events-face[grpc]'")


def _check_otel_endpoint(value: str) -> None:
    _check_service_url(value)
    if not _installed("opentelemetry.exporter.otlp.proto.http", "opentelemetry.sdk"):
        raise ValueError("tracing needs its libraries: pip install 'events-face[otel]'")


def _installed(*modules: str) -> bool:
    try:
        return all(find_spec(module) is not None for module in modules)
    except ModuleNotFoundError:  # not even what they stand in
        return False


def _check_origins(value: str) -> None:
    if value != ANY_ORIGIN and not all(map(_ORIGIN.fullmatch, origins_of(value))):
        raise ValueError("must be * or origins such as https://example.com, with commas between")


def origins_of(value: str) -> tuple[str, ...]:
    """Return the origins that ``http_cors_origins`` names."""
    return tuple(origin.strip() for origin in value.split(",")) if value else ()


def _check_kafka_name(value: str) -> None:
    if not _KAFKA_NAME.fullmatch(value):
        raise ValueError("must be 1 to 200 of the letters a-z, A-Z, digits, '.', '_' and '-'")


def _check_time_of_day(value: str) -> None:
    if not _TIME_OF_DAY.fullmatch(value):
        raise ValueError("must be a time of day such as 03:30")


def _check_token(value: str) -> None:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("must be printable ASCII, to be sent in a header")


def _check_signing_key(value: str) -> None:
    # Who signs nothing does without the library.
    from events_face_adapters.identity import load_signing_key  # noqa: PLC0415

    load_signing_key(value)


def _check_issuer(value: str) -> None:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name, or a URL")


def _check_uuid(value: str) -> None:
    try:
        UUID(value)
    except ValueError as error:
        raise ValueError("must be a UUID") from error


def _check_timezone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError) as error:
        raise ValueError("must be a time zone such as Europe/Moscow") from error


_CHECKS: Mapping[str, Callable[[str], None]] = {
    "database_url": _check_database_url,
    "redis_url": _check_redis_url,
    "provider_url": _check_service_url,
    "provider_token": _check_token,
    "notifier_url": _check_service_url,
    "notifier_token": _check_token,
    "notifier_owner_id": _check_uuid,
    "notifier_timezone": _check_timezone,
    "smtp_url": _check_smtp_url,
    "mail_from": _check_sender,
    "public_url": _check_service_url,
    "auth_signing_key": _check_signing_key,
    "auth_issuer": _check_issuer,
    "auth_oidc_issuer": _check_service_url,
    "kafka_bootstrap_servers": _check_kafka_servers,
    "kafka_topic": _check_kafka_name,
    "kafka_group": _check_kafka_name,
    "kafka_events_topic": _check_kafka_name,
    "audit_address": _check_audit_address,
    "audit_database_url": _check_database_url,
    "reconciliation_time": _check_time_of_day,
    "otel_endpoint": _check_otel_endpoint,
    "http_cors_origins": _check_origins,
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
        "otel_endpoint",
        "http_cors_origins",
        "public_url",
        "auth_signing_key",
        "auth_oidc_issuer",
    }
)


def public_url(settings: Settings) -> str:
    """Return where people reach the service."""
    host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
    return settings.public_url or f"http://{host}:{settings.http_port}"
