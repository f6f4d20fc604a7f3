"""The model card (Mitchell et al. 2019, arXiv 1810.03993): what a model is for, what it learned from, how good it is, where not."""

from data.usecase import UseCase


def model_card(use_case: UseCase, manifest: dict, figures: dict) -> str:
    """The card of a release, Markdown."""
    held, learned = figures["held_out"], manifest["training_set"]
    weak = [s for s in held["segments"] if s["recall"] is not None and s["failures"] >= 10 and s["recall"] < 0.8]
    causes = [
        f"| {use_case.target.causes[cause]} | {found['failures']} | {_percent(found['recall'])} |"
        for cause, found in held["by_cause"].items()
        if found["failures"]
    ]
    origins = ", ".join(f"{count:,} from {origin}" for origin, count in learned["by_origin"].items())
    return "\n".join(
        [
            f"# {use_case.title}, release {manifest['number']}",
            "",
            f"Made {manifest['created'][:16].replace('T', ' ')} UTC by {manifest['created_by']}.",
            "",
            "## What it is for",
            f"It gives the risk of *{use_case.target.label}* for one reading of one asset, as advice to operators. "
            "It is no alarm and no safety function; a person decides.",
            "",
            "## What it learned from",
            f"{learned['rows']:,} readings ({origins}), of which {learned['failures']:,} with a failure. "
            f"{learned['held_out']:,} of them were held out and never learned from. A correction counts as {learned['correction_weight']:g} rows.",
            f"Inputs: {', '.join(use_case.described(name).label for name in manifest['features'])}.",
            "",
            "## How good it is, on the held-out readings",
            "",
            "| figure | value | 95 % interval |",
            "|---|---|---|",
            *[_figure(name, held[name]) for name in ("precision", "recall", "average_precision", "brier")],
            "",
            "| cause | failures | found |",
            "|---|---|---|",
            *causes,
            "",
            "## How sure it is",
            "Which outcomes cannot be ruled out is told with a promised confidence. On the held-out readings the promise was kept so:",
            "",
            "| promised | kept | for failures | with one outcome left |",
            "|---|---|---|---|",
            *[
                f"| {_percent(c['promised'])} | {_percent(c['held'], 1)} | {_percent(c['held_1'], 1)} | {_percent(c['single'], 1)} |"
                for c in figures.get("certainty", [])
            ],
            "",
            "A reading that is far from everything it learned from is told as not in the training data, instead of a prediction.",
            "",
            "## Where it is weak",
            *(
                [f"- {s['kind']} {s['value']}: finds {_percent(s['recall'])} of {s['failures']} failures" for s in weak]
                or ["- No segment with ten failures or more is found in less than 80 %."]
            ),
            *[
                f"- {use_case.target.causes[cause]}: {_percent(found['recall'])} found. What the signals do not show cannot be foreseen."
                for cause, found in held["by_cause"].items()
                if found["failures"] >= 5 and (found["recall"] or 0) < 0.5
            ],
            "",
            "## What it is made of",
            f"{manifest['trees']} trees of depth {manifest['params']['max_depth']} (XGBoost {manifest['versions']['xgboost']}), seed {manifest['seed']}. "
            f"Predicting and explaining one reading takes {figures['latency_ms']:.1f} ms; {figures['size_kb']:.0f} kB. "
            "Few and shallow trees, because every prediction is explained as it is made.",
            "",
        ]
    )


def _figure(name: str, told: dict) -> str:
    if told["value"] is None:
        return f"| {name.replace('_', ' ')} | unknown | |"
    return f"| {name.replace('_', ' ')} | {told['value']:.3f} | {told['low']:.3f} to {told['high']:.3f} |"


def _percent(share: float | None, decimals: int = 0) -> str:
    return "unknown" if share is None else f"{100 * share:.{decimals}f} %"
