"""The normal band of a signal on one asset: what the release learnt, or what the use case says."""

from data.usecase import UseCase


def normal_band(use_case: UseCase, release, asset: str, feature: str) -> tuple[float, float] | None:
    """(low, high) in the feature's unit, or ``None`` when nobody has said and no release has learnt it.

    Args:
        release: the release that predicts (:class:`models.release.Release`), or ``None`` when there is none.
    """
    if release is not None:
        return release.band(asset, feature)
    stated = use_case.described(feature).normal
    return stated if isinstance(stated, tuple) else None
