"""What was found in the end at the moment of one reading: by an inspection, or by whoever entered it."""

from datetime import timedelta

from data.records import Prediction, Truth
from data.usecase.use_case import UseCase
from pages.parts.shell import session


def found_at(use_case: UseCase, seen: Prediction) -> list[Truth]:
    """The truths whose time holds the reading's, oldest first; none while no inspection has come in."""
    return session.store().readings.truth_at(use_case.name, seen.asset, seen.time, seen.time + timedelta(microseconds=1))
