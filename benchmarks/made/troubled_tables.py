"""Tables with one kind of trouble each, and whether what is right comes of them: drawn by a seed, checked against what they were drawn from."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from data.onboarding.create import create
from data.usecase.file import load
from data.usecase.use_case import UseCase
from models.dataset.history import history_of
from models.judging.evaluation_of_values import own_figures
from models.training.train import Trained, train
from models.training.training_set import training_set

ROWS = 900


def cases_fault(rng: np.random.Generator, count: int) -> tuple[int, str]:
    """Of ``count`` tables those of which something wrong comes, and what."""
    kinds, found = list(KINDS), []
    for at in range(count):
        kind = kinds[at % len(kinds)]
        try:
            if not KINDS[kind](rng):
                found.append(kind)
        except Exception as error:  # whatever it is: a table of any kind ends in an answer
            found.append(f"{kind}: {type(error).__name__} {error}")
    return len(found), "; ".join(found) or "none"


def _signals(rng: np.random.Generator, rows: int = ROWS) -> pd.DataFrame:
    return pd.DataFrame(rng.normal(50, 10, (rows, 4)).round(2), columns=["temp", "load", "speed", "flow"])


def _made(table: pd.DataFrame, target: str, text: str | None = None) -> tuple[UseCase, pd.DataFrame, Callable[[], Trained]]:
    """A line of the table as a file (``text``, where it is written in another way), its history, and its first training."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        file.write_text(text or table.to_csv(index=False))
        create([file], target, Path(folder), name="u")
        use_case = load("u", Path(folder))
        history = history_of(use_case)
        made = training_set(use_case, None)
    return use_case, history, lambda: train(use_case, made, lambda *_: True)


def _gaps(rng: np.random.Generator) -> bool:
    """A third of all values is missing: it trains, and every row has a risk."""
    x = _signals(rng)
    bad = (x["temp"] + rng.normal(0, 4, ROWS) > 62).astype(int)
    table = x.mask(rng.random(x.shape) < 0.33).assign(trip=bad)
    _, history, training = _made(table, "trip")
    made = training()
    return len(history) == ROWS and bool(np.isfinite(made.predictor.risk(made.training_set.x)).all())


def _codes(rng: np.random.Generator) -> bool:
    """Assets called 01 to 07 and articles of seventeen digits are names, not numbers."""
    x = _signals(rng)
    assets = [f"{n:02}" for n in rng.integers(1, 8, ROWS)]
    table = pd.DataFrame({"machine": assets, **x, "fault": (x["load"] + rng.normal(0, 4, ROWS) > 60).astype(int)})
    _, history, _ = _made(table, "fault")
    return set(history["asset"]) == set(assets)


def _words(rng: np.random.Generator) -> bool:
    """'OK ', 'ok' and 'OK' are one outcome."""
    x = _signals(rng)
    good = rng.choice(["OK", "OK ", "ok"], ROWS)
    table = x.assign(result=np.where(x["speed"] + rng.normal(0, 3, ROWS) > 62, "NOK", good))
    use_case, history, _ = _made(table, "result")
    return len(use_case.target.outcomes) == 2 and int((history["outcome"] > 0).sum()) == int((table["result"] == "NOK").sum())


def _commas(rng: np.random.Generator) -> bool:
    """Decimal commas and points between thousands, as a German export has them."""
    x = _signals(rng)
    x["load"] = (x["load"] * 100).round(2)
    bad = (x["temp"] + rng.normal(0, 4, ROWS) > 61).astype(int)
    written = [f"{one:,.2f}".translate(str.maketrans(",.", ".,")) for one in x["load"]]
    rows = [f"{str(a).replace('.', ',')};{b};{f}" for a, b, f in zip(x["temp"], written, bad, strict=True)]
    _, history, _ = _made(x, "trip", "\n".join(["temp;load;trip", *rows]) + "\n")
    return all(np.allclose(history[name].to_numpy(float), x[name]) for name in ("temp", "load"))


def _scale(rng: np.random.Generator) -> bool:
    """A value learns as well in any unit."""
    x = _signals(rng)
    value = 2.0 + 0.05 * x["temp"] + rng.normal(0, 0.3, ROWS)
    r2 = []
    for scale in (1.0, 10.0 ** int(rng.choice([-5, 7]))):
        use_case, _, training = _made(x.assign(value=[f"{one:.10g}" for one in value * scale]), "value")
        made = training()
        rows = np.flatnonzero(made.training_set.held_out)
        r2.append(own_figures(use_case, made.predictor, made.training_set.x[rows], made.training_set.y[rows])["r2"]["value"])
    return abs(r2[0] - r2[1]) < 0.02


def _sorted(rng: np.random.Generator) -> bool:
    """Rows sorted by class: each class is learned and judged."""
    classes = int(rng.integers(3, 7))
    kind = np.repeat(np.arange(classes), ROWS // classes)
    x = _signals(rng, len(kind))
    x["temp"] += 8 * kind
    _, _, training = _made(x.assign(fault=[f"F{one}" if one else "Normal" for one in kind]), "fault")
    told = training().training_set
    return all(set(np.unique(told.y[rows])) == set(range(classes)) for rows in (told.held_out, ~told.held_out))


KINDS: dict[str, Callable[[np.random.Generator], bool]] = {
    "gaps": _gaps, "codes": _codes, "words": _words, "commas": _commas, "scale": _scale, "sorted": _sorted,
}  # fmt: skip
