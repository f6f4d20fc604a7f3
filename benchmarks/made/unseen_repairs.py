"""Flaws that nobody tuned for, flagged and mended as the product offers it: what it proposes is taken."""

import tempfile
from pathlib import Path

from benchmarks.convention import Figure, figure, say
from benchmarks.made.judged_by_truth import errors_of, model_of
from benchmarks.made.simulated_people import Plant
from benchmarks.made.through_the_gate import Line
from benchmarks.made.unseen_flaws import BIASED, EXCHANGED, UNSEEN, unseen
from data.usecase.file import load
from models.corrections.sensor_doubt import sensors_doubted
from models.dataset.choices import Choices
from models.training.train import train
from models.training.training_set import contradictions, training_set

STEPS = (10, 20, 40)
REPAIRED = 0.8


def unseen_repairs(quick: bool) -> list[Figure]:
    """For each: what share of the flaw's error is gone, or what it is called; the change elsewhere; and whether it went live."""
    told = []
    for flaw in UNSEEN:
        told += _repair(flaw, 20_000 if quick else 60_000, STEPS[:2] if quick else STEPS)
    return told


def _repair(flaw: str, rows: int, steps: tuple[int, ...]) -> list[Figure]:
    data = unseen(flaw, load("milling"), rows)
    use_case, champion, ideal = data.use_case, model_of(data, data.flawed), model_of(data, data.clean)
    start, aim = errors_of(data, champion), errors_of(data, ideal)
    say(f"{flaw}: error {start.concept:.4f}, without the flaw {aim.concept:.4f}")
    choices = Choices(contradicted="relabel", label_errors="relabel")
    repaired, change, passed, notes, named = 0.0, 0.0, False, [], ""
    with tempfile.TemporaryDirectory(prefix="pullcord-") as folder:
        plant = Plant(data, champion, Path(folder))
        line = Line(data, Path(folder), plant.store, champion)
        for step in steps:
            plant.flag_and_review(step)
            doubts = sensors_doubted(use_case, plant.store, champion.predictor)
            if doubts:
                found = {one.asset: one.signal for one in doubts}
                named = f"told at {step} flags: bad data, " + "; ".join(
                    f"the {one.signal} of {one.asset} reads {one.shift:+.1f}" for one in doubts
                )
                notes.append(named)
                if flaw == "sensor_bias" and found == {asset: signal for asset, (signal, _) in BIASED.items()}:
                    break
                continue
            doubted = contradictions(use_case, plant.store, data.flawed)
            parts = [f"{one.kind} {one.value}" for one in doubted.parts]
            pairs = [one.exchanged for one in doubted.parts if one.exchanged]
            if flaw == "exchange" and [(one.signal, one.one, one.other) for one in pairs] == [EXCHANGED]:
                named = f"told at {step} flags: " + ", ".join(
                    f"{one.signal} {one.one} and {one.other} exchanged in {part}, {one.right} of {one.rows} fit then"
                    for one, part in zip(pairs, parts, strict=True)
                )
                notes.append(named)
                say(f"   {named}")
                break
            made = training_set(use_case, plant.store, choices=choices, history=data.flawed, with_truth=False)
            challenger = train(use_case, made, lambda *_: True)
            now = errors_of(data, challenger)
            gone = (start.concept - now.concept) / max(start.concept - aim.concept, 1e-9)
            looked = line.second_looks()
            went, against = line.goes_live(challenger)
            notes.append(
                f"{step} flags: {gone:.2f} gone, denied labels in {', '.join(parts) or 'no part'}, {looked} looked at, {'live' if went else against}"
            )
            say(f"   {notes[-1]}")
            if went:
                repaired, passed = gone, True
                change = now.elsewhere / start.elsewhere - 1 if now.elsewhere == now.elsewhere else 0.0
            if went and gone >= REPAIRED:
                break
        plant.close()
    note = "; ".join(notes)
    if flaw == "exchange":
        return [
            figure(f"named_{flaw}", int(bool(named)), "pairs", "= 1", note or "nothing was told"),
            figure(f"repaired_{flaw}", repaired, "share", None, "its labels are right: it is told what is wrong with the table"),
            figure(f"elsewhere_{flaw}", change, "share", None, "change of the error elsewhere of what is live"),
            figure(f"gate_{flaw}", int(passed), "passed", None, "no label is put right where values are exchanged"),
        ]
    if flaw == "sensor_bias":
        right = sum(f"the {signal} of {asset}" in named for asset, (signal, _) in BIASED.items())
        return [
            figure(f"named_{flaw}", right, "sensors", f"= {len(BIASED)}", note or "nothing was told"),
            figure(f"repaired_{flaw}", repaired, "share", None, "no model mends a sensor: it is told what it is"),
            figure(f"elsewhere_{flaw}", change, "share", None, "change of the error elsewhere of what is live"),
            figure(f"gate_{flaw}", int(passed), "passed", None, "nothing is trained where a sensor is named"),
        ]
    return [
        figure(f"repaired_{flaw}", repaired, "share", None, note),
        figure(f"elsewhere_{flaw}", change, "share", None, "change of the error elsewhere of what is live"),
        figure(f"gate_{flaw}", int(passed), "passed", None, note),
    ]
