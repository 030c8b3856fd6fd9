"""The rules that the values of settings keep, each a function that raises ``ValueError``."""

import re
import ssl
from importlib.util import find_spec
from uuid import UUID
from zoneinfo import ZoneInfo

from yarl import URL

from events_face_adapters.notifier.smtp import read_sender, read_server
from events_face_runners.wiring.settings import (
    ANY_ORIGIN,
    POSTGRES_PREFIXES,
    SQLITE_PREFIX,
    networks_of,
    origins_of,
)

_HOST_AND_PORT = re.compile(r"[^\s:,]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", re.ASCII)
# Room is left for the suffix of the dead-letter topic: Kafka takes 249.
_KAFKA_NAME = re.compile(r"[\w.-]{1,200}", re.ASCII)
# As browsers send it: https://example.com, without the port that goes without saying.
_ORIGIN = re.compile(r"https?://([a-z0-9_.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def _check_url(value: str, schemes: set[str]) -> None:
    url = URL(value)
    if url.scheme not in schemes or not (url.host or url.scheme == "unix"):
        raise ValueError(f"must be a URL with the scheme {' or '.join(sorted(schemes))}")


def check_service_url(value: str) -> None:
    """Take the base URL of a service."""
    _check_url(value, {"http", "https"})
    url = URL(value)
    if url.user is not None or url.password is not None:
        raise ValueError("must not hold credentials: they belong to the token")
    if url.query_string or url.fragment:
        raise ValueError("must not hold a query or a fragment")


def check_database_url(value: str) -> None:
    """Take the URL of a database whose driver is installed."""
    if value.startswith(POSTGRES_PREFIXES):
        if find_spec("asyncpg") is None:
            raise ValueError("PostgreSQL needs its driver: pip install 'events-face[postgres]'")
        URL(value)  # refuses what is no URL at all
        return
    path = value.removeprefix(SQLITE_PREFIX)
    if not value.startswith(SQLITE_PREFIX) or path in {"", ":memory:"}:
        raise ValueError("must be sqlite:///path/to/file.db or postgresql://user@host/database")


def check_redis_url(value: str) -> None:
    """Take the URL of a Redis."""
    _check_url(value, {"redis", "rediss", "unix"})
    if find_spec("arq") is None:
        raise ValueError("Redis needs its libraries: pip install 'events-face[redis]'")
    from redis.asyncio.connection import parse_url  # noqa: PLC0415  # an extra

    parse_url(value)


def check_smtp_url(value: str) -> None:
    """Take the URL of a mail server."""
    if find_spec("aiosmtplib") is None:
        raise ValueError("mail needs its library: pip install 'events-face[mail]'")
    read_server(value)


def check_sender(value: str) -> None:
    """Take whom mail is from."""
    read_sender(value)


def check_kafka_servers(value: str) -> None:
    """Take the addresses of brokers."""
    if not all(_HOST_AND_PORT.fullmatch(server.strip()) for server in value.split(",")):
        raise ValueError("must be host:port, or several of them with commas between")
    if find_spec("aiokafka") is None:
        raise ValueError("Kafka needs its driver: pip install 'events-face[kafka]'")


def check_audit_address(value: str) -> None:
    """Take the address of an audit service."""
    if not _HOST_AND_PORT.fullmatch(value):
        raise ValueError("must be host:port of an events-face audit serve")
    if find_spec("grpc") is None:
        raise ValueError("auditing needs gRPC: pip install 'events-face[grpc]'")


def check_authority(value: str) -> None:
    """Take the path of certificates that vouch for others."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
    except OSError as error:
        raise ValueError("must be the path of certificates in PEM") from error


def check_certified(certificate: str, key: str) -> None:
    """Take the path of a certificate and that of its key, without a password.

    Raises:
        ValueError: they cannot be read, or do not belong together.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise ValueError(
            "EVENTS_FACE_AUDIT_TLS_CERTIFICATE: is no certificate in PEM that belongs to"
            " EVENTS_FACE_AUDIT_TLS_KEY, or one of them cannot be read"
        ) from error


def check_otel_endpoint(value: str) -> None:
    """Take the base URL of a collector."""
    check_service_url(value)
    if not _installed("opentelemetry.exporter.otlp.proto.http", "opentelemetry.sdk"):
        raise ValueError("tracing needs its libraries: pip install 'events-face[otel]'")


def _installed(*modules: str) -> bool:
    try:
        return all(find_spec(module) is not None for module in modules)
    except ModuleNotFoundError:  # not even what they stand in
        return False


def check_origins(value: str) -> None:
    """Take the origins of pages, or all of them."""
    if value != ANY_ORIGIN and not all(map(_ORIGIN.fullmatch, origins_of(value))):
        raise ValueError("must be * or origins such as https://example.com, with commas between")


def check_networks(value: str) -> None:
    """Take addresses and networks."""
    try:
        networks_of(value)
    except ValueError as error:
        raise ValueError(
            f"must be addresses or networks such as 10.0.0.0/8, with commas between: {error}"
        ) from error


def check_kafka_name(value: str) -> None:
    """Take the name of a topic or a group."""
    if not _KAFKA_NAME.fullmatch(value):
        raise ValueError("must be 1 to 200 of the letters a-z, A-Z, digits, '.', '_' and '-'")


def check_time_of_day(value: str) -> None:
    """Take a time of day."""
    if not _TIME_OF_DAY.fullmatch(value):
        raise ValueError("must be a time of day such as 03:30")


def check_token(value: str) -> None:
    """Take what can be sent in a header."""
    if not (value.isascii() and value.isprintable()):
        raise ValueError("must be printable ASCII, to be sent in a header")


def check_signing_key(value: str) -> None:
    """Take a key that signs tokens."""
    # Who signs nothing does without the library.
    from events_face_adapters.identity import load_signing_key  # noqa: PLC0415

    load_signing_key(value)


def check_verification_keys(value: str) -> None:
    """Take keys that verify tokens."""
    from events_face_adapters.identity import load_verification_keys  # noqa: PLC0415  # as above

    load_verification_keys(value)


def check_issuer(value: str) -> None:
    """Take the name of an issuer of tokens."""
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name, or a URL")


def check_uuid(value: str) -> None:
    """Take a UUID."""
    try:
        UUID(value)
    except ValueError as error:
        raise ValueError("must be a UUID") from error


def check_timezone(value: str) -> None:
    """Take the name of a time zone."""
    try:
        ZoneInfo(value)
    except (LookupError, ValueError) as error:
        raise ValueError("must be a time zone such as Europe/Moscow") from error
