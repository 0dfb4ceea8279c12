"""The texts of the project speak of the product alone, and a source file can be read in one sitting."""

import pytest

from tests.house.texts import LONGEST, ROOT, WHY_LONG, is_too_long, places_of_a_machine, project_files, text_of


def test_that_no_text_names_a_machine_path_or_a_package_host() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{place}"
        for file in sorted(project_files())
        if (text := text_of(file)) is not None
        for place in places_of_a_machine(text)
    ]
    assert found == []


def test_that_no_source_file_is_long_without_saying_why() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in sorted((ROOT / "src").rglob("*.py"))
        if is_too_long(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_that_the_files_of_the_project_are_found() -> None:
    names = {str(file.relative_to(ROOT)) for file in project_files()}
    assert {"Makefile", "pyproject.toml", "src/gehoor/__init__.py", "tests/house/texts.py"} <= names
    assert not any(name.startswith(".venv/") for name in names)


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "work/main/README.md",
        "open('/" + "root/.cache')",
        "file:///" + "home/me/x",
        "--index-url https:" + "//pypi.org" + "/simple",
        "https://files." + "pythonhosted.org/packages/a.whl",
        "registry." + "npmjs.org",
        "deb http://deb." + "debian.org/debian bookworm main",
    ],
)
def test_that_a_place_of_a_machine_is_caught(line: str) -> None:
    assert places_of_a_machine(f"first\n{line}\n") != []


@pytest.mark.parametrize(
    "line",
    [
        "https://www.gemeente.example/home/",
        "docs/work" + "/plan.md",
        "/usr/lib/postgresql/15/bin",
        "https://pypi.org/project/starlette",
        "homework/rooted",
    ],
)
def test_that_an_ordinary_line_passes(line: str) -> None:
    assert places_of_a_machine(line) == []


def test_that_a_long_file_must_say_why() -> None:
    long = "\n".join(["x = 1"] * (LONGEST + 1))
    assert is_too_long(long)
    assert is_too_long(f'"""A table. {WHY_LONG[:-5]}"""\n{long}')
    assert not is_too_long(f'"""A table.\n\n{WHY_LONG} one row for each sign.\n"""\n{long}')
    assert not is_too_long("\n".join(["x = 1"] * LONGEST))
