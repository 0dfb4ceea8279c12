"""Is a source file quiet: only the quiet part of the standard library, no clock, no chance, no files, no async?

This is a list of what is allowed, not of what is forbidden: a list of forbidden modules lets the next noisy one
through.
"""

import ast
from collections.abc import Iterator

QUIET_MODULES = frozenset(
    {
        "__future__",
        "bisect",
        "collections.abc",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "json",
        "math",
        "re",
        "typing",
        "unicodedata",
        "zoneinfo",
    }
)
OWN_ROOM = "gehoor.core"

NOISY_CALLS = frozenset({"now", "today", "utcnow", "open", "uuid4", "input", "print"})
BACK_DOORS = frozenset({"__import__", "breakpoint", "compile", "eval", "exec"})
CLOCKS = frozenset({"now", "today", "utcnow"})


def noises(source: str, module: str) -> list[str]:
    """Every noise in the source of this module, as "line: what"."""
    tree = ast.parse(source)
    return [f"{line}: {what}" for line, what in sorted(_noises(tree, module))]


def _noises(tree: ast.AST, module: str) -> Iterator[tuple[int, str]]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if not _is_quiet(alias.name):
                        yield node.lineno, f"imports {alias.name}"
            case ast.ImportFrom():
                yield from _noises_of_import(node, module)
            case ast.Call(func=ast.Name(id=name)) if name in NOISY_CALLS | BACK_DOORS:
                yield node.lineno, f"calls {name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in NOISY_CALLS:
                yield node.lineno, f"calls {name}()"
            case ast.Attribute(attr=name, value=ast.Name(id="datetime" | "date")) if name in CLOCKS:
                if id(node) not in called:
                    yield node.lineno, f"passes on {name}"
            case ast.Attribute(attr=name, value=ast.Attribute(attr="datetime" | "date")) if name in CLOCKS:
                if id(node) not in called:
                    yield node.lineno, f"passes on {name}"
            case ast.AsyncFunctionDef() | ast.AsyncFor() | ast.AsyncWith() | ast.Await():
                yield node.lineno, "is async"
            case ast.comprehension(is_async=1, target=target):
                yield target.lineno, "is async"


def _noises_of_import(node: ast.ImportFrom, module: str) -> Iterator[tuple[int, str]]:
    origin = node.module or ""
    if node.level:
        above = module.split(".")[: -node.level]
        origin = ".".join([*above, origin] if origin else above)
    if _is_quiet(origin):
        return
    for alias in node.names:
        if not _is_quiet(f"{origin}.{alias.name}"):
            yield node.lineno, f"imports {origin}.{alias.name}"


def _is_quiet(name: str) -> bool:
    return name in QUIET_MODULES or name == OWN_ROOM or name.startswith(f"{OWN_ROOM}.")
