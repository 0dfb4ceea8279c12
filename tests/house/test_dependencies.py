"""The lists of packages agree: what is wanted, what is declared, what is locked and what is explained."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(file: str) -> set[str]:
    lines = (REQUIREMENTS / file).read_text(encoding="utf-8").splitlines()
    return {
        canonical(re.split(r"[=<>!~ ]", line, maxsplit=1)[0])
        for line in lines
        if line and not line.startswith(("#", "-r"))
    }


def locked() -> dict[str, str]:
    text = (REQUIREMENTS / "locked.txt").read_text(encoding="utf-8")
    return {canonical(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)}


def test_that_the_project_declares_what_runtime_in_wants() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["language-model"]]
    assert {canonical(re.split(r"[=<>!~ ;\[]", name, maxsplit=1)[0]) for name in declared} == wanted("runtime.in")


def test_that_everything_wanted_is_locked() -> None:
    assert wanted("runtime.in") | wanted("dev.in") <= set(locked())


def test_that_every_locked_package_carries_a_hash() -> None:
    text = (REQUIREMENTS / "locked.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_that_every_locked_package_is_explained_with_its_licence() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {canonical(name) for name in re.findall(r"^\| ([A-Za-z0-9._-]+) \|", page, re.MULTILINE)}
    assert set(locked()) - explained == set()
