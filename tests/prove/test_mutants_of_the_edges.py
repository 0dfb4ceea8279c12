"""Faults planted where the check does not come: who takes over sees everything (NOT-AGAIN), what leaves is masked and
what lies there is sealed (PRIVATE), what was changed shows (PROOF), and what the AI says was approved, whatever a
language model wants (GROUNDED). The tests that hold these must see them."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gehoor.prove.check import CHECKED
from tests.prove.mutants import MUTANTS
from tests.prove.planting import ROOT, SOURCE

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Planted:
    """``old`` stands once in ``file`` (below src/gehoor) and becomes ``new``; ``tests`` must turn red."""

    guarantee: str
    file: str
    old: str
    new: str
    tests: str


CHAIN, READ, RECORD = "core/evidence/chain.py", "flows/read.py", "flows/record.py"
DESK, CARDS = "web/desk.py", "web/desk_cards.py"
EVIDENCE, AGENT = "tests/core/evidence/test_chain.py", "tests/web/test_agent.py"

GUARD, SENTENCES, MENU = "adapters/brains/guarded.py", "core/knowledge/sentences.py", "core/knowledge/menu.py"
MALICIOUS, CHOOSING = "tests/adapters/test_malicious_model.py", "tests/adapters/test_choosing.py"

EDGES = (
    Planted("PROOF", CHAIN, "sha256(head + canonical)", "sha256(canonical)", EVIDENCE),
    Planted("PROOF", CHAIN, 'f"{name}:{length}:".encode()', 'f"{name}:".encode()', EVIDENCE),
    Planted("PROOF", CHAIN, "+ left + right", "+ right + right", EVIDENCE),
    Planted("PROOF", "prove/receipts.py", "] != head:", "] == head:", "tests/prove/test_receipts.py"),
    Planted("PRIVATE", READ, '("masked", one.masked)', '("text", one.text)', "tests/flows/test_bot_turn.py"),
    Planted(
        "PRIVATE",
        RECORD,
        'None if part.masked in ("", part.text) else',
        "None if True else",
        "tests/flows/test_read.py",
    ),
    Planted(
        "PRIVATE", READ, "return ERASED if text is None else text", 'return text or ""', "tests/flows/test_read.py"
    ),
    Planted("NOT-AGAIN", DESK, "events, last = await self._events(id, staff, 0)", "events, last = [], 0", AGENT),
    Planted("NOT-AGAIN", CARDS, "first = asked[0] if asked else nothing", "first = nothing", AGENT),
    Planted("NOT-AGAIN", DESK, "self._cards.articles(events, await self._found(id, staff))", "[]", AGENT),
    Planted("GROUNDED", GUARD, "if not is_sound(", "if False and not is_sound(", MALICIOUS),
    Planted("GROUNDED", GUARD, "return said.text == article.answer", "return True", MALICIOUS),
    Planted("GROUNDED", GUARD, "said.text == compose(", "True or said.text == compose(", MALICIOUS),
    Planted("GROUNDED", GUARD, "if not policy.answers and not chosen:", "if False:", MALICIOUS),
    Planted("GROUNDED", SENTENCES, "return leans, bool(_LIMITING", "return False, bool(_LIMITING", MALICIOUS),
    Planted("GROUNDED", SENTENCES, "bool(_LIMITING[language].search(here))", "False", MALICIOUS),
    Planted("GROUNDED", SENTENCES, 'endswith(("?", ":"))', 'endswith(":")', MALICIOUS),
    Planted("GROUNDED", MENU, "if menu.answers is None:", "if False:", CHOOSING),
    Planted("GROUNDED", MENU, "type(one) is not int or ", "", "tests/core/knowledge/test_menu.py"),
    Planted("GROUNDED", "adapters/brains/choosing.py", "!= ArticlePolicy.MAY_ANSWER", "is None", CHOOSING),
)


def test_that_a_fault_at_the_edges_is_seen(tmp_path: Path) -> None:
    shares = [(tmp_path / f"source{n}", EDGES[n::PROCESSES]) for n in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        assert [one for part in pool.map(lambda share: survived(*share), shares) for one in part] == []


def test_that_the_edges_have_three_faults_for_each_guarantee() -> None:
    assert min(Counter(one.guarantee for one in EDGES).values()) >= 3
    assert {one.guarantee for one in EDGES} == {"PROOF", "PRIVATE", "NOT-AGAIN", "GROUNDED"}


def test_that_each_of_the_fifteen_guarantees_has_three_faults_planted_by_hand() -> None:
    named = set(CHECKED) - {"TOTAL"} | {one.guarantee for one in EDGES}
    planted = Counter(one.guarantee for one in (*MUTANTS, *EDGES))
    assert len(named) == 15
    assert {name for name in named if planted[name] < 3} == set()


def survived(folder: Path, edges: tuple[Planted, ...]) -> list[Planted]:
    """Those that the tests do not see, planted in a copy one after another."""
    shutil.copytree(SOURCE, folder / "gehoor", ignore=shutil.ignore_patterns("__pycache__"))
    return [one for one in edges if not is_seen(one, folder)]


def is_seen(edge: Planted, folder: Path) -> bool:
    """Whether the tests turn red on the copy with the fault in it."""
    file = folder / "gehoor" / edge.file
    whole = file.read_text(encoding="utf-8")
    assert whole.count(edge.old) == 1, edge
    try:
        file.write_text(whole.replace(edge.old, edge.new), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", edge.tests],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    finally:
        file.write_text(whole, encoding="utf-8")
    return done.returncode == 1 and "FAILED" in done.stdout
