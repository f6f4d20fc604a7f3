"""May a challenger go live? Each line holds one figure against its bar, and passes or fails with both.

The bars stand in the use case's ``gate``. A difference is judged by the end of its 95 % interval that is worse: "not worse than the
champion by more than …" has to be shown, not hoped. A person may release against a failing line, with a written reason.
"""

from dataclasses import dataclass

from data.usecase import UseCase


class GateError(Exception):
    """A release does not pass its gate; the message names each failing line with its number and bar."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question. ``value`` is ``None`` where nothing could be measured, which fails only where something had to be.

    ``name`` is a key for words; ``part`` the segment it is about, if any; ``at_least`` whether ``bar`` is a floor (else a ceiling); ``unit`` what the
    figure is in, where it is in the target's.
    """

    name: str
    value: float | None
    bar: float
    at_least: bool
    part: str = ""
    needed: bool = True
    unit: str = ""

    @property
    def passes(self) -> bool:
        """Whether it is met. What was not measured passes only where it is not needed."""
        if self.value is None:
            return not self.needed
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    @property
    def told(self) -> str:
        """For a log or an audit entry: ``recall -0.041 (at least -0.02)``."""
        unit = f" {self.unit}" if self.unit else ""
        value = "not measured" if self.value is None else f"{self.value:.4g}{unit}"
        return f"{self.name}{f' of {self.part}' if self.part else ''} {value} ({'at least' if self.at_least else 'at most'} {self.bar:.4g}{unit})"


def gate(use_case: UseCase, figures: dict) -> tuple[Line, ...]:
    """Every line for the figures of a release (as its record keeps them). Without a champion there is nothing to compare with."""
    bars, against = use_case.gate, figures.get("against")
    lines = []
    if against:
        found = against["figures"]
        lines += [
            Line("recall", found["recall"]["low"], -bars.recall_loss, True),
            Line("precision", found["precision"]["low"], -bars.precision_loss, True),
            Line("cost", _ratio(found["cost_per_1000"]["new"], found["cost_per_1000"]["old"]), 1 + bars.cost_rise, False),
            Line(
                "advice", _ratio(against.get("advised"), against.get("advised_before")), 1 + bars.advice_rise, False, needed=False
            ),
            *_errors(bars.mae_rise, against.get("mae"), use_case.target.unit),
            Line("reasons", against["reasons"]["ndcg"], bars.reasons_kept, True),
        ]
        if "gold" in against:
            lines.append(Line("gold_recall", against["gold"]["recall"]["low"], -bars.recall_loss, True))
            lines.append(Line("gold_precision", against["gold"]["precision"]["low"], -bars.precision_loss, True))
        if "main_reason" in against:
            lines.append(Line("main_reason", against["main_reason"]["share"], bars.main_reason_changed, False, needed=False))
        was, now = (told.get("faithfulness") for told in (against.get("quality", {}), figures.get("quality", {})))
        if was is not None:
            lines.append(Line("reason_quality", None if now is None else now - was, -bars.reason_quality_loss, True))
        cases = against["corrected"]
        right = sum(case["right"] for case in cases) / len(cases) if cases else None
        lines.append(Line("corrected", right, bars.corrected_right, True, needed=False))
        for one in against.get("segments", ()):
            if one["failures"] >= bars.segment_failures:
                lines.append(Line("segment", one["new"] - one["old"], -bars.segment_loss, True, one["value"]))
    for one in figures.get("certainty", ()):
        if abs(one["promised"] - use_case.coverage) < 1e-9:
            lines.append(Line("confidence", one["held"], one["promised"] - bars.confidence_slack, True))
    lines.append(Line("latency", figures.get("latency_ms"), bars.latency_ms, False))
    lines.append(Line("size", figures.get("size_kb"), bars.size_kb, False))
    return tuple(lines)


def _errors(rise: float, found: dict | None, unit: str) -> tuple[Line, ...]:
    """Of a regression: how much farther off it is on average than the champion, against a share of the champion's own error."""
    if found is None or found["old"] is None:
        return ()
    return (Line("mae", found["high"], rise * found["old"], False, unit=unit),)


def failing(use_case: UseCase, figures: dict) -> tuple[Line, ...]:
    """The lines that stand in the way."""
    return tuple(line for line in gate(use_case, figures) if not line.passes)


def _ratio(new: float | None, old: float | None) -> float | None:
    if new is None or old is None:
        return None
    return new / old if old else (1.0 if not new else float("inf"))
