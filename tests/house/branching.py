"""Does a decision look at the part of the state that is not finite?

State is Control and Record. Control is finite, so every state of it can be explored; that is worth something only while
decisions branch on Control alone. This finds each test of a decision that reads ``record``.
"""

import ast
from collections.abc import Iterator


def branches_on_record(source: str) -> list[str]:
    """Every place where this source branches on the Record, as "line: expression"."""
    found = {(test.lineno, ast.unparse(test)) for test in _tests(ast.parse(source)) if _reads_record(test)}
    return [f"{line}: {expression}" for line, expression in sorted(found)]


def _tests(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                yield test
            case ast.Match(subject=subject, cases=cases):
                yield subject
                yield from (case.guard for case in cases if case.guard is not None)
            case ast.comprehension(ifs=ifs):
                yield from ifs
            case ast.BoolOp():
                yield node


def _reads_record(expression: ast.expr) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "record")
        or (isinstance(node, ast.Name) and node.id == "record")
        for node in ast.walk(expression)
    )
