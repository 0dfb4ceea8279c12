"""What the server was told: read whole or refused with the name of the variable; each setting stands in the docs."""

from dataclasses import fields
from pathlib import Path

import pytest

from gehoor.core.errors import Invalid
from gehoor.settings import CACHE, CHOICES, DEMO, HELP, Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
MAIL = {
    "GEHOOR_SMTP_HOST": "mail.voorbeeldstad.example",
    "GEHOOR_MAIL_FROM": "klantcontact@voorbeeldstad.example",
    "GEHOOR_PUBLIC_URL": "https://chat.voorbeeldstad.example",
}

MODEL = {"GEHOOR_MODEL_URL": "https://llm.example/v1", "GEHOOR_MODEL_NAME": "m"}


def test_that_without_variables_everything_has_its_default() -> None:
    assert read_settings({"HOME": "x", "GEHOOR_SHARED": "x"}) == Settings()


def test_that_each_kind_of_variable_is_read() -> None:
    told = read_settings(
        {**MAIL, "GEHOOR_SMTP_PORT": "465", "GEHOOR_SMTP_SECURITY": "tls", "GEHOOR_DEMO": "on", "GEHOOR_DATA": "d"}
    )
    assert (told.smtp_port, told.smtp_security, told.demo, told.data) == (465, "tls", True, Path("d"))
    model = read_settings({**MODEL, "GEHOOR_MODEL_TOKENS_PER_DAY": "5000000", "GEHOOR_MODEL_SECONDS": "3"})
    assert (model.model_tokens_per_day, model.model_seconds) == (5_000_000, 3)
    here = {"GEHOOR_MODEL_URL": "http://127.0.0.1:8000/v1", "GEHOOR_MODEL_KEY_FILE": "k"}
    assert read_settings({**MODEL, **here}).model_key_file == "k", "a key stays on this machine without TLS"
    assert read_settings({"GEHOOR_PROXIES": "10.0.0.1, 10.0.0.2"}).proxies == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"GEHOOR_SMPT_HOST": "x"}, "GEHOOR_SMPT_HOST"),  # a typing error is not a silent default
        ({"GEHOOR_SMTP_PORT": "many"}, "GEHOOR_SMTP_PORT"),
        ({"GEHOOR_SMTP_PORT": "65536"}, "GEHOOR_SMTP_PORT"),
        ({"GEHOOR_SMTP_PORT": "2²"}, "GEHOOR_SMTP_PORT"),
        ({"GEHOOR_PROBE_MINUTES": "0"}, "GEHOOR_PROBE_MINUTES"),  # it would do nothing but walk
        ({"GEHOOR_SMTP_SECURITY": "ssl"}, "GEHOOR_SMTP_SECURITY"),
        ({"GEHOOR_DEMO": "yes"}, "GEHOOR_DEMO"),
        ({"GEHOOR_DATABASE": "postgresql://h/d", "GEHOOR_DATABASE_FILE": "f"}, "GEHOOR_DATABASE_FILE"),
        ({"GEHOOR_PUBLIC_URL": "chat.voorbeeldstad.example"}, "GEHOOR_PUBLIC_URL"),
        ({"GEHOOR_PUBLIC_URL": "https://x.example/chat"}, "GEHOOR_PUBLIC_URL"),
        ({"GEHOOR_PUBLIC_URL": "javascript:alert(1)"}, "GEHOOR_PUBLIC_URL"),
        ({"GEHOOR_LIMIT_MESSAGES": "many"}, "GEHOOR_LIMIT_MESSAGES"),
        ({"GEHOOR_LIMIT_CONVERSATIONS": "0 per minute"}, "GEHOOR_LIMIT_CONVERSATIONS"),
        ({"GEHOOR_MOST_CONNECTIONS": "3"}, "GEHOOR_MOST_CONNECTIONS"),
        ({"GEHOOR_MOST_REQUESTS": "0"}, "GEHOOR_MOST_REQUESTS"),
        ({"GEHOOR_UNLIMITED": "10.0.0.0/8, ons kantoor"}, "GEHOOR_UNLIMITED"),
        ({**MODEL, "GEHOOR_MODEL_URL": "localhost:8000/v1"}, "GEHOOR_MODEL_URL"),
        ({**MODEL, "GEHOOR_MODEL_URL": "https://me:secret@x.example/v1"}, "GEHOOR_MODEL_URL"),
        ({**MODEL, "GEHOOR_MODEL_URL": "https://x.example/v1?key=1"}, "GEHOOR_MODEL_URL"),
        ({**MODEL, "GEHOOR_MODEL_URL": "http://x.example/v1", "GEHOOR_MODEL_KEY_FILE": "k"}, "GEHOOR_MODEL_URL"),
        ({**MODEL, "GEHOOR_MODEL_NAME": ""}, "GEHOOR_MODEL_NAME"),
        ({**MODEL, "GEHOOR_MODEL_SECONDS": "4"}, "GEHOOR_MODEL_SECONDS"),
        ({**MODEL, "GEHOOR_MODEL_SECONDS": "0"}, "GEHOOR_MODEL_SECONDS"),
        ({**MODEL, "GEHOOR_MODEL_TOKENS_PER_DAY": "1000000001"}, "GEHOOR_MODEL_TOKENS_PER_DAY"),
        ({**MODEL, "GEHOOR_MODEL_TOKENS_PER_DAY": "9" * 5000}, "GEHOOR_MODEL_TOKENS_PER_DAY"),
        ({**MAIL, "GEHOOR_MAIL_FROM": ""}, "GEHOOR_MAIL_FROM"),  # letters without a sender
        ({**MAIL, "GEHOOR_PUBLIC_URL": ""}, "GEHOOR_PUBLIC_URL"),  # letters that link to nothing
        ({**MAIL, "GEHOOR_SMTP_USER": "x", "GEHOOR_SMTP_SECURITY": "none"}, "GEHOOR_SMTP_SECURITY"),  # a bare password
    ],
)
def test_that_what_cannot_be_used_is_refused_by_name(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_settings(given)
    assert refused.value.data["field"] == field


def test_that_settings_that_are_printed_show_no_password() -> None:
    address = "postgresql://account:secret@host/name"
    settings = read_settings({"GEHOOR_DATABASE": address, "GEHOOR_KEY_DATABASE": address})
    assert settings.database.endswith("name")
    assert "secret" not in repr(settings)


def test_that_a_login_without_tls_may_stay_on_this_machine() -> None:
    given = {**MAIL, "GEHOOR_SMTP_USER": "x", "GEHOOR_SMTP_SECURITY": "none", "GEHOOR_SMTP_HOST": "127.0.0.1"}
    assert read_settings(given).smtp_user == "x"


def test_that_every_setting_is_explained_and_stands_in_the_docs() -> None:
    names = [one.name for one in fields(Settings)]
    assert sorted(HELP) == sorted(names)
    assert set(CHOICES) <= set(names)
    page = (ROOT / "docs" / "running-it.md").read_text(encoding="utf-8").splitlines()
    told = [line for line in page if line.startswith("| GEHOOR_")]
    defaults = {name: getattr(Settings(), name) for name in names}
    rows = [f"| GEHOOR_{name.upper()} | {_shown(value)} | {HELP[name]} |" for name, value in defaults.items()]
    assert sorted(told) == sorted(rows)


def _shown(default: object) -> str:
    match default:
        case bool():
            return "on" if default else "off"
        case tuple():
            return ", ".join(default)
        case Path() if default.is_relative_to(DEMO):
            return "the demo's"
        case Path() if default == CACHE:
            return "~/.cache/gehoor"
        case _:
            return str(default) or "empty"
