"""May a challenger go live? Each line holds one figure against its bar, and passes or fails with both.

The bars stand in the use case's ``gate``. A difference is judged by the end of its 95 % interval that is worse: "not worse than the
champion by more than …" has to be shown, not hoped. A person may release against a failing line, with a written reason.
"""

from dataclasses import dataclass

from data.errors import PullcordError
from data.usecase.use_case import UseCase
from explainers.certainty.certainty import nearest_coverage


class GateError(PullcordError):
    """A release does not pass its gate; the message names each failing line with its number and bar."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question. ``value`` is ``None`` where nothing could be measured, which fails only where something had to be.

    ``name`` is a key for words; ``part`` the segment it is about, if any; ``at_least`` whether ``bar`` is a floor (else a ceiling); ``unit`` what the
    figure is in, where it is in the target's. ``asked``: whether it can stand in the way; what is not asked is shown beside the others. ``measured`` and ``low`` to ``high``: the figure itself and its 95 % interval, where it has one;
    ``by_end``: ``value``, which is held against the bar, is the worse end of that.
    """

    name: str
    value: float | None
    bar: float
    at_least: bool
    part: str = ""
    needed: bool = True
    unit: str = ""
    measured: float | None = None
    low: float | None = None
    high: float | None = None
    by_end: bool = False
    asked: bool = True

    @property
    def passes(self) -> bool:
        """Whether it is met. What was not measured passes only where it is not needed."""
        if not self.asked:
            return True
        if self.value is None:
            return not self.needed
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    @property
    def told(self) -> str:
        """For a log or an audit entry: ``recall -0.041 (at least -0.02)``."""
        unit = f" {self.unit}" if self.unit else ""
        value = "not measured" if self.value is None else f"{self.value:.4g}{unit}"
        return f"{self.name}{f' of {self.part}' if self.part else ''} {value} ({'at least' if self.at_least else 'at most'} {self.bar:.4g}{unit})"


def gate(use_case: UseCase, figures: dict, live: int | None = None) -> tuple[Line, ...]:
    """Every line for the figures of a release (as its record keeps them). Without a champion there is nothing to compare with.

    Args:
        live: the champion that it would take the place of. Figures beside another one say nothing of that.
    """
    bars, against = use_case.gate, figures.get("against")
    lines = list(_by_itself(figures))
    if live is not None and (against or {}).get("release") != live:
        lines.append(Line("compared", None, 1, True))
    if against:
        found, kept = (
            against["figures"],
            not against.get("left_out"),
        )  # where a reason was taken away, others take its place: as was asked for
        lines += [
            _lost("recall", found["recall"], bars.recall_loss),
            _lost("precision", found["precision"], bars.precision_loss),
            Line("cost", _ratio(found["cost_per_1000"]["new"], found["cost_per_1000"]["old"]), 1 + bars.cost_rise, False),
            Line("advice", _ratio(_advised(against), against.get("advised_before")), 1 + bars.advice_rise, False, needed=False),
            *_errors(bars.mae_rise, against.get("mae"), use_case.target.unit),
            Line("reasons", against["reasons"]["ndcg"], bars.reasons_kept, True, asked=kept),
        ]
        if "gold" in against:
            lines.append(_lost("gold_recall", against["gold"]["recall"], bars.recall_loss))
            lines.append(_lost("gold_precision", against["gold"]["precision"], bars.precision_loss))
        for name in ("recall", "precision") if "gold_first" in against else ():
            lines.append(_lost(f"gold_first_{name}", against["gold_first"][name], getattr(bars, f"{name}_loss"), asked=False))
        for name in ("recall", "precision") if "live" in against else ():
            lines.append(_lost(f"live_{name}", against["live"].get(name, {"low": None}), getattr(bars, f"{name}_loss")))
        if "main_reason" in against:
            found = against["main_reason"]
            share = found.get("share_of_both", found["share"])
            lines.append(Line("main_reason", share, bars.main_reason_changed, False, needed=False, asked=kept))
        was, now = (told.get("faithfulness") for told in (against.get("quality", {}), figures.get("quality", {})))
        if was is not None:
            lines.append(Line("reason_quality", None if now is None else now - was, -bars.reason_quality_loss, True))
        cases = against["corrected"]
        right = sum(case["right"] for case in cases) / len(cases) if cases else None
        lines.append(Line("corrected", right, bars.corrected_right, True, needed=False))
        for one in against.get("segments", ()):
            if one["failures"] >= bars.segment_failures:
                changed, ends = one["new"] - one["old"], {"low": one.get("low"), "high": one.get("high")}
                lines.append(Line("segment", changed, -bars.segment_loss, True, one["value"], measured=changed, **ends))
    if "anchor" in figures:
        found, number = figures["anchor"]["figures"], str(figures["anchor"]["release"])
        lines.append(_lost("anchor_recall", found["recall"], bars.recall_loss, number))
        lines.append(_lost("anchor_precision", found["precision"], bars.precision_loss, number))
        cost = _ratio(found["cost_per_1000"]["new"], found["cost_per_1000"]["old"])
        lines.append(Line("anchor_cost", cost, 1 + bars.cost_rise, False, number))
        lines += _errors(bars.mae_rise, figures["anchor"].get("mae"), use_case.target.unit, "anchor_mae", number)
    for name in ("recall", "precision"):
        if floor := getattr(bars, f"{name}_floor"):
            lines.append(Line(f"{name}_floor", figures.get("held_out", {}).get(name, {}).get("value"), floor, True))
    for one in figures.get("people", ()):
        lines.append(_lost("person", one["figures"]["recall"], bars.recall_loss, one["person"]))
    lines += _confidence(use_case, figures)
    before = against.get("latency_ms") if against else None
    lines.append(Line("latency", figures.get("latency_ms"), max(bars.latency_ms, (before or 0) * (1 + bars.latency_rise)), False))
    lines.append(Line("size", figures.get("size_kb"), bars.size_kb, False))
    return tuple(lines)


def _by_itself(figures: dict) -> tuple[Line, ...]:
    """What is asked of each release, the first one too: that it was judged at all, and that it is better than the best simple rule, on what was
    held out and, where there are times, on the newest stretch; both by the worse end of the difference. Of a newest stretch too few of which say anything
    nothing is asked."""
    lines = []
    on, late = figures.get("judged_on"), figures.get("newest") or {}
    if on and on["why_not"]:
        lines.append(Line("judged", None, 1, True))
    elif found := figures.get("floor"):
        ends = {"measured": found["difference"], "low": found["low"], "high": found["high"], "by_end": True}
        lines.append(Line("floor", found["low"], 0.0, True, **ends))
    if found := late.get("floor"):
        ends = {"measured": found["difference"], "low": found["low"], "high": found["high"], "by_end": True}
        lines.append(Line("newest", found["low"], 0.0, True, needed=False, **ends))
    return tuple(lines)


def _confidence(use_case: UseCase, figures: dict) -> tuple[Line, ...]:
    """Whether the promise at the use case's coverage is kept: for failures, or of values by their interval. Its bar leaves room for chance: for what 2.5 of
    100 judgements would find at most if it were kept, of so many calibration and held-out readings. A release of before is asked about all its sets."""
    wanted = nearest_coverage(use_case.coverage)
    told = figures.get("certainty" if use_case.task == "binary" else "sure", ()) or figures.get("certainty", ())
    one = next((each for each in told if abs(each["promised"] - wanted) < 1e-9), None)
    if one is None:
        return ()
    bar, (name, of) = wanted - use_case.gate.confidence_slack, ("confidence", "held")
    if "range_1" in one:
        name, of = "confidence_failures", "held_1"
    elif "range" in one:
        name = "confidence_values"
    by_chance = one.get("range_1" if of == "held_1" else "range")
    return (Line(name, one[of], min(bar, by_chance[0]) if by_chance else bar, True, needed=one["held"] is None or of == "held"),)


def _lost(name: str, found: dict, loss: float, part: str = "", asked: bool = True) -> Line:
    """A share of which no more than ``loss`` may be lost to the champion, by the worse end of the difference's interval."""
    low, high = found["low"], found.get("high")
    return Line(name, low, -loss, True, part, measured=found.get("difference"), low=low, high=high, by_end=True, asked=asked)


def _errors(rise: float, found: dict | None, unit: str, name: str = "mae", part: str = "") -> tuple[Line, ...]:
    """Of a regression: how much farther off it is on average than the champion, against a share of the champion's own error."""
    if found is None or found["old"] is None:
        return ()
    ends = {"measured": found.get("difference"), "low": found.get("low"), "high": found["high"], "by_end": True}
    return (Line(name, found["high"], rise * found["old"], False, part, unit=unit, **ends),)


def _advised(against: dict) -> float | None:
    """Share of readings with advice, less those of failures that are found now and were not before."""
    advised = against.get("advised")
    return advised if advised is None else advised - max(against.get("found_more", 0.0), 0.0)


def failing(use_case: UseCase, figures: dict, live: int | None = None) -> tuple[Line, ...]:
    """The lines that stand in the way; ``live`` as in :func:`gate`."""
    return tuple(line for line in gate(use_case, figures, live) if not line.passes)


def _ratio(new: float | None, old: float | None) -> float | None:
    if new is None or old is None:
        return None
    return new / old if old else (1.0 if not new else float("inf"))
