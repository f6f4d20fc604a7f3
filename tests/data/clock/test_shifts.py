"""Shifts as the use case says, through the nights on which the clock is changed; and what is wrong with them in usecase.yaml."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from data.shifts import shift_at, shift_before
from data.usecase.use_case import BUILT_IN, UseCase

TEXT = (BUILT_IN / "milling" / "usecase.yaml").read_text(encoding="utf-8")
SHIFTS = 'shifts: ["06:00", "14:00", "22:00"]'


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def with_shifts(text):
    return UseCase.model_validate(yaml.safe_load(TEXT.replace(SHIFTS, text)))


@pytest.mark.parametrize(
    ("moment", "start", "end"),
    [
        ("2026-11-28T06:00+01:00", "2026-11-28T06:00+01:00", "2026-11-28T14:00+01:00"),
        ("2026-11-28T05:59:59+01:00", "2026-11-27T22:00+01:00", "2026-11-28T06:00+01:00"),
        ("2026-11-28T23:30+01:00", "2026-11-28T22:00+01:00", "2026-11-29T06:00+01:00"),
    ],
)
def test_a_moment_lies_in_the_shift_that_began_last(use_case, moment, start, end):
    shift = shift_at(use_case, at(moment))
    assert (shift.start, shift.end) == (at(start), at(end))
    assert shift_before(use_case, shift).end == shift.start


def test_the_night_of_the_clock_change_is_as_long_as_it_is(use_case):
    assert shift_at(use_case, at("2026-10-25T01:00+02:00")).end - at("2026-10-24T22:00+02:00") == timedelta(hours=9)
    assert shift_at(use_case, at("2026-03-29T01:00+01:00")).end - at("2026-03-28T22:00+01:00") == timedelta(hours=7)


def test_times_are_read_with_or_without_quotes_and_three_shifts_are_the_rule():
    assert with_shifts("shifts: [07:00, 19:00]").shifts == ("07:00", "19:00")
    assert with_shifts("").shifts == ("06:00", "14:00", "22:00")
    day = with_shifts('shifts: ["05:30"]')
    shift = shift_at(day, at("2026-11-28T04:00+01:00"))
    assert shift.end - shift.start == timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shifts: []", "names no time"),
        ('shifts: ["14:00", "06:00"]', "begin one after the other"),
        ('shifts: ["25:00"]', "String should match"),
        ('shifts: ["6 am"]', "String should match"),
        (SHIFTS + "\ncosts: {miss: 1, false_alarm: 1, currency: ''}", "at least 1 character"),
    ],
)
def test_what_is_wrong_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        with_shifts(text) if "costs" not in text else UseCase.model_validate(
            yaml.safe_load(TEXT.replace("costs: {miss: 4000, false_alarm: 150, currency: EUR}", text.split("\n")[1]))
        )
