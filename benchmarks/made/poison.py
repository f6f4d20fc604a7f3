"""People who flip on purpose: what of it goes live, and what that costs; and challengers that are equal, which have to pass.

The history is right. The attackers say of failures that the champion rightly warns of, and that an inspection confirmed, that there was none: of one
kind of failure, where it does most harm. One of them flags and decides alone; three flag, decide and confirm for each other. What the proposals
offer is taken as the worst data scientist would: every contradiction put right.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.convention import Figure, figure, say
from benchmarks.made.judged_by_truth import errors_of, model_of, risks_of
from benchmarks.made.seeded_flaws import Seeded
from benchmarks.made.simulated_people import Plant
from benchmarks.made.through_the_gate import QUICK_ROWS, Line, missed
from data.usecase.file import load
from data.usecases.milling.history import training_history
from models.dataset.choices import Choices
from models.judging.gate import failing
from models.judging.judging import judged
from models.lifecycle.registry import champion
from models.release.portrait import Portrait
from models.training.train import train
from models.training.training_set import training_set

FLIPS, SLICE, ROUNDS = 30, 6, 5
HARM = 1.2
"""Times as many failures missed as before: what goes live and misses more is harmful."""
PLAIN, TAKEN = Choices(), Choices(contradicted="relabel", label_errors="relabel")


def poisoned(quick: bool) -> list[Figure]:
    """The figures of every attack."""
    rows = QUICK_ROWS if quick else 60_000
    use_case = load("milling")
    history = training_history(use_case, rows=rows)
    live, fresh = (training_history(use_case, rows=rows, seed=s, first_day=d) for s, d in ((99, 21_000), (77, 20_500)))
    strained = (fresh["cause"] == "OSF").to_numpy()
    data = Seeded(use_case, history, history, live, fresh, strained)
    first = model_of(data, history)
    before, start = missed(risks_of(data, first), fresh, use_case.advice.possible.enter), errors_of(data, first)
    told, ratios, wrongly = [], [1.0], 0
    attacks = {
        "poison_1": (1, (FLIPS,), PLAIN), "poison_3": (3, (FLIPS,), PLAIN), "poison_3_taken": (3, (FLIPS,), TAKEN),
        "salami": (3, tuple(SLICE * (at + 1) for at in range(1 if quick else ROUNDS)), PLAIN),
    }  # fmt: skip
    for name, (people, upto, choices) in attacks.items():
        with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
            plant = Plant(data, first, Path(folder))
            line = Line(data, Path(folder), plant.store, first)
            standing, notes, passed, now = 1.0, [], False, start
            for flips in upto:
                plant.attack(people, flips)
                made = training_set(use_case, plant.store, choices=choices, history=history, with_truth=False)
                challenger = train(use_case, made, lambda *_: True)
                ratio = missed(risks_of(data, challenger), fresh, use_case.advice.possible.enter) / before
                went, against = line.goes_live(challenger)
                notes.append(
                    f"{flips} flips, {len(made.corrections)} learned from: {ratio:.2f} times the missed, {'live' if went else against}"
                )
                say(f"{name}: {notes[-1]}")
                if went:
                    passed, standing, now = True, ratio, errors_of(data, challenger)
                    wrongly += ratio > HARM
            ratios.append(standing)
            change = now.elsewhere / start.elsewhere - 1
            told += [
                figure(f"repaired_{name}", standing, "times", f"≤ {HARM}", f"missed failures of what is live, against before; {'; '.join(notes)}"),
                figure(f"elsewhere_{name}", change, "share", None, "change of the error elsewhere of what is live"),
                figure(f"gate_{name}", int(passed), "passed", None, "whether any of it went live; harmless ones may"),
            ]  # fmt: skip
            if name == "poison_1":
                told.append(_equal(line, first, 2 if quick else 20))
            plant.close()
    told.append(
        figure("wrongly_passed", wrongly, "releases", "= 0", f"went live and missed more than {HARM} times as many failures")
    )
    told.append(figure("poison_missed", max(ratios), "times", f"≤ {HARM}", f"{before:.3f} of the failures were missed before"))
    return told


def _equal(line: Line, first, n: int) -> Figure:
    """Challengers that differ by nothing but chance: the same history, each with another random twentieth of it left out."""
    data, old = line.data, champion(line.home, line.store, line.data.use_case)
    passed, lines = 0, []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        told = training_set(data.use_case, None, history=data.flawed)
        weight = told.weight.copy()
        weight[rng.random(len(weight)) < 0.05] = 1e-6
        made = train(data.use_case, replace(told, weight=weight), lambda *_: True)
        made = replace(made, training_set=told)
        against = [one.name for one in failing(data.use_case, judged(Portrait(made), old))]
        passed += not against
        lines += against
    note = f"{passed} of {n}" + (f"; stopped by {', '.join(sorted(set(lines)))}" if lines else "")
    return figure("equal_passed", passed / n, "share", "≥ 0.95", note)
