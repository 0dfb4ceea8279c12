"""What the server was told: one frozen table, read once from the environment.

What an organisation chooses (hours, wording, promises) is policy, not a setting. Secrets are files in the key folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gehoor.core.errors import Invalid

DEMO: Final = Path(__file__).parent / "demo" / "voorbeeldstad"

# Nothing in it is lost when it goes; every command shares it, so that articles are learned from once.
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gehoor"

HELP: Final[dict[str, str]] = {
    "host": "Address to listen on.",
    "port": "Port to listen on; 0 takes a free one.",
    "data": "Folder of the store and of the signed checkpoints. A backup takes this one.",
    "keys": "Folder of the data keys, the master key and the signing key. A backup of the store never takes it along.",
    "organisation": "File with the organisation's policy: how to reach it, hours, promises, accounts.",
    "knowledge": "Folder with the approved articles.",
    "cache": "Folder for what can always be made again, such as the trained index of the articles.",
    "language_model": "on or off: the embedded language model (without it the answers are found by words alone).",
    "proxies": "Addresses of proxies in front, comma separated, whose X-Forwarded headers are believed.",
    "demo": "on or off: the demonstration's website, and its accounts on the sign-in page.",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable GEHOOR_<FIELD>; ``HELP`` says what it is for."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("gehoor-data/store")
    keys: Path = Path("gehoor-data/keys")
    organisation: Path = DEMO / "organisation.yaml"
    knowledge: Path = DEMO / "knowledge"
    cache: Path = CACHE
    language_model: bool = True
    proxies: tuple[str, ...] = ("127.0.0.1",)
    demo: bool = False


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Raises:
        Invalid: a variable that does not exist or cannot be read; names it.
    """
    given: dict[str, object] = {}
    for name, text in environment.items():
        if not name.startswith("GEHOOR_") or name == "GEHOOR_SHARED":
            continue
        setting = name.removeprefix("GEHOOR_").lower()
        if setting not in HELP:
            raise Invalid(f"There is no setting {name}. Known: {', '.join(sorted(HELP))}.", field=name)
        given[setting] = _read(name, setting, text)
    return Settings(**given)  # type: ignore[arg-type]  # each value was read for its own field above


def _read(name: str, setting: str, text: str) -> object:
    default = Settings.__dataclass_fields__[setting].default
    if isinstance(default, bool):
        if text.lower() not in ("on", "off"):
            raise Invalid("This must be on or off.", field=name)
        return text.lower() == "on"
    if isinstance(default, int):
        if not text.isdigit() or int(text) > 65535:
            raise Invalid("This must be a port, 0 to 65535.", field=name)
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(default, tuple) else text
