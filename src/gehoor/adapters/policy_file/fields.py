"""Reading a document field by field: every field is checked, and what nobody asked for is refused.

A fault names the field by its path, such as ``hours.monday[1]``, and the rule that it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import yaml

from gehoor.core.errors import PolicyFault

EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"
# The C loader is ten times faster and accepts the same; it is not built in everywhere.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader(_Loader):  # type: ignore[misc]  # which of the two it is, is known when it runs
    """Reads a day as it is written, so that one that does not exist is named by its field; a key stands once."""

    yaml_implicit_resolvers: Final = {
        first: [one for one in found if one[0] != _TIMESTAMP]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """The fields of a mapping.

        Raises:
            PolicyFault: one of them stands there twice: YAML would drop the first without a word.
        """
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"This stands here twice; the second time is line {key.start_mark.line + 1}."
                raise fault(str(key.value), problem, "repeated")
            seen.add(str(key.value))
        found: dict[object, object] = super().construct_mapping(node, deep)
        return found


def parse(text: str, name: str = "the policy") -> object:
    """What the YAML of a document says.

    Raises:
        PolicyFault: it cannot be read; names the line.
    """
    try:
        return yaml.load(text, Loader=_Reader)  # noqa: S506  a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise fault("", f"The YAML of {name}{place} cannot be read.", "yaml") from error


class Fields:
    """The fields of one mapping; whoever reads one takes it, so that what is left over can be refused."""

    def __init__(self, found: object, path: str) -> None:
        if not isinstance(found, dict):
            raise fault(path, "This must be fields with a value.")
        self._left: dict[object, object] = dict(found)
        self._path = path

    def at(self, key: str) -> str:
        """The path of a field."""
        return f"{self._path}.{key}" if self._path else key

    def take(self, key: str, required: bool = True) -> object:
        """A field as it stands; None when it is left out."""
        value = self._left.pop(key, None)
        if value is None and required:
            raise fault(self.at(key), "This must be filled in.", "missing")
        return value

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        """One line of text."""
        return line(self.at(key), self.take(key), pattern)

    def optional_text(self, key: str, default: str) -> str:
        """One line of text, or the default when it is left out."""
        value = self.take(key, required=False)
        return default if value is None else line(self.at(key), value)

    def number(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number."""
        value = self.take(key, required=default is None)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise fault(self.at(key), f"This must be a whole number from {least} to {most}.", "number")
        return value

    def yes(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.take(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise fault(self.at(key), "This must be true or false.", "yes_or_no")
        return value

    def day(self, key: str) -> date | None:
        """A date, or None when it is left out."""
        value = self.take(key, required=False)
        return None if value is None else a_day(self.at(key), value)

    def items(self, key: str, required: bool = True) -> list[tuple[str, object]]:
        """The members of a list, each with its path."""
        value = self.take(key, required)
        if value is None:
            return []
        if not isinstance(value, list):
            raise fault(self.at(key), "This must be a list.")
        return [(f"{self.at(key)}[{number}]", member) for number, member in enumerate(value)]

    def texts(self, key: str, required: bool = True) -> list[tuple[str, str]]:
        """The members of a list of texts, each with its path."""
        return [(place, line(place, value)) for place, value in self.items(key, required)]

    def days(self, key: str) -> list[tuple[str, date]]:
        """The members of a list of dates, each with its path; none when it is left out."""
        return [(place, a_day(place, value)) for place, value in self.items(key, required=False)]

    def inner(self, key: str, required: bool = True) -> Fields:
        """A mapping inside this one."""
        found = self.take(key, required)
        return Fields({} if found is None else found, self.at(key))

    def rest(self) -> Iterator[tuple[object, str, object]]:
        """Takes all that is left: name, path, value."""
        left, self._left = self._left, {}
        for key, value in left.items():
            yield key, self.at(str(key)), value

    def refuse_the_rest(self) -> None:
        """Refuses what nobody took."""
        for key in self._left:
            raise fault(self.at(str(key)), "This is not a field that can be filled in here.", "unknown_field")


def line(place: str, value: object, pattern: re.Pattern[str] | None = None) -> str:
    """One line of text, of a form when one is given."""
    if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
        raise fault(place, "This must be one line of text; put it in quotes when it is a number.", "text")
    if pattern is not None and not pattern.fullmatch(value.strip()):
        raise fault(place, "This has the wrong form.")
    return value.strip()


def a_day(place: str, value: object) -> date:
    """A date without a time."""
    try:
        return date.fromisoformat(value if isinstance(value, str) and _DAY.fullmatch(value) else "")
    except ValueError:
        raise fault(place, "This must be a day that there is, such as 2027-06-18.", "day") from None


def fault(place: str, problem: str, rule: str = "form", **more: Any) -> PolicyFault:
    """What is wrong with a field. ``rule``: a stable name of it; ``more``: the source, and the ways to mend it."""
    return PolicyFault(f"{place}: {problem}" if place else problem, field=place, rule=rule, **more)
