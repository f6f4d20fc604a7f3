"""What a card says of "nothing like it is in the training data": how often that is wrong, and what it overlooks."""

from math import isfinite

from data.usecase.use_case import UseCase
from models.dataset.history import timed
from models.documents.document import Section, Table, Text
from models.documents.words import Words
from models.judging.unknown import readings_until


def unknown_section(use_case: UseCase, found: dict | None, words: Words) -> Section | None:
    """``None`` for a release of before this was measured."""
    if not found or found["per_day"] is None:
        return None
    say, number, percent = words.say, words.number, words.percent
    counted = {"n": number(found["readings"], 0), "false": number(found["false"], 0)}
    if timed(use_case):
        told = [
            Text(
                words.plural(
                    "It aims at one false alarm of a machine in {n} day. What is rarer than was seen is reckoned, not counted.",
                    "It aims at one false alarm of a machine in {n} days. What is rarer than was seen is reckoned, not counted.",
                    use_case.new_days,
                )
            ),
            Text(
                say(
                    "Called unknown of {n} held-out readings: {false}. Of one machine that is {per_day} a day, at most {high} (95 %): so many readings are "
                    "{days} days of one.",
                    **counted, per_day=number(found["per_day"], 2), high=number(found["high"], 2), days=number(found["asset_days"], 2),
                )
            ),
        ]  # fmt: skip
    else:  # without times there is no pace, and so no days
        told = [Text(say("Called unknown of {n} held-out readings: {false}.", **counted))]
    if not found["seen"]:
        return Section(say("What does it not know?"), tuple(told))
    told.append(
        Text(
            say(
                "What it overlooks: readings in which one signal is off by so many of its standard deviations, upwards or downwards."
            )
        )
    )

    def within(share: float) -> str:
        readings = readings_until(share)
        return number(readings, 0) if isfinite(readings) else say("never")

    rows = tuple(
        (
            number(one["sd"], 0), percent(one["half"], 0), within(one["half"]), use_case.signals[one["signal"]].label, percent(one["hardest"], 0),
            within(one["hardest"]),
        )
        for one in found["seen"]
    )  # fmt: skip
    head = (
        say("Off by (SD)"), say("Called unknown, middle signal"), say("Readings until seen (90 %)"), say("Hardest signal"), say("Called unknown"),
        say("Readings until seen (90 %)"),
    )  # fmt: skip
    return Section(say("What does it not know?"), (*told, Table(head, rows, (0, 1, 2, 4, 5))))
