"""Every small fault that can be made in a source file by rule, one at a time.

Why not a tool from outside: mutmut 3 changes functions only, so that the tables in which most of our rules stand (what
ends a request, which clocks a phase needs) would go untried, and skips dataclasses whole; cosmic-ray starts one process
of pytest for each mutant, hours for these rooms. Here a fault is planted in the living function or table of a forked
process (tests/prove/mutating.py), which takes a tenth of a second.

Left alone are words (a string with a space in it), annotations, docstrings, and the fields of dataclasses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Final

from gehoor.core.conversation import model
from gehoor.core.guarantee.heard import Course
from gehoor.core.guarantee.standing import Standing

_ENUMS: Final[dict[str, type[Enum]]] = {
    name: kind for name, kind in vars(model).items() if isinstance(kind, type) and issubclass(kind, Enum)
} | {"Course": Course, "Standing": Standing}

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
}
_COUNTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
_CALLED: Final = {"max": "min", "min": "max", "any": "all", "all": "any"}
_MOST: Final = 90


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``unit``: the function, method or table that it is in, by name; ``sound``: that unit as it stands;
    ``place`` and ``way``: which part of it is changed, and how."""

    file: str
    unit: str
    was: str
    now: str
    line: int
    sound: ast.stmt = field(repr=False, compare=False)
    place: int
    way: int

    @property
    def name(self) -> str:
        """Names it, in a way that does not change when lines above it do."""
        return f"{self.file} {self.unit}: {self.was} -> {self.now}"

    @property
    def planted(self) -> ast.stmt:
        """The unit with the fault in it."""
        copy = deepcopy(self.sound)
        node = list(_nodes(copy))[self.place]
        new = list(_ways(node))[self.way]
        for parent in ast.walk(copy):
            for name, value in ast.iter_fields(parent):
                if value is node:
                    setattr(parent, name, new)
                elif isinstance(value, list) and any(one is node for one in value):
                    setattr(parent, name, [new if one is node else one for one in value])
        return ast.fix_missing_locations(copy)


def faults(path: Path, file: str) -> list[Fault]:
    """Every fault of one source file, each with a name of its own."""
    found: list[Fault] = []
    for name, unit in _units(ast.parse(path.read_text(encoding="utf-8"))):
        for place, way, was, now, line in _ways_of(unit):
            found.append(Fault(file, name, was, now, line, unit, place, way))
    times: dict[str, int] = {}
    for index, one in enumerate(found):
        times[one.name] = times.get(one.name, 0) + 1
        if times[one.name] > 1:
            found[index] = replace(one, now=f"{one.now} ({times[one.name]})")
    return found


def _units(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The functions, methods and tables of a module."""
    for one in tree.body:
        if isinstance(one, ast.FunctionDef):
            yield one.name, one
        elif isinstance(one, ast.ClassDef):
            yield from ((f"{one.name}.{part.name}", part) for part in one.body if isinstance(part, ast.FunctionDef))
        elif isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.value is not None:
            yield one.target.id, one
        elif isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and not _is_a_type(one.value):
            yield one.targets[0].id, one


def _is_a_type(value: ast.expr) -> bool:
    return isinstance(value, ast.Subscript)


def _ways_of(unit: ast.stmt) -> Iterator[tuple[int, int, str, str, int]]:
    """Which node, in which of the ways, and how both read."""
    for place, node in enumerate(_nodes(unit)):
        for way, new in enumerate(_ways(node)):
            yield place, way, _short(node), _short(new), getattr(node, "lineno", 0)


def _short(node: ast.AST) -> str:
    match node:
        case ast.If(test=test):
            text = f"if {ast.unparse(test)}"
        case ast.For(target=target, iter=over):
            text = f"for {ast.unparse(target)} in {ast.unparse(over)}"
        case ast.Match(cases=cases):
            text = f"match {', '.join(ast.unparse(one.pattern) for one in cases)}"
        case _:
            text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _MOST else f"{text[: _MOST // 2]} ... {text[-_MOST // 2 :]}"


def _nodes(unit: ast.stmt) -> Iterator[ast.AST]:
    """Every node that can be changed, in a fixed order: no annotation, no decorator, no docstring."""
    if isinstance(unit, ast.FunctionDef):
        for value in (*unit.args.defaults, *(one for one in unit.args.kw_defaults if one is not None)):
            yield from ast.walk(value)
        body = unit.body[1:] if ast.get_docstring(unit) is not None else unit.body
        for statement in body:
            yield from _within(statement)
    elif isinstance(unit, ast.Assign | ast.AnnAssign) and unit.value is not None:
        yield from _within(unit.value)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name, value in ast.iter_fields(node):
        if name == "annotation":
            continue
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, ast.AST):
                yield from _within(one)


# -- the ways in which one node can be wrong -------------------------------------------------------------------------


def _ways(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for place in range(len(node.values)):
                yield _rest_of(node, place)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.If():
            yield from (ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False))
        case ast.Return(value=ast.expr() as value):
            yield from _returned(value)
        case ast.Constant():
            yield from _constants(node)
        case ast.Attribute(value=ast.Name(id=name)) if name in _ENUMS and node.attr in _ENUMS[name].__members__:
            members = list(_ENUMS[name].__members__)
            yield ast.Attribute(node.value, members[(members.index(node.attr) + 1) % len(members)], ast.Load())
        case ast.Call():
            yield from _calls(node)
        case ast.BinOp():
            yield from _sums(node)
        case _:
            yield from _parts(node)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            ops = [other() if at == place else one for at, one in enumerate(node.ops)]
            yield ast.Compare(node.left, ops, node.comparators)


def _rest_of(node: ast.BoolOp, place: int) -> ast.expr:
    rest = [one for at, one in enumerate(node.values) if at != place]
    return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _returned(value: ast.expr) -> Iterator[ast.AST]:
    if isinstance(value, ast.List):
        if value.elts:
            yield ast.Return(ast.List([], ast.Load()))
    elif not (isinstance(value, ast.Constant) and value.value is None):
        yield ast.Return(ast.Constant(None))


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str) and node.value and " " not in node.value:
        yield ast.Constant(f"XX{node.value}")


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        yield ast.Call(ast.Name(_CALLED[node.func.id], ast.Load()), node.args, node.keywords)
    if len(node.args) > 1 and not isinstance(node.args[-1], ast.Starred):
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    for place in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, [one for at, one in enumerate(node.keywords) if at != place])


def _sums(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.BitOr):
        yield from (node.left, node.right)
    elif type(node.op) in _COUNTED:
        yield ast.BinOp(node.left, _COUNTED[type(node.op)](), node.right)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Tuple(ctx=ast.Load()) | ast.List(ctx=ast.Load()) | ast.Set():
            for place in range(len(node.elts)):
                rest = [one for at, one in enumerate(node.elts) if at != place]
                # An empty set has no display of its own.
                yield (
                    ast.Tuple(rest, ast.Load()) if isinstance(node, ast.Tuple | ast.Set) else ast.List(rest, ast.Load())
                )
        case ast.Dict():
            for place in range(len(node.keys)):
                keys, values = list(node.keys), list(node.values)
                del keys[place], values[place]
                yield ast.Dict(keys, values)
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.For():
            yield ast.For(node.target, ast.Tuple([], ast.Load()), node.body, node.orelse)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Match() if len(node.cases) > 1:
            for place in range(len(node.cases)):
                yield ast.Match(node.subject, [one for at, one in enumerate(node.cases) if at != place])
        case _:
            pass
