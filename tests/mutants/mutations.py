"""The small faults that are put into a module, one at a time: what a slip of the hand or of the mind would make of a line.

Not touched are texts (docstrings, errors, logs, SQL), annotations, decorators, what is raised or asserted, and guards against rounding.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type, type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_RECKONED: dict[type, type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_PAIRS = (("min", "max"), ("any", "all"), ("minimum", "maximum"), ("fmin", "fmax"))
_EXCHANGED = dict(_PAIRS) | {b: a for a, b in _PAIRS}
ROUNDING = 1e-6
"""A number up to this only guards against rounding."""
_SKIPPED = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr, ast.pattern)
_SPOKEN = ("log", "logger", "logging", "warnings", "print")
_KEYWORDS = ("strict", "seed", "nthread", "ensure_ascii", "copy", "deep")
"""Of these no result depends on either value, or any value does."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: where it is, the line as it stands there, and what was changed. ``number``: which one of its module."""

    module: str
    number: int
    line: int
    text: str
    change: str


def mutants(module: str, source: str) -> list[Mutant]:
    """Every fault that can be put into ``source``, in its order."""
    lines = source.split("\n")
    return [
        Mutant(module, number, node.lineno, lines[node.lineno - 1].strip(), change)
        for number, (node, change) in enumerate(_changes(ast.parse(source)))
    ]


def changed(source: str, number: int) -> str:
    """``source`` with the fault of that number in it."""
    tree = ast.parse(source)
    for at, _ in enumerate(_changes(tree)):
        if at == number:
            return ast.unparse(tree)
    raise LookupError(number)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """(what is changed, "before → after") of each fault; ``tree`` has it in it until the next one is asked for."""
    for parent, field, at, node in _places(tree):
        told = parent if isinstance(parent, ast.expr) and not isinstance(parent, ast.Lambda) else node
        for new in _instead(parent, field, node):
            before = ast.unparse(told)
            _put(parent, field, at, new)
            yield node, f"{before} → {ast.unparse(new if told is node else told)}"
            _put(parent, field, at, node)


def _put(parent: ast.AST, field: str, at: int | None, node: ast.AST) -> None:
    if at is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[at] = node


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Every expression that is part of what is done, with where it stands."""
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list", "type_params", "bases"):
            continue
        for at, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST) or _left_alone(node):
                continue
            if isinstance(node, ast.expr):
                yield parent, field, at, node
            yield from _places(node)


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, _SKIPPED) or (isinstance(node, ast.keyword) and node.arg in _KEYWORDS):
        return True
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.dump(node.test) or "__main__" in ast.dump(node.test)
    if isinstance(node, ast.Call):
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        return isinstance(root, ast.Name) and root.id in (*_SPOKEN, "isinstance", "TypeVar")
    return False


def _instead(parent: ast.AST, field: str, node: ast.expr) -> Iterator[ast.expr]:
    """What may stand in its place."""
    if (isinstance(parent, ast.If | ast.IfExp) and field == "test") or (isinstance(parent, ast.comprehension) and field == "ifs"):
        yield ast.Constant(True)
        yield ast.Constant(False)
    match node:
        case ast.Compare(comparators=[ast.Constant(value=float() as value)]) if 0 < abs(value) <= ROUNDING:
            return
        case ast.Compare(left=left, ops=ops, comparators=others):
            for at, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:at], _COMPARED[type(op)](), *ops[at + 1 :]], others)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=inner):
            yield inner
        case ast.BinOp(right=ast.Constant(value=float() as value)) if 0 < abs(value) <= ROUNDING:
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _RECKONED:
            yield ast.BinOp(left, _RECKONED[type(op)](), right)
        case ast.Call(func=ast.Name(id=name) as func, args=given, keywords=named) if name in _EXCHANGED:
            yield ast.Call(ast.Name(_EXCHANGED[name], func.ctx), given, named)
        case ast.Call(func=ast.Attribute(value=of, attr=name), args=given, keywords=named) if name in _EXCHANGED:
            yield ast.Call(ast.Attribute(of, _EXCHANGED[name], ast.Load()), given, named)
        case ast.Attribute(value=ast.Attribute(value=of, attr=name), attr="reduce" | "reduceat" | "accumulate" as how) if (
            name in _EXCHANGED
        ):
            yield ast.Attribute(ast.Attribute(of, _EXCHANGED[name], ast.Load()), how, ast.Load())
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value) if value == 0 or abs(value) > ROUNDING:
            yield from (ast.Constant(other) for other in _numbers(value))


def _numbers(value: float) -> tuple[float, ...]:
    """Half and double; of nothing, one."""
    if value == 0:
        return (type(value)(1),)
    return (value // 2 if isinstance(value, int) else value / 2, value * 2)
