"""What the screens go by while the AI is switched off: the plant's own rules, that is which values left their stated normal range.

No model is asked, and no band that a model's history taught: only what stands in ``usecase.yaml`` as two numbers.
"""

from collections.abc import Mapping

from data.features import coded, feature_matrix
from data.usecase import UseCase
from explainers.reasons import Shown


def outside_normal(use_case: UseCase, values: Mapping[str, float | str]) -> tuple[Shown, ...]:
    """The signals and derived features outside their stated normal range, in the use case's order. A missing value is none."""
    row = feature_matrix(use_case, coded(use_case, values)[None, :])[0]
    found = []
    for name, value in zip(use_case.features, row.astype(float).tolist(), strict=True):
        described = use_case.described(name)
        band = described.normal
        if not isinstance(band, tuple) or value != value or getattr(described, "categories", ()):
            continue
        value = float(values[name]) if name in values else value  # as it was recorded, not as a float32
        if value < band[0] or value > band[1]:
            found.append(Shown(name, value, described.unit, band, "below" if value < band[0] else "above"))
    return tuple(found)
