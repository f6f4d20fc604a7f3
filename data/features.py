"""Model inputs from signals: one implementation for training and for the live loop, columnar in both.

Derived features are arithmetic expressions of signals (``torque * rotational_speed``). They are parsed once into a tree
of allowed operations, never evaluated as code.
"""

import ast
import math
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

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


class ExpressionError(ValueError):
    """A derived feature's expression that cannot be used; the message says which part and what is allowed.
    ``feature``: of which one."""

    feature = ""


def compile_expression(expression: str, signals: tuple[str, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """A function of an (n, len(signals)) array that gives the (n,) values of ``expression``.

    Allowed: signal names, numbers, ``pi``, ``+ - * / **``, parentheses and abs, sqrt, log, exp, min, max.

    Raises:
        ExpressionError: for anything else.
    """
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise ExpressionError(f"{expression!r} is not an arithmetic expression; write e.g. 'torque * speed'") from None
    return _build(tree, signals, expression)


def _build(node: ast.expr, signals: tuple[str, ...], whole: str) -> Callable[[np.ndarray], np.ndarray]:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return lambda _: np.float64(number)
        case ast.Name(id=name) if name in signals:
            at = signals.index(name)
            return lambda x: x[:, at]
        case ast.Name(id=name) if name in _CONSTANTS:
            return lambda _: np.float64(_CONSTANTS[name])
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _build(inner, signals, whole)
            return lambda x: -value(x)
        case ast.BinOp(left=a, op=op, right=b) if type(op) in _BINARY:
            left, right, apply = _build(a, signals, whole), _build(b, signals, whole), _BINARY[type(op)]
            return lambda x: apply(left(x), right(x))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS and len(args) == _CALLS[name][0]:
            parts, call = [_build(a, signals, whole) for a in args], _CALLS[name][1]
            return lambda x: call(*(part(x) for part in parts))
        case ast.Name(id=name):
            raise ExpressionError(f"{whole!r} names {name!r}, which is no signal; known: {', '.join(signals)}")
    allowed = f"signals, numbers, pi, + - * / **, ( ), {', '.join(_CALLS)}"
    raise ExpressionError(f"{whole!r} holds {ast.unparse(node)!r}, which is not allowed; allowed: {allowed}")


def check_expressions(signals: Mapping, derived: Mapping) -> None:
    """Raise :class:`ExpressionError` for the first derived feature whose expression cannot be used."""
    for name, feature in derived.items():
        try:
            if name in signals:
                raise ExpressionError(f"derived.{name} has the name of a signal; give it another one")
            compile_expression(feature.expression, tuple(signals))
        except ExpressionError as error:
            error.feature = name
            raise


@lru_cache(maxsize=64)
def _compiled(signals: tuple[str, ...], expressions: tuple[str, ...]) -> tuple[Callable, ...]:
    return tuple(compile_expression(e, signals) for e in expressions)


def coded(use_case, values: Mapping[str, float | str]) -> np.ndarray:
    """(signals,) float64 of one reading; a category as its code. What is missing, or a category that is not known, is NaN."""
    row = []
    for name, signal in use_case.signals.items():
        value = values.get(name, math.nan)
        if signal.categories:
            row.append(float(signal.categories.index(value)) if value in signal.categories else math.nan)
        else:
            row.append(math.nan if isinstance(value, str) else float(value))
    return np.array(row)


def readings_table(readings) -> pd.DataFrame:
    """A row for each :class:`data.records.Prediction`: id, asset, time and every signal (categories as text). Empty for none."""
    return pd.DataFrame([{"id": one.id, "asset": one.asset, "time": one.time, **one.values} for one in readings])


def signal_matrix(use_case, table: pd.DataFrame) -> np.ndarray:
    """(n, signals) float64 of a table with a column for each signal; a category as its code."""
    columns = [
        pd.Index(signal.categories).get_indexer(table[name]) if signal.categories else table[name].to_numpy(float)
        for name, signal in use_case.signals.items()
    ]
    return np.stack(columns, axis=1).astype(float)


def feature_matrix(use_case, values: np.ndarray) -> np.ndarray:
    """Model inputs for checked signal values.

    Args:
        use_case: the :class:`data.usecase.UseCase`.
        values: (n, signals) float64, a category as its code.

    Returns:
        (n, features) float32, in the order of ``use_case.features``. What cannot be computed (0/0) is NaN.
    """
    parts = _compiled(tuple(use_case.signals), tuple(d.expression for d in use_case.derived.values()))
    out = np.empty((len(values), len(use_case.features)), dtype=np.float32)
    out[:, : values.shape[1]] = values
    with np.errstate(all="ignore"):
        for at, part in enumerate(parts, start=values.shape[1]):
            out[:, at] = part(values)
    out[~np.isfinite(out)] = np.nan
    return out
