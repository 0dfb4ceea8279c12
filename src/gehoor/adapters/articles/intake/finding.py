"""Which files below a path are read, as what, and which are not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_FILES: Final = 20_000
"""Of one import."""

_FORMS: Final = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp"), "html"),
    **dict.fromkeys((".mhtml", ".mht"), "mhtml"),
    **dict.fromkeys((".docx", ".docm", ".dotx"), "word"),
    ".pdf": "pdf",
    **dict.fromkeys((".csv", ".tsv"), "table"),
    **dict.fromkeys((".md", ".markdown", ".txt"), "prose"),
}
# What comes along with a saved website and holds no text of its own.
_ALONG: Final = frozenset(
    {
        *(".css", ".js", ".mjs", ".map", ".json", ".xml", ".rss", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"),
        *(".avif", ".ico", ".bmp", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".webm", ".webmanifest"),
    }
)
_INSTEAD: Final = {
    **dict.fromkeys((".doc", ".rtf", ".odt", ".pages", ".wps"), "save it as .docx"),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), "save it as .csv"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), "save it as .pdf"),
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz", ".tgz"), "unpack it first"),
    **dict.fromkeys((".eml", ".msg"), "letters are no articles"),
}
_NO_ARTICLES: Final = frozenset({"no-article.txt", "robots.txt", "humans.txt", "license.txt", "readme.md"})
_LOOKED_AT: Final = 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that is read as ``form``. ``within`` is its path below the folder that was named."""

    path: Path
    within: Path
    form: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A file or folder that is not read, and why (the end of a sentence)."""

    path: Path
    why: str


def find_files(paths: Iterable[Path], but: Path | None = None) -> tuple[list[Candidate], list[Passed]]:
    """All files of these paths, folders with all that is below them, in alphabetical order.

    ``but`` is a folder that is not gone into: where the drafts are written.
    """
    found: list[Candidate] = []
    passed: list[Passed] = []
    for path in paths:
        if path.is_dir():
            _below(path, found, passed, but)
        else:
            _take(path, Path(path.name), found, passed, named=True)
        if len(found) >= MOST_FILES:
            passed.append(Passed(path, f"there are more than {MOST_FILES} files; import a part at a time"))
            break
    return found, passed


def _below(folder: Path, found: list[Candidate], passed: list[Passed], but: Path | None) -> None:
    def unreadable(error: OSError) -> None:
        passed.append(Passed(Path(os.fsdecode(error.filename or folder)), "the folder cannot be opened"))

    for here, folders, files in os.walk(folder, onerror=unreadable, followlinks=False):
        for name in sorted(folders):
            if (Path(here) / name).is_symlink():
                passed.append(Passed(Path(here) / name, "it is a link to elsewhere"))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _same(Path(here) / name, but))
        for name in sorted(files):
            if len(found) >= MOST_FILES:
                return
            path = Path(here) / name
            if not name.startswith("."):
                _take(path, path.relative_to(folder), found, passed, named=False)


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and one.absolute() == other.absolute()


def _take(path: Path, within: Path, found: list[Candidate], passed: list[Passed], *, named: bool) -> None:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            if not named:
                passed.append(Passed(path, "it is a link to elsewhere"))
                return
            mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            passed.append(Passed(path, "it is no file"))
            return
        form = _form(path, named)
    except OSError:
        passed.append(Passed(path, "the file is not there, or cannot be opened"))
        return
    if form:
        found.append(Candidate(path, within, form))
    elif path.suffix.lower() not in _ALONG or named:
        instead = _INSTEAD.get(path.suffix.lower(), "of this kind nothing is read")
        if path.name.lower() not in _NO_ARTICLES or named:
            passed.append(Passed(path, instead))


def _form(path: Path, named: bool) -> str:
    suffix = path.suffix.lower()
    if path.name.lower() in _NO_ARTICLES and not named:
        return ""
    if suffix in _FORMS:
        return _FORMS[suffix]
    if suffix in _ALONG or suffix in _INSTEAD:
        return ""
    # A page of a website that was saved often has no suffix.
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT).lstrip().lower()
    return "html" if start.startswith((b"<!doctype html", b"<html", b"\xef\xbb\xbf<!doctype html")) else ""
