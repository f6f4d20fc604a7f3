"""What the figures of a release are of, in words: on which runs or stretches that it never saw, whether it would have worked lately, whether it knows
better than a simple rule, and which classes nothing is told of."""

from datetime import datetime

from data.onboarding.leaks import SUSPECTED
from data.usecase.use_case import UseCase
from models.documents.document import Section, Text
from models.documents.words import Words, quantity, signed


def judged_section(use_case: UseCase, figures: dict, words: Words) -> Section | None:
    """``None`` for a release of before this was measured."""
    on = figures.get("judged_on")
    if not on:
        return None
    told = [Text(unseen(words, on), bool(on["why_not"])), *(Text(text) for text in _lacking(use_case, on, words))]
    if on.get("frozen"):
        told.append(
            Text(
                words.say(
                    "{n} rows are left out of learning and judging: they are frozen, and only say again what stood before them while time went on.",
                    n=words.number(on["frozen"], 0),
                )
            )
        )
    if text := floor_text(use_case, figures.get("floor"), words):
        told.append(Text(text, knows_no_better(figures)))
    if text := alone_text(use_case, figures, words):
        told.append(Text(text, True))
    late = figures.get("newest") or {}
    told.append(Text(_lately(use_case, late, words)))
    if late.get("drift"):
        told.append(
            Text(
                words.say(
                    "What was learned held less on the newest stretch than on what was held out: the plant drifts. Expect the newer figure, and retrain."
                ),
                True,
            )
        )
    return Section(words.say("What are the figures of?"), tuple(told))


def unseen(words: Words, on: dict) -> str:
    """``The figures are of 12 runs that it never saw``, or why there are none."""
    say, n = words.say, on["units"]
    if on["why_not"] == "one_outcome":
        return say("Nothing can be judged: too few independent groups hold each outcome. It learned from all of them.")
    if on["why_not"]:
        return say("Nothing can be judged: there are too few independent groups to hold any out. It learned from all of them.")
    plural = words.plural
    return {
        "run": plural("The figures are of {n} run that it never saw.", "The figures are of {n} runs that it never saw.", n),
        "batch": plural(
            "The figures are of {n} batch that it never saw.", "The figures are of {n} batches that it never saw.", n
        ),
        "experiment": plural(
            "The figures are of {n} experiment that it never saw.", "The figures are of {n} experiments that it never saw.", n
        ),
        "engine": plural(
            "The figures are of {n} machine that it never saw.", "The figures are of {n} machines that it never saw.", n
        ),
        "file": plural("The figures are of {n} file that it never saw.", "The figures are of {n} files that it never saw.", n),
        "product": plural(
            "The figures are of {n} product that it never saw.", "The figures are of {n} products that it never saw.", n
        ),
        "sample": plural(
            "The figures are of {n} measured sample that it never saw.",
            "The figures are of {n} measured samples that it never saw.",
            n,
        ),
        "stretch": plural(
            "The figures are of {n} stretch of time that it never saw.",
            "The figures are of {n} stretches of time that it never saw.",
            n,
        ),
        "row": plural(
            "The figures are of {n} reading that it never saw.", "The figures are of {n} readings that it never saw.", n
        ),
    }[on["kind"]]


def knows_no_better(figures: dict) -> bool:
    """Whether a release is not shown to be better than the best simple rule, by enough that could have shown it."""
    found = figures.get("floor")
    return bool(found) and found["low"] is not None and found["low"] < 0


def rule_text(use_case: UseCase, found: dict, words: Words) -> str:
    """A simple rule in words."""
    say = words.say
    if found["rule"] == "usual":
        return say("what is usual")
    if found["rule"] == "last" or found["feature"] not in use_case.features:
        return say("what was the case last time")
    shown = use_case.described(found["feature"])
    if found["rule"] == "signal":
        return (
            say("the higher {signal}, the likelier", signal=shown.label)
            if found["sign"] > 0
            else say("the lower {signal}, the likelier", signal=shown.label)
        )
    if shown.categories:
        return say("one look at {signal}", signal=shown.label)
    limit = quantity(words, found["limit"], shown.decimals, shown.unit)
    return say("whether {signal} is above {limit}", signal=shown.label, limit=limit)


def figure_word(words: Words, key: str) -> str:
    """The main figure of a task by its name."""
    say = words.say
    return {
        "auc": say("Area under the ROC curve"),
        "macro_recall": say("Mean share found of each class"),
        "r2": say("Share of the variance explained (R²)"),
    }[key]


def floor_text(use_case: UseCase, found: dict | None, words: Words) -> str:
    """How the model stands against the best simple rule; empty where that was not measured."""
    if not found or found["model"] is None or found["value"] is None:
        return ""
    if found["low"] is None:
        return words.say(
            "Whether it knows better than {rule} cannot be told: too few of what was held out say anything of it.",
            rule=rule_text(use_case, found, words),
        )
    told = {
        "rule": rule_text(use_case, found, words), "figure": figure_word(words, found["figure"]), "ours": words.number(found["model"], 2),
        "theirs": words.number(found["value"], 2), "low": signed(words, found["low"], 2), "high": signed(words, found["high"], 2),
    }  # fmt: skip
    if found["low"] < 0:
        return words.say(
            "This model knows no better than {rule}. {figure}: {ours} against {theirs}, difference {low} to {high} (95 %).",
            **told,
        )
    return words.say(
        "It knows better than the best simple rule ({rule}). {figure}: {ours} against {theirs}, difference {low} to {high} (95 %).",
        **told,
    )


def alone_text(use_case: UseCase, figures: dict, words: Words) -> str:
    """That one signal tells nearly everything: what is known only afterwards does. Empty where none does."""
    rule = figures.get("floor") or {}
    of_before = (
        rule if rule.get("figure") == "auc" and (rule.get("value") or 0) >= SUSPECTED else {}
    )  # measured of two outcomes alone
    found = figures.get("alone") or ({} if "alone" in figures else of_before)
    if found.get("feature") not in use_case.features:
        return ""
    name = use_case.described(found["feature"]).label
    if found.get("only_bad"):
        return words.say(
            "{signal} alone tells bad from fine nearly without fail: make sure that it is known in time.", signal=name
        )
    return words.say("{signal} alone tells it nearly without fail: make sure that it is known in time.", signal=name)


def _lacking(use_case: UseCase, on: dict, words: Words) -> list[str]:
    say = words.say
    lacking: dict[str, list[str]] = on.get("lacking", {})

    def those(what: str, but: str = "") -> str:
        return words.listed(
            [
                use_case.target.outcomes.get(int(code), code)
                for code, lacks in lacking.items()
                if what in lacks and but not in lacks
            ]
        )

    told = []
    if names := those("learned", "-"):
        told.append(say("Never learned, for the history has none of it: {classes}.", classes=names))
    if not on["why_not"] and (names := those("judged", "learned")):
        told.append(
            say("Not judged, for too few independent groups hold it, and in none of the figures: {classes}.", classes=names)
        )
    if names := those("watched", "learned"):
        told.append(say("Not watched while learning, so that nothing is promised of it: {classes}.", classes=names))
    return told


def _lately(use_case: UseCase, late: dict, words: Words) -> str:
    say = words.say
    key = {"binary": "auc", "multiclass": "macro_recall", "regression": "r2"}[use_case.task]
    if late.get("why_not") == "no_time":
        return say("Whether it would have worked lately cannot be told: the table has no times.")
    found = late.get(key)
    if not found:
        return say("Whether it would have worked lately cannot be told: the history is too short.")
    told = {
        "since": words.when(datetime.fromisoformat(late["since"])), "rows": words.number(late["rows"], 0), "figure": figure_word(words, key),
        "value": words.number(found["value"], 2), "low": words.number(found["low"], 2), "high": words.number(found["high"], 2),
    }  # fmt: skip
    if late.get("own"):
        return say(
            "On the newest stretch ({rows} readings since {since}), which it may have learned from elsewhere. {figure}: {value} ({low} to {high}).",
            **told,
        )
    return say(
        "Would it have worked lately? Taught only by what came before, on the {rows} readings since {since}. {figure}: {value} ({low} to {high}).",
        **told,
    )
