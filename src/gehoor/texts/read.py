"""The sentences that customers read, by language and id. Data: ``boot`` gives them in."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import yaml

LANGUAGES: Final = ("nl", "en")
"""The languages in which everything can be said."""
_FOLDER: Final = Path(__file__).parent
_MORE: Final = _FOLDER / "more"
"""Languages in which what matters most can be said: who speaks, how to reach a person, and what to do in danger."""

# The C loader is ten times faster and accepts the same; it is not built in everywhere.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def sentences() -> dict[str, dict[str, str]]:
    """Every sentence: language, then id. A language of ``more`` has some; the rest is said in the default one."""
    whole = {language: _read(_FOLDER / f"{language}.yaml") for language in LANGUAGES}
    return whole | {file.stem: _read(file) for file in sorted(_MORE.glob("*.yaml"))}


def version(sentences: Mapping[str, Mapping[str, str]]) -> str:
    """Twelve hex digits that change with any sentence, id or language, and with nothing else."""
    known = sha256()
    for language in sorted(sentences):
        for id, sentence in sorted(sentences[language].items()):
            known.update(f"{language}\0{id}\0{sentence}\0".encode())
    return known.hexdigest()[:12]


def _read(file: Path) -> dict[str, str]:
    found = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a safe loader, see above
    return {str(id): str(sentence) for id, sentence in found.items()}
