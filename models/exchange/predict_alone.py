"""Predicts with an exported release: ``python predict.py rows.csv``. Needs numpy and xgboost; this file goes into the exported folder."""

import ast
import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
import xgboost

_TWO = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power}
_CALLS = {"abs": np.abs, "sqrt": np.sqrt, "log": np.log, "exp": np.exp, "min": np.minimum, "max": np.maximum}
Release = tuple[xgboost.Booster, dict]
Rows = list[dict[str, str]]


def load(folder: str | Path = ".") -> Release:
    """The model and its inputs."""
    folder = Path(folder)
    return xgboost.Booster(model_file=str(folder / "model.json")), json.loads(
        (folder / "inputs.json").read_text(encoding="utf-8")
    )


def inputs(told: dict, rows: Rows) -> np.ndarray:
    """(n, features) float32 of rows, each a dict with a value for every signal.

    Raises:
        ValueError: a missing signal, or a value that is none.
    """
    columns = {}
    for name, signal in told["signals"].items():
        values = []
        for at, row in enumerate(rows):
            try:
                values.append(signal["categories"].index(row[name]) if signal["categories"] else float(row[name]))
            except (KeyError, ValueError, TypeError):
                wanted = "one of " + ", ".join(signal["categories"]) if signal["categories"] else "a number"
                raise ValueError(f"row {at + 1}: {name} is {row.get(name)!r}; write {wanted}") from None
        columns[name] = np.array(values, float)
    derived = {name: _value(ast.parse(d["expression"], mode="eval").body, columns) for name, d in told["derived"].items()}
    every = {**columns, **derived}
    return np.stack([np.broadcast_to(column, len(rows)) for column in every.values()], axis=1).astype(np.float32)


def predict(release: Release, rows: Rows) -> np.ndarray:
    """(n,) risks, 0 to 1."""
    booster, told = release
    margin = booster.inplace_predict(inputs(told, rows), predict_type="margin")
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(margin, float)))  # without overflow


def contributions(release: Release, rows: Rows) -> list[dict[str, float]]:
    """A dict for each row: the share of every input in log-odds, the base last."""
    booster, told = release
    shares = booster.predict(xgboost.DMatrix(inputs(told, rows)), pred_contribs=True)
    names = [*told["signals"], *told["derived"], "base"]
    return [dict(zip(names, map(float, row), strict=True)) for row in shares]


def _value(node: ast.expr, columns: dict[str, np.ndarray]) -> np.ndarray | np.float64:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int | float)
        return np.float64(node.value)
    if isinstance(node, ast.Name):
        return columns[node.id] if node.id in columns else np.float64({"pi": math.pi}[node.id])
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, columns)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _TWO[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return _CALLS[node.func.id](*(_value(one, columns) for one in node.args))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Write: python predict.py rows.csv")
    release_ = load(Path(__file__).parent)
    with open(sys.argv[1], newline="", encoding="utf-8") as opened:
        rows_ = list(csv.DictReader(opened))
    try:
        for risk_, shares_ in zip(predict(release_, rows_), contributions(release_, rows_), strict=True):
            print(json.dumps({"risk": float(risk_), "contributions": shares_}))
    except ValueError as error:
        sys.exit(str(error))
