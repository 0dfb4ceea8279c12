"""The front matter of an article: YAML between two lines of three dashes, checked field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import yaml

from gehoor.adapters.articles.wholesome import fault_of_line
from gehoor.core.errors import KnowledgeFault
from gehoor.core.knowledge.article import ArticlePolicy, Computation

_FENCE = "---"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_REQUIRED = ("slug", "language", "title", "owner", "valid_from", "review_by", "policy")
_KNOWN = (*_REQUIRED, "ways", "valid_until", "audiences", "tags", "source", "source_digest", "computes")
_MOST_CHARACTERS_OF_A_WAY = 4000
_MOST_CHARACTERS_OF_A_NAME = 200
_DIGEST = re.compile(r"[0-9a-f]{64}")

# The C loader is ten times faster and accepts the same; it is not built in everywhere.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields of an article that stand above its text; all checked."""

    slug: str
    language: str
    title: str
    owner: str
    valid_from: date
    review_by: date
    policy: ArticlePolicy
    ways: tuple[str, ...]
    valid_until: date | None
    audiences: tuple[str, ...]
    tags: tuple[str, ...]
    source: str
    source_digest: str
    computes: Computation | None


def read_front_matter(text: str, name: str) -> tuple[FrontMatter, list[str], int]:
    """Front matter, lines of the body, and the line number of the first of them. Raises KnowledgeFault."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise KnowledgeFault(f"{name}, line 1: the file must begin with ---.", file=name, line=1)
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise KnowledgeFault(f"{name}: the front matter has no end (---).", file=name, line=1)
    fields = _fields(_parse("\n".join(lines[1:end]), name), name)
    return fields, lines[end + 1 :], end + 2


def _parse(source: str, name: str) -> dict[object, object]:
    try:
        # Aliases have no use here and can blow a small file up to gigabytes.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=_Loader)):
            raise KnowledgeFault(f"{name}: YAML aliases are not allowed.", file=name, line=1)
        found = yaml.load(source, Loader=_Loader)  # noqa: S506  a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise KnowledgeFault(f"{name}, line {line}: the YAML cannot be read.", file=name, line=line) from error
    if not isinstance(found, dict):
        raise KnowledgeFault(f"{name}, line 2: the front matter must be fields with a value.", file=name, line=2)
    return found


def _fields(found: dict[object, object], name: str) -> FrontMatter:
    for key in found:
        if key not in _KNOWN:
            raise _fault(name, str(key), "is not a field of an article")
    for key in _REQUIRED:
        if found.get(key) in (None, ""):
            raise _fault(name, key, "is missing")
    valid_from, review_by = _day(found, "valid_from", name), _day(found, "review_by", name)
    if review_by < valid_from:
        raise _fault(name, "review_by", "is before valid_from")
    valid_until = _day(found, "valid_until", name) if _is_set(found, "valid_until") else None
    if valid_until is not None and valid_until < valid_from:
        raise _fault(name, "valid_until", "is before valid_from")
    return FrontMatter(
        slug=_matching(found, "slug", _SLUG, name),
        language=_matching(found, "language", _LANGUAGE, name),
        title=_line(found, "title", name),
        owner=_line(found, "owner", name),
        valid_from=valid_from,
        review_by=review_by,
        policy=_policy(found, name),
        ways=_lines(found, "ways", name, _MOST_CHARACTERS_OF_A_WAY),
        valid_until=valid_until,
        audiences=_lines(found, "audiences", name, _MOST_CHARACTERS_OF_A_NAME),
        tags=_lines(found, "tags", name, _MOST_CHARACTERS_OF_A_NAME),
        source=_line(found, "source", name) if _is_set(found, "source") else "",
        source_digest=_matching(found, "source_digest", _DIGEST, name) if _is_set(found, "source_digest") else "",
        computes=_computes(found, name) if _is_set(found, "computes") else None,
    )


def _is_set(found: dict[object, object], field: str) -> bool:
    return found.get(field) not in (None, "")


def _line(found: dict[object, object], field: str, name: str) -> str:
    value = found[field]
    if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
        raise _fault(name, field, "must be one line of text")
    return _wholesome(value, field, name)


def _matching(found: dict[object, object], field: str, pattern: re.Pattern[str], name: str) -> str:
    value = _line(found, field, name)
    if not pattern.fullmatch(value):
        raise _fault(name, field, "has the wrong form")
    return value


def _day(found: dict[object, object], field: str, name: str) -> date:
    value = found[field]
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _fault(name, field, "must be a day, such as 2027-03-01")
    return value


def _policy(found: dict[object, object], name: str) -> ArticlePolicy:
    try:
        return ArticlePolicy(str(found["policy"]))
    except ValueError as error:
        raise _fault(name, "policy", f"must be one of {', '.join(ArticlePolicy)}") from error


def _computes(found: dict[object, object], name: str) -> Computation:
    try:
        return Computation(str(found["computes"]))
    except ValueError as error:
        raise _fault(name, "computes", f"must be one of {', '.join(Computation)}") from error


def _lines(found: dict[object, object], field: str, name: str, longest: int) -> tuple[str, ...]:
    """A list of lines of text, each of them once."""
    value = found.get(field) or []
    if not isinstance(value, list):
        raise _fault(name, field, "must be a list")
    lines: dict[str, None] = {}
    for number, line in enumerate(value, 1):
        if not isinstance(line, str) or not line.strip():
            raise _fault(name, field, f"has something else than text as number {number}; quote it")
        if len(line) > longest:
            raise _fault(name, field, f"has more than {longest} characters in number {number}")
        lines[_wholesome(" ".join(line.split()), field, name)] = None
    return tuple(lines)


def _wholesome(value: str, field: str, name: str) -> str:
    """Checked again after parsing: YAML escapes can write what the file does not show."""
    wrong = fault_of_line(value)
    if wrong:
        raise _fault(name, field, f"cannot be used: {wrong.rstrip('.')}")
    return value.strip()


def _fault(name: str, field: str, problem: str) -> KnowledgeFault:
    return KnowledgeFault(f"{name}: {field} {problem}.", file=name, field=field)
