"""Puts a fault of tests/prove/mutation.py into the running program, where everybody who imported it runs it."""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from tests.prove.mutation import Fault


def plant(fault: Fault) -> None:
    """Puts the fault into the running program. Only for a process that ends with it."""
    module = import_module(f"gehoor.core.{fault.file.removesuffix('.py').replace('/', '.')}")
    planted = fault.planted
    if isinstance(planted, ast.FunctionDef):
        _plant_function(module, fault.unit, planted)
    else:
        _plant_table(module, fault.unit, planted)


def _plant_function(module: ModuleType, unit: str, planted: ast.FunctionDef) -> None:
    planted.decorator_list = []
    names = dict(vars(module))
    exec(compile(ast.Module([planted], []), module.__file__ or "", "exec", dont_inherit=True), names)
    new = names[planted.name]
    living: Any = module
    for part in unit.split("."):
        living = vars(living)[part] if isinstance(living, type) else getattr(living, part)
    living = living.fget if isinstance(living, property) else getattr(living, "__wrapped__", living)
    assert isinstance(living, FunctionType)
    living.__code__, living.__defaults__, living.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _plant_table(module: ModuleType, unit: str, planted: ast.stmt) -> None:
    """The table, and every table below it that is made from it, wherever somebody imported them."""
    changed = {unit: planted}
    for one in ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")).body:
        target = (
            one.target if isinstance(one, ast.AnnAssign) else one.targets[0] if isinstance(one, ast.Assign) else None
        )
        if not isinstance(target, ast.Name) or target.id == unit:
            continue
        if any(isinstance(part, ast.Name) and part.id in changed for part in ast.walk(one)):
            changed[target.id] = one
    for name, statement in changed.items():
        value = getattr(statement, "value", None)
        assert isinstance(value, ast.expr)
        expression = ast.fix_missing_locations(ast.Expression(value))
        new = eval(compile(expression, "", "eval", dont_inherit=True), vars(module))
        _replace(vars(module)[name], new)


def _replace(old: object, new: object) -> None:
    for module in [one for name, one in sys.modules.items() if name.startswith(("gehoor.", "tests."))]:
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)
