"""What a period was worth, in the plant's own cost figures, and how it is reckoned; outcomes by the hour, day or week."""

import streamlit as st

from data.usecase.use_case import UseCase
from models.documents.period import Told
from models.documents.report import counted_text, done_sentences
from pages.figures.template import CONFIG
from pages.figures.value import Series, counts_figure, worth_figure
from pages.parts.overview.figure_tiles import Figure, figure_tiles
from pages.parts.overview.period_choice import part_names
from pages.parts.overview.period_reading import release_marks
from pages.parts.shell.frame import empty
from pages.parts.words.language import number, percent, plural, t, words
from pages.parts.words.predicted import bad_word
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim


def money(use_case: UseCase, value: float, signed: bool = False) -> str:
    """A cost with its unit: ``12,000 EUR``; with a sign where it is a difference."""
    sign = ("+" if value > 0 else "−" if value < 0 else "") if signed else ""
    return f"{sign}{number(abs(value), 0)}\u00a0{use_case.costs.currency}"


def value_view(use_case: UseCase, found: Told) -> None:
    """Caught, missed, false alarms, against what was confirmed afterwards, and what that is worth."""
    worth = found.worth
    st.subheader(t("What could it have been worth?"), anchor=False)
    if not worth.confirmed:
        empty(t("No outcome has been confirmed in this period yet."), t("Outcomes arrive some time after the readings."))
        _lines(_pending(found))
        _done(found)
        return
    _figures(use_case, found)
    costs = {"miss": number(worth.miss, 0), "alarm": number(worth.false_alarm, 0), "currency": use_case.costs.currency}
    share = percent(worth.right / worth.confirmed, 1)
    _lines(
        t(
            "Could have saved = caught × {miss} − false alarms × {alarm} {currency}, had every advice been read in time and followed, at no cost of its own.",
            **costs,
        ),
        plural(
            "{share} of {n} confirmed outcome was predicted rightly.",
            "{share} of {n} confirmed outcomes were predicted rightly.",
            worth.confirmed,
            share=share,
        ),
        counted_text(words()),
        t("A spell of advice on a machine may cover several of them, or none yet."),
        _pending(found),
    )
    _done(found)
    _drawn(use_case, found)


def _figures(use_case: UseCase, found: Told) -> None:
    worth, target = found.worth, bad_word(use_case)
    real, advised = worth.caught + worth.missed, worth.caught + worth.false_alarms
    costs = {"with_it": money(use_case, worth.with_it), "without": money(use_case, worth.without)}
    share = percent(worth.caught / real) if real else "–"
    figure_tiles(
        [
            Figure(
                t("Could have saved, against no model"),
                money(use_case, worth.saved, signed=True),
                t("{with_it} instead of {without}", **costs),
            ),
            Figure(
                t("Caught"),
                t("{caught} of {real}", caught=number(worth.caught, 0), real=number(real, 0)),
                t("{share} of the confirmed outcomes that were {target}", share=share, target=target),
            ),
            Figure(
                t("Missed"),
                number(worth.missed, 0),
                t("{cost}: confirmed, without advice", cost=money(use_case, worth.missed * worth.miss)),
            ),
            Figure(
                t("False alarms"),
                t("{false} of {advised}", false=number(worth.false_alarms, 0), advised=number(advised, 0)),
                t("of the confirmed outcomes with advice; {cost}", cost=money(use_case, worth.false_alarms * worth.false_alarm)),
            ),
        ]
    )


def _pending(found: Told) -> str:
    """What is not known, so that nobody takes it for nothing."""
    if not found.pending:
        return ""
    return plural(
        "Not known yet: for {pending} of {n} spell of advice no outcome has arrived. It is in no figure here.",
        "Not known yet: for {pending} of {n} spells of advice no outcome has arrived. They are in no figure here.",
        found.advised, pending=number(found.pending, 0),
    )  # fmt: skip


def _done(found: Told) -> None:
    """What people did about the advice, as far as it is known; and what is not known of it."""
    if found.dealt is not None and found.dealt.spells:
        st.markdown(f"**{t('What was done about the advice?')}**")
        _lines(*done_sentences(found.dealt, words()))


def _lines(*sentences: str) -> None:
    if said := [sentence for sentence in sentences if sentence]:
        st.caption(verbatim("\n".join(said)))


def _drawn(use_case: UseCase, found: Told) -> None:
    colours, parts = palette(), found.parts
    ticks = part_names(use_case, found.period, list(parts["start"]))
    possible = (parts["caught"] + parts["missed"]).to_numpy() * found.worth.miss
    words = {
        "axis": t("Could have saved since the start, {currency}", currency=use_case.costs.currency),
        "saved": t("could have been saved"),
        "possible": t("if every outcome had been caught"),
        "zero": t("no model"),
    }
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('What it could have saved, summed up')}**")
        drawn = worth_figure(colours, parts["saved"].to_numpy(), possible, ticks, release_marks(found), words, number)
        told = t(
            "What could have been saved, summed up over the period: {total} at its end.",
            total=money(use_case, found.worth.saved, signed=True),
        )
        st.plotly_chart(drawn, theme=None, config=CONFIG, key="worth", alt=told)
    with right:
        st.markdown(f"**{_by(found, t('Outcomes by hour'), t('Outcomes by day'), t('Outcomes by week'))}**")
        series = [
            Series(t("caught"), parts["caught"].to_numpy(), colours.line),
            Series(t("missed"), parts["missed"].to_numpy(), colours.likely, "/"),
            Series(t("false alarm"), parts["false_alarms"].to_numpy(), colours.possible, "x"),
        ]
        drawn = counts_figure(colours, series, ticks, "outcomes", t("Outcomes"))
        counts = {"caught": found.worth.caught, "missed": found.worth.missed, "alarms": found.worth.false_alarms}
        told = t("In all: caught {caught}, missed {missed}, false alarms {alarms}.", **counts)
        st.plotly_chart(drawn, theme=None, config=CONFIG, key="outcomes", alt=told)


def _by(found: Told, hour: str, day: str, week: str) -> str:
    return {"hour": hour, "day": day, "week": week}[found.period.step]
