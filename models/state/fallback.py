"""What the screens go by while the AI is switched off: the plant's own rules, that is which values left the range of its ``fallback``.

No model is asked, and no band that a model's history taught: only what stands in ``usecase.yaml``. Without ``fallback`` these are the
stated normal ranges.
"""

from collections.abc import Mapping

from data.readings.features import coded, feature_matrix
from data.usecase.use_case import UseCase
from explainers.local.reasons import Shown


def broken_rules(use_case: UseCase, values: Mapping[str, float | str]) -> tuple[Shown, ...]:
    """The signals and derived features outside their range, in the use case's order. A missing value breaks none."""
    row = feature_matrix(use_case, coded(use_case, values)[None, :])[0]
    computed = dict(zip(use_case.features, row.astype(float).tolist(), strict=True))
    found = []
    for name, band in _ranges(use_case).items():
        value = values.get(name, computed[name])  # as it was recorded, not as a float32
        if isinstance(value, str) or value != value or band[0] <= value <= band[1]:
            continue
        found.append(Shown(name, float(value), use_case.described(name).unit, band, "below" if value < band[0] else "above"))
    return tuple(found)


def _ranges(use_case: UseCase) -> dict[str, tuple[float, float]]:
    if use_case.fallback:
        return {name: use_case.fallback[name] for name in use_case.features if name in use_case.fallback}
    stated = {name: use_case.described(name).normal for name in use_case.features}
    return {name: band for name, band in stated.items() if isinstance(band, tuple)}
