"""How many reviewed flags until a flaw that was seeded into the training history is gone, and what that does elsewhere.

``python -m benchmarks.flags_to_fix --json``. The champion is trained on the flawed history. A scripted operator walks through live products
with what the screens show (prediction, reasons, and what was found afterwards) and flags what was wrong; tools at the end of their life and
random failures are not flagged, because the model card says that nobody can foresee them. A scripted reviewer decides from the generator's
truth, with the cause, and says which reason should not matter. Then a challenger is trained as the product does it.

*Gone*: nine tenths of what the flaw had added to the squared error (Brier) of the readings on which it shows are away again. The strict
figures ask for at most 1.1 times the error of a model trained on clean history.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.convention import Figure, figure, main, say
from benchmarks.seeded_flaws import FLAWS, LAMP, Seeded, seeded
from benchmarks.simulated_people import Plant
from data.features import feature_matrix, signal_matrix
from data.usecase_file import load
from explainers.contributions import TreeContributions, probability
from models.choices import Choices
from models.training import Trained, train
from models.training_set import TrainingSet, training_set

STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 25, 30, 40)
RANDOM_ROWS = (20, 100, 500, 2_000, 10_000, 30_000)
GONE = 0.1


@dataclass(frozen=True, slots=True)
class Errors:
    """Squared error of the risk where the flaw shows, and elsewhere."""

    concept: float
    elsewhere: float


def measure(quick: bool) -> list[Figure]:
    """Each flaw, mended in the ways there are."""
    told: list[Figure] = []
    elsewhere: list[float] = []
    randoms: dict[str, int | None] = {}
    for flaw in FLAWS:
        found = _flaw(flaw, 20_000 if quick else 60_000, quick)
        told += found[0]
        elsewhere += found[1]
        randoms[flaw] = found[2]
    told.append(
        figure(
            "elsewhere_change", float(np.nanmean(elsewhere)), "share", "≤ 0.01",
            f"change of the error elsewhere from when each flaw is gone on: {', '.join(f'{flaw} {e:+.3f}' for flaw, e in zip(FLAWS, elsewhere, strict=True) if e == e)} (a spurious signal shows everywhere)",
        )
    )  # fmt: skip
    said = {flaw: n if n else f"more than {RANDOM_ROWS[-1]}" for flaw, n in randoms.items()}
    known = [n for n in randoms.values() if n]
    note = "random rows of the history put right, each with the weight of a correction: " + ", ".join(
        f"{k} {v}" for k, v in said.items()
    )
    told.append(figure("random_rows_needed", min(known) if known else None, "rows", None, note))
    return told


def _flaw(flaw: str, rows: int, quick: bool) -> tuple[list[Figure], list[float], int | None]:
    data = seeded(flaw, load("milling"), rows)
    champion, ideal = _model(data, data.flawed), _model(data, data.clean)
    start, aim = _errors(data, champion), _errors(data, ideal)
    say(f"{flaw}: {data.wrong_rows} wrong rows; error {start.concept:.4f}, without the flaw {aim.concept:.4f}")
    ways = {"": Choices(contradicted="relabel"), "_alone": Choices(), "_left_out": Choices(contradicted="leave_out")}
    if flaw == "spurious_signal":
        ways = {"": Choices(leave_out=(LAMP,)), "_alone": Choices(), "_counterexamples": Choices(counterexamples=True)}
    steps = STEPS[::3] if quick else STEPS
    found, elsewhere, flags = [], [], {}
    for way, choices in ways.items():
        gone, strict, change, note = _needed(data, champion, choices, start, aim, steps)
        flags[way] = gone
        bar = "≤ 20" if way == "" else None
        found.append(figure(f"flags_{flaw}{way}", gone, "flags", bar, note))
        if way == "":
            found.append(
                figure(
                    f"strict_{flaw}",
                    strict,
                    "flags",
                    None,
                    "until at most 1.1 times the error of a clean model" if strict else note,
                )
            )
            elsewhere = [change]
    if flaw == "spurious_signal":
        note = f"reviewed flags that said it, with the signal left out; without what was said of the reasons: {flags['_alone'] or 'not within ' + str(steps[-1])}"
        found.append(figure("with_reason_feedback", flags[""], "flags", None, note))
    return found, elsewhere, _random(data, start, aim, quick)


def _needed(
    data: Seeded, champion: Trained, choices: Choices, start: Errors, aim: Errors, steps: tuple[int, ...]
) -> tuple[int | None, int | None, float, str]:
    """Flags until it is gone and until it is strictly gone, the change elsewhere at the first, and how it went."""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        plant = Plant(data, champion, Path(folder))
        gone = strict = None
        changes, went = [], []
        for step in steps:
            if not plant.flag_and_review(step):
                break
            told = training_set(data.use_case, plant.store, choices=choices, history=data.flawed, with_truth=False)
            now = _errors(data, train(data.use_case, told, lambda *_: True))
            left = (now.concept - aim.concept) / (start.concept - aim.concept)
            say(f"   {choices.plain()} {step}: {left:.2f} left, elsewhere {now.elsewhere / start.elsewhere - 1:+.3f}")
            went.append(f"{step}: {left:.2f}")
            gone = step if gone is None and left <= GONE else gone
            strict = step if strict is None and now.concept <= 1.1 * aim.concept else strict
            if gone:
                changes.append(now.elsewhere / start.elsewhere - 1)
            if len(changes) >= 3 and strict:
                break
        plant.close()
    change = float(np.mean(changes)) if changes else float("nan")
    return gone, strict, change, f"share of the flaw's error left after so many flags: {', '.join(went[-8:])}"


def _random(data: Seeded, start: Errors, aim: Errors, quick: bool) -> int | None:
    """The same effort spent on random rows: how many of the history have to be put right."""
    whole = training_set(data.use_case, None, history=data.flawed)
    order, truth = np.random.default_rng(3).permutation(len(whole.y)), data.clean["outcome"].to_numpy(np.float32)
    right = feature_matrix(data.use_case, signal_matrix(data.use_case, data.clean))
    for count in RANDOM_ROWS[: 4 if quick else None]:
        rows = order[: min(count, len(order))]
        x, y, weight = whole.x.copy(), whole.y.copy(), whole.weight.copy()
        x[rows], y[rows], weight[rows] = right[rows], truth[rows], 25.0
        now = _errors(data, train(data.use_case, replace(whole, x=x, y=y, weight=weight), lambda *_: True))
        if (now.concept - aim.concept) / (start.concept - aim.concept) <= GONE:
            return count
    return None


def _model(data: Seeded, history: pd.DataFrame) -> Trained:
    told: TrainingSet = training_set(data.use_case, None, history=history)
    return train(data.use_case, told, lambda *_: True)


def _errors(data: Seeded, trained: Trained) -> Errors:
    x = feature_matrix(data.use_case, signal_matrix(data.use_case, data.held_out))
    y = data.held_out["outcome"].to_numpy()
    risk = probability(TreeContributions(trained.booster, data.use_case.features).margins(x))
    squared = (risk - y) ** 2
    other = squared[~data.concept]
    return Errors(float(squared[data.concept].mean()), float(other.mean()) if len(other) else float("nan"))


if __name__ == "__main__":
    raise SystemExit(main("flags_to_fix", measure))
