"""What may not stand in any text file of the project, and how long a source file may be."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Put together from pieces, so that this file does not hold what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:" + "|".join(["work", "root", "home"]) + r")/")
PACKAGE_HOSTS = (
    "pypi.org" + "/simple",
    "registry." + "npmjs.org",
    "files." + "pythonhosted.org",
    "deb." + "debian.org",
)

LONGEST = 400
WHY_LONG = "Why this file is long:"


def project_files() -> Iterator[Path]:
    """Every file that is in the repository or would be with the next commit; what git ignores is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        candidates = [ROOT / name for name in listed.stdout.decode("utf-8").split("\0") if name]
    else:  # an unpacked archive: there is no git to ask
        folders = [ROOT / name for name in ("src", "tests", "docs", "requirements", "scripts", "changes")]
        candidates = [*ROOT.glob("*"), *(file for folder in folders for file in folder.rglob("*"))]
    yield from (file for file in candidates if file.is_file() and "__pycache__" not in file.parts)


def text_of(file: Path) -> str | None:
    """The text of a file, or None when it is not a text."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def places_of_a_machine(text: str) -> list[str]:
    """Every machine path and package host in the text, as "line: what"."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        found += [f"{number}: {match.group()}" for match in MACHINE_PATH.finditer(line)]
        found += [f"{number}: {host}" for host in PACKAGE_HOSTS if host in line]
    return found


def is_too_long(source: str) -> bool:
    """Has this Python file more lines than it should, without saying why at its top?"""
    if len(source.splitlines()) <= LONGEST:
        return False
    return WHY_LONG not in (ast.get_docstring(ast.parse(source)) or "")
