"""The normal band of a signal on one asset: what the release learnt, or what the use case says; and with how many decimals it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import models.numbers.bands
from data.usecase.parts import Derived, Signal
from data.usecase.use_case import UseCase
from pages.parts.words.language import quantity

if TYPE_CHECKING:
    from models.release.release import Release


def places(described: Signal | Derived, band: tuple[float, float] | None) -> int:
    """With how many decimals a value of a signal or derived feature is told beside its band."""
    return models.numbers.bands.places(described.decimals, band)


def edges(described: Signal | Derived, band: tuple[float, float]) -> tuple[str, str]:
    """Both ends of a normal band: whole ones without decimals."""
    decimals = places(described, band)
    decimals = min(decimals, 0) if all(edge == int(edge) for edge in band) else decimals
    return quantity(band[0], decimals), quantity(band[1], decimals)


def normal_band(use_case: UseCase, release: Release | None, asset: str, feature: str) -> tuple[float, float] | None:
    """(low, high) in the feature's unit, or ``None`` when nobody has said and no release has learnt it.

    Args:
        release: the release that predicts (:class:`models.release.release.Release`), or ``None`` when there is none.
    """
    if release is not None:
        return release.band(asset, feature)
    stated = use_case.described(feature).normal
    return stated if isinstance(stated, tuple) else None
