"""What others made and we carry along for the tests is exactly what they published."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "vendor"


def recorded() -> dict[str, str]:
    page = (VENDOR / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", page, re.MULTILINE))


def test_that_every_vendored_file_has_the_recorded_hash() -> None:
    files = [file for file in VENDOR.rglob("*") if file.is_file() and file.name != "README.md"]
    assert {
        str(file.relative_to(VENDOR)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    } == recorded()
    assert "axe.min.js" in recorded()
