"""Every rule by which a policy is refused has its words on the policy page, in plain Dutch."""

import re
from pathlib import Path

import gehoor

SOURCE = Path(gehoor.__file__).parent
WORDS = (SOURCE / "web" / "static" / "desk-policy-words.js").read_text(encoding="utf-8")
KNOWN = set(re.findall(r"^  (\w+): \{ what:", WORDS, re.MULTILINE))
GAP = re.compile(r'Gap\(\s*"(\w+)"')
FAULT = re.compile(r'fault\([^()]*(?:\([^()]*\)[^()]*)*?,\s*"([a-z]+(?:_[a-z]+)*)"[,)]', re.DOTALL)


def test_that_every_rule_has_its_words() -> None:
    gaps = set(GAP.findall((SOURCE / "core" / "guarantee" / "cover.py").read_text(encoding="utf-8")))
    files = [file.read_text(encoding="utf-8") for file in (SOURCE / "adapters" / "policy_file").glob("*.py")]
    faults = {rule for text in files for rule in FAULT.findall(text)}
    assert {"no_shift", "above_ceiling"} <= gaps
    assert {"premium_rate", "block_overlap"} <= faults
    assert gaps | faults <= KNOWN


def test_that_the_words_are_short_and_polite() -> None:
    said = re.findall(r'(?:what|mend): (?:"([^"]+)"|\["([^\]]+)"\])', WORDS)
    sentences = [one for pair in said for text in pair for one in re.split(r'[.:]\s|", "', text) if one]
    assert len(sentences) > 40
    assert [one for one in sentences if len(one.split()) > 22] == []
    assert not re.search(r"\b(je|jij|jouw)\b", " ".join(sentences))
