"""Run import-linter on a tree, and plant faults in a copy of the tree to see that it bites."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FLOORS = "Floors: arrows point down"
CORE_ROOMS = "Rooms of the core"
NO_CIRCLES = "No circles between neighbours, at any depth"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What import-linter said."""

    passed: bool
    output: str

    def broke(self, contract: str) -> bool:
        """Was this contract broken?"""
        return f"{contract} BROKEN" in self.output


def lint(tree: Path) -> Verdict:
    """Check the tree in this folder, which holds pyproject.toml and src/gehoor."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Verdict(passed=done.returncode == 0, output=done.stdout + done.stderr)


def copy_tree(destination: Path) -> Path:
    """Copy pyproject.toml and the Python files of src/gehoor."""
    shutil.copy(ROOT / "pyproject.toml", destination / "pyproject.toml")
    source = ROOT / "src" / "gehoor"
    for file in source.rglob("*.py"):
        target = destination / "src" / "gehoor" / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    return destination


def plant(tree: Path, module: str, line: str) -> None:
    """Give the tree a module that holds one line; rooms on the way to it are made when they are not there yet."""
    *rooms, name = module.split(".")
    folder = tree / "src"
    for room in rooms:
        folder /= room
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    (folder / f"{name}.py").write_text(f"{line}\n", encoding="utf-8")
