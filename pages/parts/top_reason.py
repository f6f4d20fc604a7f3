"""The one reason that the board has room for, from the stored contributions: no model runs for it."""

from collections.abc import Mapping

from data.features import coded, feature_matrix
from data.records import Prediction, State
from data.store import StoreError
from data.usecase import UseCase
from explainers.reasons import reasons
from pages.parts import session
from pages.parts.bands import normal_band
from pages.parts.guidance import outside_sentence
from pages.parts.language import t
from pages.parts.wording import reason_line


def top_reason(use_case: UseCase, prediction: Prediction) -> str:
    """The strongest reason in one line (of a reading that is new: what is new about it), or nothing where the contributions are not those of the use case as it is now."""
    if set(prediction.contributions) != set(use_case.features):
        return ""
    release = release_of(use_case, prediction.release)
    if prediction.is_new:
        beyond = release.known.outside(release.row(prediction.values)) if release else ()
        return outside_sentence(use_case, beyond[0]) if beyond else t("No single value is new; together they are.")
    found = reasons(
        use_case,
        raising(use_case, prediction.contributions, prediction.predicted),
        described_values(use_case, prediction),
        lambda feature: normal_band(use_case, release, prediction.asset, feature),
        State(prediction.state),
        most=1,
    )
    return reason_line(use_case, found.strongest[0]) if found.strongest else ""


def described_values(use_case: UseCase, prediction: Prediction) -> dict[str, float | str]:
    """Every signal (a category as its text) and every derived feature of a reading, in its unit."""
    codes = coded(use_case, prediction.values)
    row = feature_matrix(use_case, codes[None, :])[0]
    derived = {name: float(row[at]) for at, name in enumerate(use_case.features) if name in use_case.derived}
    return dict(prediction.values) | derived


def raising(use_case: UseCase, shares: Mapping[str, float], predicted: float | None) -> dict[str, float]:
    """Contributions with the sign that raises the risk: those of a value or of a class as they are told may lower it."""
    sign = float(use_case.toward_bad([predicted])[0]) if predicted is not None else 1.0
    return {feature: sign * share for feature, share in shares.items()}


def release_of(use_case: UseCase, number: int):
    """The release that predicted, or ``None`` when it cannot be loaded: its bands are then those of the use case."""
    from models.release import ReleaseError

    try:
        return session.release(use_case, number)
    except (StoreError, ReleaseError):
        return None
