"""What the server was told: one frozen table, read once from the environment.

What an organisation chooses (hours, wording, promises) is policy, not a setting. Secrets are files in the key folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from gehoor.core.errors import Invalid

DEMO: Final = Path(__file__).parent / "demo" / "voorbeeldstad"

# Nothing in it is lost when it goes; every command shares it, so that articles are learned from once.
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gehoor"

PUBLIC_URL: Final = "GEHOOR_PUBLIC_URL"
MODEL_URL: Final = "GEHOOR_MODEL_URL"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_RATE: Final = re.compile(r"[1-9]\d{0,6} per (?:[1-9]\d{0,3} )?(?:second|minute|hour|day)s?")
_URL: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?")
_MODEL_URL: Final = re.compile(
    r"http(?P<safe>s)?://(?:(?P<host>[A-Za-z0-9.-]+)|\[[0-9a-f:]+\])(?::\d{1,5})?(?:/[A-Za-z0-9._-]+)*/?"
)

HELP: Final[dict[str, str]] = {
    "host": "Address to listen on.",
    "port": "Port to listen on; 0 takes a free one.",
    "database": "Store in PostgreSQL: postgresql://account:password@host:5432/name. Empty: SQLite in GEHOOR_DATA.",
    "database_file": "File with that address on one line, instead of GEHOOR_DATABASE, for who keeps secrets in files.",
    "processes": "Server processes on the port. More than one needs PostgreSQL.",
    "key_database": "Data keys in PostgreSQL, in another database than the store's, for servers on several machines.",
    "key_database_file": "File with that address on one line, instead of GEHOOR_KEY_DATABASE.",
    "data": "Folder of the store and of the signed checkpoints. A backup takes this one.",
    "keys": "Folder of the data keys, the master key and the signing key. A backup of the store never takes it along.",
    "organisation": "File with the organisation's policy: how to reach it, hours, promises, accounts.",
    "knowledge": "Folder with the approved articles.",
    "cache": "Folder for what can always be made again, such as the trained index of the articles.",
    "tables": "Folder with the organisation's own tables of phrases for the hearing (docs/signals.md); empty: none.",
    "language_model": "on or off: the embedded language model (without it the answers are found by words alone).",
    "model_url": "A language model that chooses among approved sentences (docs/model.md): https://x.example/v1.",
    "model_name": "Its name at that server.",
    "model_key_file": "File with the key of that server on one line; empty: none is sent.",
    "model_seconds": "How long it may take, 1 to 3; after that the answer is given without it.",
    "model_tokens_per_day": "Tokens that may be used a day, over all processes; beyond it answers come without it.",
    "proxies": "Addresses of proxies in front, comma separated, whose X-Forwarded headers are believed.",
    "most_connections": "Open connections at most; the last tenth is for customers who ask for a person.",
    "most_requests": "Requests in hand at most; beyond it only requests for a person are taken.",
    "limit_conversations": "Conversations that one address may begin; of IPv6 the first half counts.",
    "limit_messages": "Messages that a customer may write in one conversation.",
    "unlimited": "Addresses or networks that these two limits leave alone, such as your own offices.",
    "stop_seconds": "How long stopping may take: streams are handed over, and what was begun is finished.",
    "demo": "on or off: the demonstration's website, and its accounts on the sign-in page.",
    "probe": "on or off: the house walks its own customers' path now and then, and raises an alarm when a step fails.",
    "probe_minutes": "How often, in minutes.",
    "public_url": "Where customers find this server, such as https://chat.voorbeeldstad.example; letters link to it.",
    "smtp_host": "Mail server that takes our letters; empty: there is no e-mail, and nothing is promised by it.",
    "smtp_port": "Its port.",
    "smtp_security": "starttls, tls or none.",
    "smtp_user": "Login at the mail server, if it wants one; the password is the file smtp-password in the key folder.",
    "mail_from": "Address that letters come from. In its domain antwoord+... and retour+... must arrive too.",
    "bounce_host": "Address to take bounces on: what comes to retour+... is passed on to it by SMTP.",
    "bounce_port": "Port to take bounces on; 0 takes none.",
    "log": "json or text: how a log line is written, on standard error. Never with personal data.",
    "metrics_host": "Address on which Prometheus may read the figures.",
    "metrics_port": "Its port; 0 takes none. Of several processes the next one takes the next port.",
    "traces": "Where spans go (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; empty: there are none.",
    "log_level": "debug, info, warning or error: the least that is logged.",
}

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "smtp_security": ("starttls", "tls", "none"),
    "log": ("json", "text"),
    "log_level": ("debug", "info", "warning", "error"),
}


MOST: Final[dict[str, int]] = {"model_tokens_per_day": 1_000_000_000}
"""Where a whole number may be larger than a port."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable GEHOOR_<FIELD>; ``HELP`` says what it is for."""

    host: str = "127.0.0.1"
    port: int = 8080
    # Not shown: a password may stand in it.
    database: str = field(default="", repr=False)
    database_file: str = ""
    key_database: str = field(default="", repr=False)
    key_database_file: str = ""
    processes: int = 1
    data: Path = Path("gehoor-data/store")
    keys: Path = Path("gehoor-data/keys")
    organisation: Path = DEMO / "organisation.yaml"
    knowledge: Path = DEMO / "knowledge"
    cache: Path = CACHE
    tables: str = ""
    language_model: bool = True
    model_url: str = ""
    model_name: str = ""
    model_key_file: str = ""
    model_seconds: int = 2
    model_tokens_per_day: int = 1_000_000
    proxies: tuple[str, ...] = ("127.0.0.1",)
    most_connections: int = 10_000
    most_requests: int = 2_000
    limit_conversations: str = "300 per 10 minutes"
    limit_messages: str = "60 per minute"
    unlimited: tuple[str, ...] = ("127.0.0.1", "::1")
    stop_seconds: int = 15
    demo: bool = False
    probe: bool = True
    probe_minutes: int = 15
    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    mail_from: str = ""
    bounce_host: str = "127.0.0.1"
    bounce_port: int = 0
    log: str = "json"
    log_level: str = "info"
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    traces: str = ""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Raises:
        Invalid: a variable that does not exist, cannot be read, or lacks one that goes with it; names it.
    """
    given: dict[str, object] = {}
    for name, text in environment.items():
        if not name.startswith("GEHOOR_") or name == "GEHOOR_SHARED":
            continue
        setting = name.removeprefix("GEHOOR_").lower()
        if setting not in HELP:
            raise Invalid(f"There is no setting {name}. Known: {', '.join(sorted(HELP))}.", field=name)
        given[setting] = _read(name, setting, text)
    settings = Settings(**given)  # type: ignore[arg-type]  # each value was read for its own field above
    if settings.probe_minutes == 0:
        raise Invalid("This must be 1 or more; GEHOOR_PROBE=off ends the probes.", field="GEHOOR_PROBE_MINUTES")
    for name in ("database", "key_database"):
        if getattr(settings, name) and getattr(settings, f"{name}_file"):
            field_name = f"GEHOOR_{name.upper()}_FILE"
            raise Invalid("Give the address itself or a file with it, not both.", field=field_name)
    _check_mail(settings)
    _check_limits(settings)
    _check_model(settings)
    return settings


def _check_model(settings: Settings) -> None:
    if not settings.model_url:
        return
    found = _MODEL_URL.fullmatch(settings.model_url)
    if found is None:
        raise Invalid("This must be an address without password or query: https://x.example/v1.", field=MODEL_URL)
    if not settings.model_name:
        raise Invalid("With a language model goes its name at the server.", field="GEHOOR_MODEL_NAME")
    if settings.model_key_file and found["safe"] is None and found["host"] not in LOOPBACK:
        raise Invalid("A key is sent over https only.", field=MODEL_URL)
    if not 1 <= settings.model_seconds <= 3:
        raise Invalid("This must be 1 to 3: the answer is there without it.", field="GEHOOR_MODEL_SECONDS")


def _check_limits(settings: Settings) -> None:
    for name, least in (("most_connections", 20), ("most_requests", 2)):
        if getattr(settings, name) < least:
            raise Invalid(f"This must be {least} or more.", field=f"GEHOOR_{name.upper()}")
    for name in ("limit_conversations", "limit_messages"):
        if not _RATE.fullmatch(getattr(settings, name)):
            told = "This must be a number per second, minute, hour or day, such as 60 per minute or 300 per 10 minutes."
            raise Invalid(told, field=f"GEHOOR_{name.upper()}")
    for one in settings.unlimited:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise Invalid(f"{one} is no address and no network.", field="GEHOOR_UNLIMITED") from None


def _check_mail(settings: Settings) -> None:
    if settings.public_url and not _URL.fullmatch(settings.public_url):
        raise Invalid("This must be a whole address without a path, such as https://x.example.", field=PUBLIC_URL)
    if not settings.smtp_host:
        return
    if not settings.mail_from:
        raise Invalid("With a mail server goes the address that letters come from.", field="GEHOOR_MAIL_FROM")
    if not settings.public_url:
        raise Invalid("With a mail server goes the address that letters link to.", field=PUBLIC_URL)
    if settings.smtp_user and settings.smtp_security == "none" and settings.smtp_host not in LOOPBACK:
        raise Invalid("A password is sent over TLS only: choose starttls or tls.", field="GEHOOR_SMTP_SECURITY")


def _read(name: str, setting: str, text: str) -> object:
    default = Settings.__dataclass_fields__[setting].default
    if text not in CHOICES.get(setting, (text,)):
        raise Invalid(f"This must be one of {', '.join(CHOICES[setting])}.", field=name)
    if isinstance(default, bool):
        if text.lower() not in ("on", "off"):
            raise Invalid("This must be on or off.", field=name)
        return text.lower() == "on"
    if isinstance(default, int):
        most = MOST.get(setting, 65535)
        if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) > most:
            raise Invalid(f"This must be a whole number, 0 to {most}.", field=name)
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(default, tuple) else text
