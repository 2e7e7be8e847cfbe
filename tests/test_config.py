"""Settings: all mistakes at once, secrets kept to themselves, no way round the signature."""

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.config import DRAMA_NUMBER, TOP, Config, ConfigError
from ivr.store.engine import parsed

REAL = {
    "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16,
    "TWILIO_AUTH_TOKEN": "a-token-of-twilio",
    "PUBLIC_URL": "https://line.example.org",
    "SECRET_KEY": "s" * 32,
    "ENCRYPTION_KEY": "e" * 64,
}


def mistakes(**changed: str) -> list[str]:
    """The names of the settings complained about, in order."""
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**REAL, **changed})
    return [line.split()[0] for line in str(caught.value).splitlines()]


def rehearsal(folder: Path, **given: str) -> Config:
    return Config.from_env({"DATA_DIR": str(folder), **given})


def test_a_line_with_twilio_has_what_it_was_given() -> None:
    config = Config.from_env({**REAL, "TWILIO_NUMBER": "+441604000000", "PORT": "9000", "VOICE": "gtts"})

    assert (config.account_sid, config.auth_token) == (REAL["TWILIO_ACCOUNT_SID"], "a-token-of-twilio")
    assert (config.public_url, config.caller_id) == ("https://line.example.org", "+441604000000")
    assert (config.port, config.voice, config.rehearsal, config.production) == (9000, "gtts", False, False)


def test_everything_else_has_a_default() -> None:
    config = Config.from_env(REAL)

    assert (config.data_dir, config.prompts_dir, config.audio_dir) == (TOP / "var", TOP / "prompts", TOP / "audio")
    assert config.database_url == f"sqlite:///{TOP / 'var' / 'line.db'}"
    assert (config.audio_url, config.caller_id, config.voice, config.port) == ("", "", "shipped", 8000)


def test_two_tokens_are_known_while_the_token_is_changed() -> None:
    config = Config.from_env({**REAL, "TWILIO_AUTH_TOKEN_OLD": "the-old-one"})

    assert config.auth_tokens == ("a-token-of-twilio", "the-old-one")


def test_recordings_are_sealed_with_the_key_in_use_and_opened_with_those_before() -> None:
    config = Config.from_env({**REAL, "ENCRYPTION_KEY": "A" * 64, "ENCRYPTION_KEY_OLD": f"{'b' * 64}, {'c' * 64}"})

    assert config.encryption_keys == ("a" * 64, "b" * 64, "c" * 64)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ENCRYPTION_KEY": "short"}, "ENCRYPTION_KEY"),
        ({"ENCRYPTION_KEY_OLD": "g" * 64}, "ENCRYPTION_KEY_OLD"),
        ({"ENCRYPTION_KEY": "", "ENCRYPTION_KEY_OLD": "b" * 64}, "ENCRYPTION_KEY"),
    ],
)
def test_a_key_that_is_none_is_refused(given: dict[str, str], named: str) -> None:
    assert mistakes(**given) == [named]


def test_everything_missing_is_named_in_one_message() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"ENV": "production"})

    lines = str(caught.value).splitlines()
    assert [line.split(" is missing: set it to ")[0] for line in lines] == [
        "ENCRYPTION_KEY",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_ACCOUNT_SID",
        "SECRET_KEY",
        "PUBLIC_URL",
    ]


@pytest.mark.parametrize("name", REAL)
def test_production_starts_with_nothing_missing(name: str) -> None:
    assert mistakes(ENV="production", **{name: "  "}) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_ACCOUNT_SID", "SK" + "0a" * 16),
        ("SECRET_KEY", "s" * 31),
        ("PUBLIC_URL", "http://line.example.org"),
        ("PUBLIC_URL", "https://line.example.org/"),
        ("PUBLIC_URL", "https://line.example.org/a/../b"),
        ("PUBLIC_URL", "https://someone@line.example.org"),
        ("PUBLIC_URL", "https://line.example.org?x=1"),
        ("PUBLIC_URL", "line.example.org"),
        ("TWILIO_NUMBER", "01604 000000"),
        ("TWILIO_MORE_NUMBERS", "+441604000000; +441604000001"),
        ("VOICE", "alexa"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "8" * 5000),
        ("PORT", "٨٠٠٠"),
        ("AUDIO_URL", "http://audio.example.org"),
        ("AUDIO_URL", "ftp://audio.example.org"),
        ("AUDIO_URL", "audio.example.org"),
        ("AUDIO_URL", "//audio.example.org"),
        ("AUDIO_URL", "https://audio.example.org/a/../b"),
        ("AUDIO_URL", "https://audio.example.org//a"),
        ("AUDIO_URL", "https://audio.example.org/a?key=b"),
        ("AUDIO_URL", "https://audio.example.org/a b"),
        ("AUDIO_URL", "https://someone@audio.example.org"),
        ("DATABASE_URL", "mysql://line"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////tmp/x.db?mode=ro"),
        ("DATABASE_URL", "sqlite:////tmp/a%00b.db"),
        ("DATABASE_URL", "postgresql://u:p@host:abc/x"),
        ("DATABASE_URL", "postgresql://u:p@host:70000/x"),
        ("DATABASE_URL", "postgresql://u:p@host:/x"),
        ("DATABASE_URL", "postgresql://u:p@[::1/x"),
        ("DATABASE_URL", "postgresql:///x?port=abc"),
        ("DATABASE_URL", "postgresql://u@/x?host=%ff%00"),
        ("DATA_DIR", "/srv/a?b"),
        ("DATA_DIR", "/srv/\udcff"),
        ("SECRET_KEY", "\udcff" * 40),
        ("ENV", "prod"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_else(name: str, value: str) -> None:
    assert mistakes(**{name: value}) == [name]


@pytest.mark.parametrize(
    "url", ["https://audio.example.org", "https://a.example.org:8443", "https://a.example.org/b/c.d"]
)
def test_audio_may_lie_elsewhere_with_or_without_a_slash_at_the_end(url: str) -> None:
    assert Config.from_env({**REAL, "AUDIO_URL": url}).audio_url == url
    assert Config.from_env({**REAL, "AUDIO_URL": url + "/"}).audio_url == url


def test_plain_http_reaches_only_this_machine_and_never_in_production() -> None:
    assert Config.from_env({**REAL, "PUBLIC_URL": "http://127.0.0.1:8000"}).public_url == "http://127.0.0.1:8000"
    assert mistakes(PUBLIC_URL="http://127.0.0.1:8000", ENV="production") == ["PUBLIC_URL"]
    assert mistakes(PUBLIC_URL="http://127.0.0.1.example.org") == ["PUBLIC_URL"]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/100%25/line.db",
        "sqlite:///line.db",
        "postgresql://line@/line?host=/run/postgresql&port=5432",
        "postgresql://line:with/a?in#it@db.example.org:5432/line",
        "postgresql://[::1]:5432/line",
        "postgresql:///line?host=one:5432&host=two:5432&port=5432,5433",
    ],
)
def test_a_database_is_where_it_is_said_to_be(url: str) -> None:
    assert Config.from_env({**REAL, "DATABASE_URL": url}).database_url == parsed_as(url)


def parsed_as(url: str) -> str:
    """The same address, if the library that opens it takes it too."""
    parsed(url)
    return url


@pytest.mark.parametrize("issuer", ["https://[::1", "https://login.example.org:x"])
def test_an_issuer_that_is_no_address_is_refused(issuer: str) -> None:
    assert mistakes(OIDC_ISSUER=issuer, OIDC_CLIENT_ID="a", OIDC_CLIENT_SECRET="b") == ["OIDC_ISSUER"]


def test_no_secret_is_printed(tmp_path: Path) -> None:
    given = {**REAL, "TWILIO_AUTH_TOKEN_OLD": "the-old-one", "DATABASE_URL": "postgresql://line:hush@host/line"}
    own = rehearsal(tmp_path)

    shown = repr(Config.from_env(given))
    assert not any(secret in shown for secret in ("a-token", "the-old-one", "hush", "s" * 32, "e" * 32))
    assert own.auth_token not in repr(own)
    assert own.secret_key not in repr(own)


def test_a_wrong_setting_is_not_repeated_in_the_message() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**REAL, "SECRET_KEY": "too-short", "DATABASE_URL": "mysql://line:hush@host"})

    assert "too-short" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_without_a_token_it_is_a_rehearsal_on_this_machine_only(tmp_path: Path) -> None:
    config = rehearsal(tmp_path, PORT="8123", PUBLIC_URL="https://line.example.org")

    assert config.rehearsal
    assert (config.public_url, config.caller_id) == ("http://127.0.0.1:8123", DRAMA_NUMBER)
    assert len(config.auth_token) == 32
    assert len(config.secret_key) == 64
    assert config.account_sid.startswith("AC")
    assert len(config.account_sid) == 34


def test_a_rehearsal_keeps_its_secrets_to_itself_and_across_starts(tmp_path: Path) -> None:
    first, second = rehearsal(tmp_path / "var"), rehearsal(tmp_path / "var")

    assert first == second
    assert first.auth_tokens == second.auth_tokens
    assert (tmp_path / "var" / "rehearsal.token").read_text("ascii") == first.auth_token
    names = ["encryption.key", "rehearsal.token", "secret.key"]
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == names
    assert (first.encryption_keys[0] in repr(first), len(first.encryption_keys[0])) == (False, 64)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_nobody_else_can_read_a_secret_of_ours(tmp_path: Path) -> None:
    rehearsal(tmp_path / "var")

    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").iterdir()} == {0o600}


def test_two_rehearsals_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = rehearsal(tmp_path / "one"), rehearsal(tmp_path / "other")

    assert one.auth_token != other.auth_token
    assert one.secret_key != other.secret_key
    assert one.account_sid != other.account_sid


def test_workers_that_start_together_agree(tmp_path: Path) -> None:
    for round_ in range(20):
        with ThreadPoolExecutor(8) as pool:
            started = list(pool.map(lambda _, folder=tmp_path / str(round_): rehearsal(folder), range(8)))
        assert len({(config.auth_token, config.secret_key) for config in started}) == 1


@pytest.mark.parametrize("text", ["", "short", "\xff" * 40])
def test_a_damaged_secret_is_said_not_used(tmp_path: Path, text: str) -> None:
    (tmp_path / "rehearsal.token").write_text(text, "latin-1")

    with pytest.raises(ConfigError, match=r"rehearsal\.token"):
        rehearsal(tmp_path)


def test_a_damaged_key_of_recordings_is_not_to_be_deleted_lightly(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").write_text("a" * 40)

    with pytest.raises(ConfigError, match="put it back from a copy"):
        rehearsal(tmp_path)


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")

    with pytest.raises(ConfigError, match="set DATA_DIR"):
        rehearsal(tmp_path / "var")


def test_a_mistake_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        rehearsal(tmp_path / "var", PORT="x")

    assert list(tmp_path.iterdir()) == []


def test_watching_has_defaults_that_tell_nobody_else() -> None:
    found = Config.from_env(REAL).watching

    assert (found.logs, found.turns, found.metrics) == ("auto", True, True)
    assert (found.metrics_token, found.sentry_dsn, found.otel_url, found.worker) == ("", "", "", None)


@pytest.mark.parametrize(
    ("value", "token", "where"),
    [
        ("9464", "", ("127.0.0.1", 9464)),
        ("127.0.0.1:9464", "", ("127.0.0.1", 9464)),
        ("0.0.0.0:9464", "t" * 24, ("0.0.0.0", 9464)),  # noqa: S104 - what is asked for
    ],
)
def test_a_worker_has_a_port_for_its_figures(value: str, token: str, where: tuple[str, int]) -> None:
    given = {**REAL, "WORKER_METRICS": value, "METRICS_TOKEN": token}

    assert Config.from_env(given).watching.worker == where


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOGS", "xml"),
        ("LOG_TURNS", "yes"),
        ("METRICS", "1"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "has a space " * 3),
        ("SENTRY_DSN", "https://sentry.example.org/1"),
        ("SENTRY_DSN", f"http://{'a' * 32}@sentry.example.org/1"),
        ("SENTRY_DSN", f"https://{'a' * 32}@sentry.example.org/"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel.example.org:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://me:secret@otel.example.org"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example.org/?key=1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "otel.example.org"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://["),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:abc"),
        ("SENTRY_DSN", "https://["),
        ("SENTRY_DSN", f"https://{'a' * 32}@127.0.0.1:x/1"),
        ("WORKER_METRICS", "0"),
        ("WORKER_METRICS", "65536"),
        ("WORKER_METRICS", "x:9464"),
        ("WORKER_METRICS", "0.0.0.0:9464"),
    ],
)
def test_a_setting_of_watching_that_is_none_is_refused(name: str, value: str) -> None:
    assert mistakes(**{name: value}) == [name]


def test_secrets_of_watching_are_kept_to_themselves() -> None:
    dsn = f"https://{'a' * 32}@sentry.example.org/1"
    config = Config.from_env({**REAL, "METRICS_TOKEN": "t" * 24, "SENTRY_DSN": dsn})

    assert (config.watching.metrics_token, config.watching.sentry_dsn) == ("t" * 24, dsn)
    assert "t" * 24 not in repr(config)
    assert "a" * 32 not in repr(config)


MAIL = {"SMTP_HOST": "smtp.example.org", "SMTP_FROM": "line@example.org"}


def test_without_a_mail_server_nothing_is_sent() -> None:
    notices = Config.from_env(REAL).notices

    assert notices.mail is None
    assert (str(notices.digest_at), str(notices.near_at)) == ("08:00:00", "12:00:00")


@pytest.mark.parametrize(
    ("given", "port", "tls"),
    [({}, 587, "starttls"), ({"SMTP_TLS": "tls"}, 465, "tls"), ({"SMTP_PORT": "2525"}, 2525, "starttls")],
)
def test_a_mail_server(given: dict[str, str], port: int, tls: str) -> None:
    mail = Config.from_env({**REAL, **MAIL, "SMTP_USER": "line", "SMTP_PASSWORD": "hush", **given}).notices.mail

    assert mail
    assert (mail.host, mail.port, mail.tls, mail.login) == ("smtp.example.org", port, tls, ("line", "hush"))
    assert "hush" not in repr(mail)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMTP_FROM": "line@example.org"}, ["SMTP_HOST"]),
        ({"SMTP_HOST": "smtp.example.org"}, ["SMTP_FROM"]),
        ({**MAIL, "SMTP_HOST": "smtp.example.org:587"}, ["SMTP_HOST"]),
        ({**MAIL, "SMTP_FROM": "Line <line@example.org>"}, ["SMTP_FROM"]),
        ({**MAIL, "SMTP_FROM": "line@example.org\nBcc: all@example.org"}, ["SMTP_FROM"]),
        ({**MAIL, "SMTP_TLS": "off"}, ["SMTP_TLS"]),
        ({**MAIL, "SMTP_TLS": "maybe"}, ["SMTP_TLS"]),
        ({**MAIL, "SMTP_PORT": "0"}, ["SMTP_PORT"]),
        ({**MAIL, "SMTP_USER": "line"}, ["SMTP_PASSWORD"]),
        ({**MAIL, "SMTP_PASSWORD": "hush"}, ["SMTP_USER"]),
        ({"DIGEST_AT": "8"}, ["DIGEST_AT"]),
        ({"NEAR_AT": "24:00"}, ["NEAR_AT"]),
    ],
)
def test_a_mail_setting_that_is_wrong_is_named(given: dict[str, str], named: list[str]) -> None:
    assert mistakes(**given) == named


def test_only_a_mail_server_on_this_machine_may_do_without_tls() -> None:
    mail = Config.from_env({**REAL, **MAIL, "SMTP_HOST": "127.0.0.1", "SMTP_TLS": "off"}).notices.mail

    assert mail
    assert (mail.tls, mail.port) == ("off", 25)
