"""Settings: the environment over a file over the defaults, key by key."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from events_face_runners.wiring.loading import LoadedSettings, SettingsError, load_settings, shown
from events_face_runners.wiring.settings import Settings
from support.keys import SIGNING_KEY_PATH

WriteFile = Callable[[str], Path]
OWNER = "6a2b7a2e-0a3f-4a52-9f0c-0c3c9a6d7c11"
# Each setting, with a value as text and as it is then in force.
KEY = str(SIGNING_KEY_PATH)
SAMPLES: dict[str, tuple[str, object]] = {
    "database_url": ("sqlite:////var/lib/events.db", "sqlite:////var/lib/events.db"),
    "redis_url": ("redis://localhost:6379/1", "redis://localhost:6379/1"),
    "redis_timeout": ("5ms", timedelta(milliseconds=5)),
    "http_host": ("0.0.0.0", "0.0.0.0"),
    "http_port": ("9000", 9000),
    "http_workers": ("2", 2),
    "http_timeout": ("5s", timedelta(seconds=5)),
    "http_cors_origins": (
        "https://a.example,http://[::1]:3000",
        "https://a.example,http://[::1]:3000",
    ),
    "http_trusted_proxies": ("10.0.0.0/8, ::1", "10.0.0.0/8, ::1"),
    "provider_url": ("https://provider.example/api", "https://provider.example/api"),
    "provider_token": ("t0ken", "t0ken"),
    "provider_dialect": ("v1", "v1"),
    "provider_idempotent": ("true", True),
    "provider_timeout": ("1500ms", timedelta(seconds=1.5)),
    "provider_concurrency": ("16", 16),
    "notifier_url": ("http://notifier.example", "http://notifier.example"),
    "notifier_token": ("t0ken", "t0ken"),
    "notifier_dialect": ("v2", "v2"),
    "notifier_owner_id": (OWNER, OWNER),
    "notifier_timeout": ("3s", timedelta(seconds=3)),
    "notifier_concurrency": ("1000", 1000),
    "notifier_timezone": ("Asia/Vladivostok", "Asia/Vladivostok"),
    "smtp_url": ("smtp://mail.example:587", "smtp://mail.example:587"),
    "mail_from": ("Events <a@b.example>", "Events <a@b.example>"),
    "public_url": ("https://events.example", "https://events.example"),
    "auth_signing_key": (KEY, KEY),
    "auth_verification_keys": (f"{KEY}, {KEY}", f"{KEY}, {KEY}"),
    "auth_access_ttl": ("5m", timedelta(minutes=5)),
    "auth_refresh_ttl": ("7d", timedelta(days=7)),
    "auth_issuer": ("https://events.example", "https://events.example"),
    "auth_oidc_issuer": ("", ""),
    "auth_oidc_audience": ("events", "events"),
    "auth_signups_per_hour": ("0", 0),
    "auth_logins_per_minute": ("100", 100),
    "breaker_failures": ("3", 3),
    "breaker_recovery": ("1m30s", timedelta(seconds=90)),
    "kafka_bootstrap_servers": ("one:9092,two:9093", "one:9092,two:9093"),
    "kafka_topic": ("events", "events"),
    "kafka_group": ("group", "group"),
    "kafka_events_topic": ("", ""),
    "kafka_timeout": ("2s", timedelta(seconds=2)),
    "audit_address": ("audit.internal:50051", "audit.internal:50051"),
    "audit_token": ("t0ken", "t0ken"),
    "audit_tls_ca": ("", ""),
    "audit_tls_certificate": ("", ""),
    "audit_tls_key": ("", ""),
    "audit_database_url": ("sqlite:////var/lib/audit.db", "sqlite:////var/lib/audit.db"),
    "sync_interval": ("1h", timedelta(hours=1)),
    "reconciliation_time": ("23:59", "23:59"),
    "registration_decision_window": ("30m", timedelta(minutes=30)),
    "purge_after": ("14d", timedelta(days=14)),
    "listing_cache_ttl": ("0s", timedelta(0)),
    "operation_port": ("9100", 9100),
    "otel_endpoint": ("http://jaeger:4318", "http://jaeger:4318"),
    "otel_sample": ("0.25", 0.25),
    "log_level": ("debug", "debug"),
}
SETTINGS = sorted(SAMPLES)
DEFAULTS = {
    "database_url": "sqlite:///events-face.db",
    "redis_url": "",
    "http_host": "127.0.0.1",
    "http_port": 8080,
    "http_workers": 1,
    "provider_url": "",
    "provider_token": "",
    "provider_dialect": "v2",
    "provider_idempotent": False,
    "notifier_url": "",
    "notifier_token": "",
    "notifier_dialect": "v2",
    "notifier_owner_id": "",
    "kafka_bootstrap_servers": "",
    "kafka_topic": "events-provider.events",
    "kafka_group": "events-face",
    "audit_address": "",
    "audit_database_url": "sqlite:///events-face-audit.db",
    "sync_interval": timedelta(seconds=60),
    "registration_decision_window": timedelta(minutes=60),
    "purge_after": timedelta(days=7),
    "listing_cache_ttl": timedelta(seconds=5),
}
BAD: list[tuple[str, str, str]] = [
    ("http_port", "eighty", "Expected `int`"),
    ("http_port", "", "Expected `int`"),
    ("http_port", "-1", ">= 0"),
    ("http_port", "65536", "<= 65535"),
    ("http_port", "80.5", "Expected `int`"),
    ("http_port", "tcp://10.0.0.1:8080", "Expected `int`"),
    ("http_workers", "0", ">= 1"),
    ("provider_concurrency", "0", ">= 1"),
    ("notifier_concurrency", "1001", "<= 1000"),
    ("breaker_failures", "many", "Expected `int`"),
    ("http_timeout", "10", "is not a duration"),
    ("provider_timeout", "0s", "must be longer than 0s"),
    ("notifier_timeout", "-5s", "is not a duration"),
    ("breaker_recovery", "soon", "is not a duration"),
    ("sync_interval", "0s", "must be longer than 0s"),
    ("sync_interval", "", "is not a duration"),
    ("registration_decision_window", "1 fortnight", "is not a duration"),
    ("purge_after", "999999999w", "is longer than a century"),
    ("listing_cache_ttl", "5", "is not a duration"),
    ("provider_idempotent", "maybe", "Expected `bool`"),
    ("provider_idempotent", "", "Expected `bool`"),
    ("provider_dialect", "v3", "must be one of v0, v1, v2"),
    ("provider_dialect", "V2", "must be one of v0, v1, v2"),
    ("notifier_dialect", "v0", "must be one of v1, v2"),
    ("log_level", "loud", "must be one of debug, info, warning, error"),
    ("provider_url", "provider.example", "must be a URL with the scheme http or https"),
    ("provider_url", "ftp://provider.example", "must be a URL with the scheme http or https"),
    ("provider_url", "http://", "must be a URL with the scheme http or https"),
    ("provider_url", "http://provider:port", "port"),
    ("provider_url", "http://user:pass@provider.example", "must not hold credentials"),
    ("notifier_url", "http://notifier.example?token=1", "must not hold a query"),
    ("notifier_url", "notifier", "must be a URL with the scheme http or https"),
    ("provider_token", "тайна", "must be printable ASCII"),
    ("notifier_token", "line\nline", "must be printable ASCII"),
    ("notifier_owner_id", "me", "must be a UUID"),
    ("auth_signing_key", "no-such-file.pem", "the file cannot be read"),
    ("auth_signing_key", "-----BEGIN PRIVATE KEY-----", "must be a private key in PEM"),
    ("auth_issuer", " ", "must be a name, or a URL"),
    ("auth_oidc_issuer", "id.example", "must be a URL"),
    ("auth_signups_per_hour", "-1", "Expected `int` >= 0"),
    ("public_url", "events.example", "must be a URL"),
    ("notifier_timezone", "Moscow", "must be a time zone such as Europe/Moscow"),
    ("notifier_timezone", "../../etc/passwd", "must be a time zone such as Europe/Moscow"),
    ("notifier_timezone", "", "must be a time zone such as Europe/Moscow"),
    ("redis_url", "localhost:6379", "must be a URL with the scheme redis or rediss or unix"),
    ("redis_url", "redis://localhost/0?db=first", "Invalid value for 'db'"),
    ("smtp_url", "http://mail.example", "must be a URL such as smtp://"),
    ("smtp_url", "smtp://mail.example?starttls=maybe", "starttls must be one of auto, yes, no"),
    ("mail_from", "", "must be an address such as"),
    ("mail_from", "Events", "must be an address such as"),
    ("kafka_bootstrap_servers", "broker", "must be host:port"),
    ("kafka_bootstrap_servers", "one:9092,,two:9092", "must be host:port"),
    ("kafka_bootstrap_servers", "kafka://one:9092", "must be host:port"),
    ("kafka_topic", "", "must be 1 to 200 of the letters"),
    ("kafka_topic", "события", "must be 1 to 200 of the letters"),
    ("kafka_group", "my group", "must be 1 to 200 of the letters"),
    ("kafka_events_topic", "a b", "must be 1 to 200 of the letters"),
    ("audit_address", "audit", "must be host:port of an events-face audit serve"),
    ("audit_address", "http://audit:50051", "must be host:port"),
    ("audit_address", "one:1,two:2", "must be host:port"),
    ("audit_database_url", "audit.db", "must be sqlite:///path/to/file.db"),
    ("audit_database_url", "", "must be sqlite:///path/to/file.db"),
    ("reconciliation_time", "24:00", "must be a time of day such as 03:30"),
    ("reconciliation_time", "", "must be a time of day such as 03:30"),
    ("operation_port", "65536", "<= 65535"),
    ("otel_endpoint", "jaeger:4318", "must be a URL with the scheme http or https"),
    ("otel_endpoint", "http://user:pass@jaeger:4318", "must not hold credentials"),
    ("otel_sample", "1.1", "<= 1"),
    ("otel_sample", "-0.1", ">= 0"),
    ("otel_sample", "nan", ">= 0"),
    ("otel_sample", "all", "Expected `float`"),
    ("http_cors_origins", "example.com", "must be * or origins such as https://example.com"),
    ("http_cors_origins", "https://example.com/", "must be * or origins"),
    ("http_cors_origins", "https://Example.com", "must be * or origins"),
    ("http_cors_origins", "https://a.example,,https://b.example", "must be * or origins"),
    ("http_cors_origins", "https://a.example,*", "must be * or origins"),
    ("http_cors_origins", "null", "must be * or origins"),
    ("auth_verification_keys", f"{KEY},", "the file cannot be read"),
    ("http_trusted_proxies", "proxy.internal", "must be addresses or networks such as 10.0.0.0/8"),
    ("http_trusted_proxies", "10.0.0.1/8", "has host bits set"),
    ("http_trusted_proxies", "10.0.0.0/8,", "must be addresses or networks"),
    ("database_url", "mysql://localhost/events", "must be sqlite:///path/to/file.db or postgresql"),
    ("database_url", "postgresql://user:pass@[host/events", "Invalid IPv6 URL"),
    ("database_url", "mysql://localhost/events", "must be sqlite:///path/to/file.db"),
    ("database_url", "sqlite:///", "must be sqlite:///path/to/file.db"),
    ("database_url", "sqlite:///:memory:", "must be sqlite:///path/to/file.db"),
    ("database_url", "events-face.db", "must be sqlite:///path/to/file.db"),
    ("database_url", "", "must be sqlite:///path/to/file.db"),
]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    def write(content: str) -> Path:
        path = tmp_path / "config.yml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def _variable(name: str) -> str:
    return f"EVENTS_FACE_{name.upper()}"


def _load(path: Path | None = None, /, **environment: str) -> Settings:
    return load_settings(environment, path).settings


def _warnings(**environment: str) -> tuple[str, ...]:
    return load_settings(environment).warnings


def _nested(name: str, value: str) -> str:
    """Return a setting as sections within sections, one for each word."""
    *sections, last = name.split("_")
    lines = [f"{'  ' * depth}{section}:" for depth, section in enumerate(sections)]
    return "\n".join([*lines, f"{'  ' * len(sections)}{last}: {value}"])


def _sample_with(name: str, expected: object) -> Settings:
    return msgspec.structs.replace(Settings(), **{name: expected})


def test_every_setting_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(Settings.__struct_fields__)


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_without_anything_a_setting_has_its_default(name: str) -> None:
    assert getattr(_load(), name) == DEFAULTS[name]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_can_be_set_in_the_environment(name: str) -> None:
    text, expected = SAMPLES[name]

    assert _load(**{_variable(name): text}) == _sample_with(name, expected)


@pytest.mark.parametrize("written", ["flat", "dotted", "nested", "sections"])
@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_can_be_set_in_the_file_however_its_key_is_written(
    write_file: WriteFile, name: str, written: str
) -> None:
    text, expected = SAMPLES[name]
    value = f'"{text}"' if isinstance(expected, str) else text
    section, _, rest = name.partition("_")
    content = {
        "flat": f"{name}: {value}",
        "dotted": f"{section}.{rest}: {value}",
        "nested": f"{section}:\n  {rest}: {value}",
        "sections": _nested(name, value),
    }[written]

    assert _load(write_file(content)) == _sample_with(name, expected)


def test_a_file_sets_many_things_at_once(write_file: WriteFile) -> None:
    path = write_file(
        """
        # The front of house.
        http: {host: 0.0.0.0, port: 9000}
        listing.cache.ttl: 1s
        provider:
          url: http://provider.example
          idempotent: yes
        notifier:
        log_level: warning
        """
    )

    settings = _load(path)

    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 9000)
    assert settings.listing_cache_ttl == timedelta(seconds=1)
    assert settings.provider_idempotent is True
    assert settings.log_level == "warning"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("1", True),
        ("yes", True),
        ("ON", True),
        (" True ", True),
        ("false", False),
        ("0", False),
        ("no", False),
        ("Off", False),
    ],
)
def test_a_truth_value_is_read_as_people_write_it(text: str, *, value: bool) -> None:
    assert _load(EVENTS_FACE_PROVIDER_IDEMPOTENT=text).provider_idempotent is value


def test_the_environment_goes_over_the_file_and_the_file_over_the_default(
    write_file: WriteFile,
) -> None:
    path = write_file("http: {port: 9000, host: 0.0.0.0}\npurge_after: 1d")

    settings = _load(path, EVENTS_FACE_HTTP_PORT="9001")

    assert (settings.http_port, settings.http_host) == (9001, "0.0.0.0")
    assert (settings.purge_after, settings.sync_interval) == (
        timedelta(days=1),
        timedelta(seconds=60),
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_the_environment_goes_over_the_file(
    write_file: WriteFile, name: str
) -> None:
    text, expected = SAMPLES[name]
    default = shown(Settings())[name]
    path = write_file(f'{name}: "{default}"')

    assert _load(path, **{_variable(name): text}) == _sample_with(name, expected)


def test_an_empty_value_in_the_environment_goes_over_the_file(write_file: WriteFile) -> None:
    path = write_file("provider: {url: http://provider.example}")

    assert _load(path, EVENTS_FACE_PROVIDER_URL="").provider_url == ""


def test_the_environment_names_the_file(write_file: WriteFile) -> None:
    path = write_file("http_port: 9000")

    assert _load(EVENTS_FACE_CONFIG=str(path)).http_port == 9000


def test_a_file_that_is_named_outright_goes_over_the_one_in_the_environment(
    write_file: WriteFile, tmp_path: Path
) -> None:
    other = tmp_path / "other.yml"
    other.write_text("http_port: 9999")

    assert _load(write_file("http_port: 9000"), EVENTS_FACE_CONFIG=str(other)).http_port == 9000


def test_an_empty_name_of_a_file_is_no_file() -> None:
    assert load_settings({"EVENTS_FACE_CONFIG": ""}) == LoadedSettings(settings=Settings())


@pytest.mark.parametrize("content", ["", "# nothing but a comment", "---", "null", "{}", "http:"])
def test_a_file_that_says_nothing_leaves_the_defaults(write_file: WriteFile, content: str) -> None:
    assert _load(write_file(content)) == Settings()


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_bad_value_in_the_environment_names_the_variable(
    name: str, text: str, message: str
) -> None:
    with pytest.raises(SettingsError) as error:
        _load(**{_variable(name): text})

    assert str(error.value).startswith(f"{_variable(name)}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("name", "text", "message"), BAD)
def test_a_bad_value_in_the_file_names_the_file_and_the_key_as_it_is_written(
    write_file: WriteFile, name: str, text: str, message: str
) -> None:
    section, _, rest = name.partition("_")
    path = write_file(f"{section}:\n  {rest}: {msgspec.json.encode(text).decode()}")

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value).startswith(f"{path}: {section}.{rest}: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("http_port: [8080]", "http_port"),
        ("http_port: {number: 8080}", "http_port"),
        ("http_port: yes", "http_port"),
        ("http_port: 8080.5", "http_port"),
        ("http_port: 99999999999999999999999", "http_port"),
        ("http: {port: null}", "http.port"),
        ("http: {host: 127}", "http.host"),
        ("http.host: on", "http.host"),
        ("provider_token: 12345", "provider_token"),
        ("provider_dialect: 2", "provider_dialect"),
        ("provider_dialect: [v2]", "provider_dialect"),
        ("provider_idempotent: [yes]", "provider_idempotent"),
        ("provider_idempotent: 2", "provider_idempotent"),
        ("sync_interval: 60", "sync_interval"),
        ("sync_interval: {seconds: 60}", "sync_interval"),
        ("sync_interval: yes", "sync_interval"),
        ("kafka_topic: 2026-01-31", "kafka_topic"),
        ("kafka_topic: ", "kafka_topic"),
    ],
)
def test_a_value_of_the_wrong_type_names_its_key(
    write_file: WriteFile, content: str, key: str
) -> None:
    path = write_file(content)

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value).startswith(f"{path}: {key}: ")
    assert "typing." not in str(error.value)


@pytest.mark.parametrize(
    ("content", "key", "closest"),
    [
        ("http_prot: 8080", "http_prot", "http_port"),
        ("http: {prot: 8080}", "http.prot", "http_port"),
        ("http.prot: 8080", "http.prot", "http_port"),
        ("provider: {dialekt: v1}", "provider.dialekt", "provider_dialect"),
        ("listing: {cache: {tll: 5s}}", "listing.cache.tll", "listing_cache_ttl"),
    ],
)
def test_an_unknown_key_of_the_file_is_named_with_the_closest_known_one(
    write_file: WriteFile, content: str, key: str, closest: str
) -> None:
    path = write_file(content)

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value) == f"{path}: unknown key {key}; did you mean {closest}?"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("HTTP_PORT: 8080", "HTTP_PORT"),
        ("quite: different", "quite"),
        ("quite:", "quite"),
        ("8080: http_port", "8080"),
        ("http: 8080", "http"),
        ("http: [8080]", "http"),
        ("true: yes", "True"),
    ],
)
def test_an_unknown_key_of_the_file_is_named(write_file: WriteFile, content: str, key: str) -> None:
    path = write_file(content)

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value).partition(";")[0] == f"{path}: unknown key {key}"


@pytest.mark.parametrize(
    "content",
    [
        "http: {port",
        "http:\n\tport: 8080",
        "a: b: c",
        "!!python/object/apply:os.system ['true']",
        "purge_after: 2020-13-45",
        "&a [*b]",
        "\x01",
    ],
)
def test_a_file_that_is_no_yaml_is_named(write_file: WriteFile, content: str) -> None:
    path = write_file(content)

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value).startswith(f"{path}: is not YAML: ")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_bytes("http_host: хост".encode("cp1251"))

    with pytest.raises(SettingsError, match="is not YAML"):
        _load(path)


@pytest.mark.parametrize("content", ["- http_port", "text", "8080", "[]"])
def test_a_file_that_holds_no_keys_is_named(write_file: WriteFile, content: str) -> None:
    path = write_file(content)

    with pytest.raises(SettingsError) as error:
        _load(path)

    assert str(error.value) == f"{path}: must hold keys and values"


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yml"

    with pytest.raises(SettingsError) as error:
        _load(EVENTS_FACE_CONFIG=str(path))

    assert str(error.value) == f"{path}: cannot be read: {os.strerror(2)}"


def test_a_directory_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        _load(tmp_path)

    assert str(error.value).startswith(f"{tmp_path}: cannot be read: ")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"NOTIFIER_URL": "http://n.example", "NOTIFIER_DIALECT": "v1"}, "NOTIFIER_OWNER_ID"),
        ({"KAFKA_EVENTS_TOPIC": "ours"}, "KAFKA_EVENTS_TOPIC"),
        (
            {
                "KAFKA_BOOTSTRAP_SERVERS": "localhost:9092",
                "KAFKA_TOPIC": "one",
                "KAFKA_EVENTS_TOPIC": "one",
            },
            "KAFKA_EVENTS_TOPIC",
        ),
    ],
)
def test_settings_that_do_not_go_together_name_the_one_to_mend(
    environment: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError) as error:
        _load(**{_variable(name): value for name, value in environment.items()})

    assert str(error.value).startswith(f"EVENTS_FACE_{named}: ")
    assert "secret" not in str(error.value)


def test_a_notifier_of_the_first_generation_with_an_owner_is_fine() -> None:
    settings = _load(
        EVENTS_FACE_NOTIFIER_URL="http://n.example",
        EVENTS_FACE_NOTIFIER_DIALECT="v1",
        EVENTS_FACE_NOTIFIER_OWNER_ID=OWNER,
    )

    assert settings.notifier_dialect == "v1"


@pytest.mark.parametrize("variable", ["EVENTS_FACE_PORT", "EVENTS_FACE_PORT_80_TCP_PORT"])
def test_what_kubernetes_injects_is_a_warning_with_the_closest_setting(variable: str) -> None:
    loaded = load_settings({variable: "tcp://10.0.0.1:8080"})

    assert loaded.settings == Settings()
    (warning,) = loaded.warnings
    assert warning.startswith(f"{variable} is no setting of events-face and is ignored")
    assert "did you mean EVENTS_FACE_" in warning


@pytest.mark.parametrize(
    ("variable", "closest"),
    [
        ("EVENTS_FACE_PORT", "EVENTS_FACE_HTTP_PORT"),
        ("EVENTS_FACE_PROVIDER_TOKE", "EVENTS_FACE_PROVIDER_TOKEN"),
        ("EVENTS_FACE_HTTPPORT", "EVENTS_FACE_HTTP_PORT"),
        ("EVENTS_FACE_SYNC", "EVENTS_FACE_SYNC_INTERVAL"),
    ],
)
def test_a_misspelt_variable_is_told_what_it_may_have_meant(variable: str, closest: str) -> None:
    (warning,) = _warnings(**{variable: "secret"})

    assert warning.endswith(f"; did you mean {closest}?")
    assert "secret" not in warning


def test_every_unknown_variable_is_a_warning_of_its_own_in_order() -> None:
    warnings = _warnings(EVENTS_FACE_B="1", EVENTS_FACE_A="1", EVENTS_FACE_HTTP_PORT="1")

    assert [warning.split()[0] for warning in warnings] == ["EVENTS_FACE_A", "EVENTS_FACE_B"]


def test_variables_of_others_are_no_concern_of_ours() -> None:
    assert _warnings(PATH="/bin", EVENTS_FACES_PORT="1", events_face_port="1", HTTP_PORT="1") == ()


def test_settings_are_shown_as_they_are_written() -> None:
    settings = shown(_load(EVENTS_FACE_SYNC_INTERVAL="90s", EVENTS_FACE_HTTP_PORT="9000"))

    assert (settings["sync_interval"], settings["http_port"]) == ("1m30s", 9000)
    assert list(settings) == list(Settings.__struct_fields__)


def test_what_is_shown_is_read_as_it_was() -> None:
    environment = {_variable(name): text for name, (text, _) in SAMPLES.items()}
    settings = _load(**environment)
    again = {_variable(name): str(value) for name, value in shown(settings).items()}
    secret = ("provider_token", "notifier_token", "audit_token")
    for name in (*secret, "auth_signing_key", "auth_verification_keys"):
        again[_variable(name)] = environment[_variable(name)]

    assert _load(**again) == settings


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("provider_token", "t0ps3cret"),
        ("notifier_token", "t0ps3cret"),
        ("auth_signing_key", KEY),
        ("auth_verification_keys", KEY),
    ],
)
def test_a_secret_is_masked(name: str, secret: str) -> None:
    settings = shown(_load(**{_variable(name): secret}))

    assert settings[name] == "***"
    assert secret not in str(settings)


def test_a_secret_that_is_not_set_is_shown_as_empty() -> None:
    assert shown(Settings())["provider_token"] == ""


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("redis://:t0ps3cret@localhost:6379/0", "redis://:***@localhost:6379/0"),
        ("redis://user:t0ps3cret@localhost", "redis://user:***@localhost"),
        ("rediss://user:t0p%40s3cret@localhost/1?x=y", "rediss://user:***@localhost/1?x=y"),
        ("postgresql://u:t0ps3cret@a:5432,b:5433/db", "postgresql://u:***@a:5432,b:5433/db"),
        (
            "postgresql://host/db?password=t0ps3cret&user=u",
            "postgresql://host/db?password=***&user=u",
        ),
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
    ],
)
@pytest.mark.parametrize(
    "name", ["redis_url", "database_url", "audit_database_url", "notifier_url", "smtp_url"]
)
def test_a_password_in_a_url_is_masked(name: str, url: str, masked: str) -> None:
    settings = msgspec.structs.replace(Settings(), **{name: url})

    assert shown(settings)[name] == masked
