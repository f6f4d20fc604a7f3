"""Opens a stranger's model in a process of its own, with bounded memory: if something crashes or hangs, it is this and nothing else.

    python -m models.exchange.trial skops FILE USE_CASE HOME ROWS.npy TYPE…

Prints one JSON object: ``{"single": how far single precision carries it}``, or ``{"refused": why}``.
"""

import json
import sys
from pathlib import Path

import numpy as np

from data.readings.features import feature_matrix
from data.sentence import Sentence, kept
from data.usecase.file import load
from data.usecase.use_case import UseCase
from explainers.shapley.contract import CannotExplain
from models.kinds.brought import Brought, Kind, opened
from models.kinds.errors import ModelFileError
from models.kinds.onnx_file import OnnxFunction

MEMORY_GB = 4
SAMPLES = 4


def tried(found: Brought, use_case: UseCase, rows: np.ndarray) -> None:
    """Predict and explain rows as a live line would send them, and one without everything that a reading may lack.

    Raises:
        CannotExplain: the model takes no such row, or gives no number for it.
    """
    found.shares.margins(rows)
    found.shares.together(rows[:20])
    if isinstance(found.predict, OnnxFunction):
        found.predict.check(rows)
    gap = rows[:1, : len(use_case.recorded)].astype(float)
    gap[:, [at for at, signal in enumerate(use_case.signals.values()) if signal.missing == "accept"]] = np.nan
    found.shares.margins(feature_matrix(use_case, gap, np.float64))


def single(found: Brought, rows: np.ndarray) -> float:
    """By how much answers differ at most when rows come in single precision: a model may turn on a digit that this does not keep. 0 where
    that is no more than rounding."""
    exact = np.asarray(found.predict(rows), float)
    off = float(np.abs(np.asarray(found.predict(rows.astype(np.float32).astype(float)), float) - exact).max(initial=0.0))
    return off if off > 1e-4 * max(float(np.ptp(exact)) if len(rows) else 0.0, 1e-12) else 0.0


def gaps(use_case: UseCase, rows: np.ndarray) -> str:
    """What a reading may lack: by the use case, or as it was in the training set."""
    holes = set(np.flatnonzero(np.isnan(rows).any(axis=0)).tolist())
    accepted = {name for name, signal in use_case.signals.items() if signal.missing == "accept"}
    return ", ".join(name for at, name in enumerate(use_case.features) if at in holes or name in accepted)


def main() -> int:
    """Exit code 0 also when the model is refused: what it cannot survive is told by any other one."""
    asked, file, name, home, rows, *trusted = sys.argv[1:]
    kind: Kind = "onnx" if asked == "onnx" else "skops"
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(MEMORY_GB * 1e9), int(MEMORY_GB * 1e9)))
    use_case, x = load(name, Path(home)), np.load(rows, allow_pickle=False)
    said = {}
    try:
        found = opened(kind, Path(file).read_bytes(), use_case, x[:20], tuple(trusted), Path(file).name, SAMPLES)
        tried(found, use_case, x)
        said = {"single": single(found, x)}
    except (ModelFileError, CannotExplain) as why:
        lacking = gaps(use_case, x) if "NaN" in str(why) or "finite" in str(why) else ""
        imputer = Sentence("{why} A reading may lack {lacking}: put an imputer in front of the model.", why=why, lacking=lacking)
        said = {"refused": kept(imputer if lacking else why.sentence)}
    except MemoryError:
        said = {"refused": kept(Sentence("It needs more than {most} GB of memory.", most=MEMORY_GB))}
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
