"""Is what was said to a customer supported? Judged from the article files themselves, by rules of its own.

Nothing of the product's knowledge room, brains or guard is used here: no parser, no splitting into sentences, no
composing. A checker that shared them would share their mistakes.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

_PIECE = re.compile(r"(?<=[.?!])[\"')]*\s+(?=[^a-z\s])")
_NEEDS_ITS_BEFORE = re.compile(
    r"(dan|dat|die|deze|dit|daar(na|voor|mee|om|bij|van)?|zo niet|zo ja|ook|maar|hij|zij|this|that|these|those|then|"
    r"it|they|otherwise|if not)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"\b(niet|geen|alleen|behalve|tenzij|not|only|except|unless|cannot)\b", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_MOST = 900


@dataclass
class Written:
    """An article as its file has it: title, policy, days, and its sections (heading, text)."""

    title: str
    policy: str
    first: date
    last: date
    computes: str = ""
    sections: list[tuple[str, str]] = field(default_factory=list)


_WORKED_OUT = re.compile(r"(open|closed)_(now|day|always)")


def _with_figures(fixed: str) -> re.Pattern[str]:
    """The fixed sentence about opening hours with a few words, times and days filled in, and nothing else."""
    return re.compile(re.sub(r"\\{\w+\\}", r"[\\w .:,]{4,60}", re.escape(fixed)))


def _flat(lines: list[str]) -> str:
    """Wrapped lines are one; an item of a list and a paragraph begin a new one."""
    text = ""
    for line in lines:
        new = not line.strip() or line.lstrip().startswith(("- ", "* ")) or text.endswith("\n") or not text
        text = text.rstrip(" ") + ("\n" if new and text else " " if text else "") + line.strip()
    return re.sub(r"\n+", "\n", text).strip()


def written(file: Path) -> Written:
    """What one file says."""
    _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(front)
    one = Written(told["title"], told["policy"], told["valid_from"], told["review_by"], told.get("computes", ""))
    for number, part in enumerate(re.split(r"^## ", body, flags=re.MULTILINE)):
        heading, _, text = part.partition("\n") if number else ("", "", part)
        flat = _flat(text.strip().split("\n"))
        one.sections.append((heading.strip(), flat if number else _LINK.sub(r"\1 (\2)", flat)))
    return one


class Checker:
    """Reads a folder of articles, and the fixed phrases of the product's texts."""

    def __init__(self, folder: Path, texts: Path) -> None:
        self.articles = {(file.stem, file.parent.name): written(file) for file in folder.glob("[a-z][a-z]/*.md")}
        self.fixed, self.worked_out = set(), list[re.Pattern[str]]()
        for language in ("nl", "en"):
            told = yaml.safe_load((texts / f"{language}.yaml").read_text(encoding="utf-8"))
            self.fixed |= {text for id, text in told.items() if id.startswith("connect_")}
            self.worked_out += [_with_figures(text) for id, text in told.items() if _WORKED_OUT.match(id)]
        self.strictest: dict[str, set[str]] = {}
        for (slug, _), one in self.articles.items():
            self.strictest.setdefault(slug, set()).add(one.policy)

    def may_be_shown(self, slug: str, title: str, on: date) -> bool:
        """Whether a title may be suggested."""
        found = [one for (name, _), one in self.articles.items() if name == slug and one.title == title]
        return bool(found) and "people_only" not in self.strictest[slug] and found[0].first <= on <= found[0].last

    def fault(self, slug: str, language: str, text: str, on: date) -> str:
        """Why a text is not supported by the article that it names; "" when it is."""
        one = self.articles.get((slug, language))
        if one is None or not one.first <= on <= one.last or self.strictest[slug] != {"may_answer"}:
            return "no article that may be answered with"
        first, _, rest = text.partition("\n\n")
        if one.computes and rest and any(pattern.fullmatch(first) for pattern in self.worked_out):
            text = rest
        if text == one.sections[0][1]:
            return ""
        if len(text) > _MOST:
            return "too much"
        lines = [line for line in text.split("\n") if line and line not in self.fixed]
        at, section, said = -1, "", list[str]()
        for line in lines:
            heading = next((i for i, (name, _) in enumerate(one.sections) if name and name == line and i > at), None)
            if heading is not None:
                if wrong := _broken(section, said):
                    return wrong
                at, section, said = heading, one.sections[heading][1], []
                continue
            if at < 0:
                at, section = 0, one.sections[0][1]
            said.append(line)
        return _broken(section, said) if lines else "nothing"


def _broken(section: str, said: list[str]) -> str:
    """What is wrong with lines that should be whole sentences of a section, in its order, none of them cut loose."""
    pieces = [piece for line in section.split("\n") for piece in _PIECE.split(line) if piece]
    taken: list[int] = []
    for line in said:
        for piece in _PIECE.split(line):
            later = [i for i, known in enumerate(pieces) if known == piece and (not taken or i > taken[-1])]
            if not later:
                return f"not in the article, or not there: {piece}"
            taken.append(later[0])
    for i in taken:
        if i and i - 1 not in taken and _NEEDS_ITS_BEFORE.match(pieces[i]):
            return f"without what it leans on: {pieces[i]}"
        if i + 1 < len(pieces) and i + 1 not in taken and (pieces[i].endswith("?") or _LIMITS.search(pieces[i + 1])):
            return f"without what limits it: {pieces[i]} | {pieces[i + 1]}"
    return ""
