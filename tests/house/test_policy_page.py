"""docs/policy.md explains every field that a policy can have, and no other."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from gehoor.core.policy import AnswerTerms, Clocks, Contact, Policy, PromiseTerms, Widening
from gehoor.settings import DEMO

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
ROWS = PAGE.partition("## Every field")[2]
EXPLAINED = set(re.findall(r"`([\w.]+)`", "\n".join(line.split("|")[1] for line in ROWS.splitlines() if "|" in line)))
BESIDE = {"shifts.first", "shifts.last", "shifts.except"}
"""Fields that the demo's policy has no use for."""


def paths(value: Any, path: str = "") -> Iterator[str]:
    """The fields of a document; the members of a list are one."""
    members = value if isinstance(value, list) else [value]
    inner = [one for one in members if isinstance(one, dict)]
    closed = path.endswith((".other", ".hours", ".visit_hours", "skills", "teams", "demo_staff")) and path != "hours"
    if not inner or not any(inner) or closed:
        yield path
        return
    for one in inner:
        for key, below in one.items():
            yield from paths(below, f"{path}.{key}" if path else str(key))


def test_that_every_field_of_the_demo_is_explained_and_no_other() -> None:
    demo = yaml.safe_load((DEMO / "organisation.yaml").read_text(encoding="utf-8"))
    days = {f"hours.{day}" for day in ("tuesday", "wednesday", "thursday", "friday", "saturday")}
    assert set(paths(demo)) - days | BESIDE == EXPLAINED


def test_that_the_demo_shows_every_field_that_the_rules_know() -> None:
    names = {path.rpartition(".")[2] for path in EXPLAINED}
    known = {one.name for kind in (AnswerTerms, Clocks, Contact, PromiseTerms, Widening) for one in fields(kind)}
    known |= {one.name for one in fields(Policy)} - {"version", "wording", "reduced"}
    sections = {path.partition(".")[0] for path in EXPLAINED}
    assert known <= names | sections
