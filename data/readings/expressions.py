"""Arithmetic expressions of signals (``torque * rotational_speed``): parsed once into a tree of allowed operations, never evaluated as code."""

import ast
import math
from collections.abc import Callable

import numpy as np

from data.errors import PullcordError

_BINARY: dict[type, Callable] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_CALLS: dict[str, tuple[int, Callable]] = {
    "abs": (1, np.abs),
    "sqrt": (1, np.sqrt),
    "log": (1, np.log),
    "exp": (1, np.exp),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
}
_CONSTANTS = {"pi": math.pi}
Values = np.ndarray | np.float64
"""(n,) of the rows; of an expression without a signal the one number that it is."""


class ExpressionError(PullcordError, ValueError):
    """A derived feature's expression that cannot be used; the message says which part and what is allowed.
    ``feature``: of which one."""

    feature = ""


def compile_expression(expression: str, signals: tuple[str, ...]) -> Callable[[np.ndarray], Values]:
    """A function of an (n, len(signals)) array that gives the (n,) values of ``expression``.

    Allowed: signal names, numbers, ``pi``, ``+ - * / **``, parentheses and abs, sqrt, log, exp, min, max.

    Raises:
        ExpressionError: for anything else.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ExpressionError(
            "{expression} is not an arithmetic expression; write e.g. 'torque * speed'", expression=repr(expression)
        ) from None
    return compiled(tree, signals, expression)


def compiled(node: ast.expr, signals: tuple[str, ...], whole: str) -> Callable[[np.ndarray], Values]:
    """The function of a parsed expression; ``whole`` is its text, for errors."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return lambda _: np.float64(number)
        case ast.Name(id=name) if name in signals:
            at = signals.index(name)
            return lambda x: x[:, at]
        case ast.Name(id=name) if name in _CONSTANTS:
            return lambda _: np.float64(_CONSTANTS[name])
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = compiled(inner, signals, whole)
            return lambda x: -value(x)
        case ast.BinOp(left=a, op=op, right=b) if type(op) in _BINARY:
            left, right, apply = compiled(a, signals, whole), compiled(b, signals, whole), _BINARY[type(op)]
            return lambda x: apply(left(x), right(x))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS and len(args) == _CALLS[name][0]:
            parts, call = [compiled(a, signals, whole) for a in args], _CALLS[name][1]
            return lambda x: call(*(part(x) for part in parts))
        case ast.Name(id=name):
            raise ExpressionError(
                "{whole} names {name}, which is no signal; known: {signals}",
                whole=repr(whole),
                name=repr(name),
                signals=", ".join(signals),
            )
    allowed = f"signals, numbers, pi, + - * / **, ( ), {', '.join(_CALLS)}"
    raise ExpressionError(
        "{whole} holds {node}, which is not allowed; allowed: {allowed}",
        whole=repr(whole),
        node=repr(ast.unparse(node)),
        allowed=allowed,
    )
