"""One release as people judge it: its figures beside the champion's, the reasons that changed, corrected cases, lineage, card."""

from datetime import datetime

import pandas as pd
import streamlit as st

from data.records import ReleaseRecord
from data.usecase.use_case import UseCase
from models.documents.card_judged import judged_section
from models.documents.card_trust import promises
from models.documents.card_values import own_section
from models.documents.document import Table, Text
from models.documents.words import change_text, figure_names, figure_text, origin_names, verdict_word
from models.release.release import Release, ReleaseError
from pages.figures.comparison import calibration_figure, reasons_figure
from pages.figures.template import CONFIG
from pages.parts.releases.card_view import card_view
from pages.parts.releases.gate_view import gate_view
from pages.parts.releases.history_in_doubt import conflict_text, part_text
from pages.parts.releases.people_view import people_view
from pages.parts.releases.reason_changes_view import main_reason_view
from pages.parts.releases.training_choices import choice_lines
from pages.parts.review.waiting_view import held_back_lines
from pages.parts.shell import session
from pages.parts.shell.downloads import release_downloads
from pages.parts.shell.frame import trouble
from pages.parts.shell.identity import by_whom, names, who
from pages.parts.words.language import number, percent, plural, t, when, words
from pages.parts.words.theme import palette
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import cause_text, label, outcome_text

_SIGNS = {"better": "✓", "same": "=", "worse": "✗"}  # other signs than the states': nothing here is an alarm


def release_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """Draw everything that is known of a release."""
    against = record.figures.get("against")
    with st.container(key="gate_box"):
        gate_view(use_case, record)
    _judged(use_case, record)
    _figures(use_case, record, against)  # across the whole width: on a tablet the verdict would be out of sight
    _own(use_case, record)
    left, right = st.columns(2, gap="large")
    if against:
        with left:
            _reasons(use_case, record, against)
            main_reason_view(use_case, record, against)
    with right if against else left:
        _calibration(use_case, record)
    if against and against["corrected"]:
        _corrected(use_case, record, against)
    if record.figures.get("people"):
        people_view(use_case, record)
    left, right = st.columns(2, gap="large")
    with left:
        parts_view(use_case, record)
    with right:
        release = _lineage(use_case, record)
    if release is not None:  # its tables need the whole width
        card_view(use_case, record, release)


def _judged(use_case: UseCase, record: ReleaseRecord) -> None:
    """What the figures are of, as the card tells it."""
    if found := judged_section(use_case, record.figures, words()):
        st.subheader(verbatim(found.title), anchor=False)
        for part in found.blocks:
            if isinstance(part, Text):
                text = verbatim(part.text)
                st.markdown(f"**{text}**" if part.strong else text)


def _own(use_case: UseCase, record: ReleaseRecord) -> None:
    """What only a regression or several classes have, as the card tells it."""
    found = own_section(use_case, record.figures, words())
    if found is None:
        return
    st.subheader(verbatim(found.title), anchor=False)
    tables = [part for part in found.blocks if isinstance(part, Table)]
    for part in found.blocks:
        if isinstance(part, Text):
            st.markdown(verbatim(part.text))
    for place, (column, table) in enumerate(zip(st.columns(len(tables), gap="large"), tables, strict=True)):
        rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
        column.dataframe(rows, hide_index=True, key=f"own_{place}_{record.number}", height="content" if len(rows) < 12 else 430)


def _linked(address: str) -> str:
    """An address in a table opens a tab of its own, which has to be told who is looking."""
    person = who()
    return f"{address}&who={person.id}" if person else address


def _figures(use_case: UseCase, record: ReleaseRecord, against: dict | None) -> None:
    held = record.figures["held_out"]
    st.subheader(t("How good is it?"), anchor=False)
    rows = []
    for key, name in figure_names(words()).items():

        def told(value: float | None, key: str = key) -> str:
            return figure_text(words(), key, value, use_case.costs.currency)

        row = {
            t("Figure"): name,
            t("Release {n}", n=record.number): told(held[key]["value"]),
            t("95 % interval"): t("{low} to {high}", low=told(held[key]["low"]), high=told(held[key]["high"])),
        }
        if against:
            compared = against["figures"][key]
            row[t("Release {n}", n=against["release"])] = told(compared["old"])
            row[t("Difference (95 %)")] = change_text(words(), key, compared["low"], compared["high"], use_case.costs.currency)
            row[t("Verdict")] = verdict_word(words(), compared["verdict"])
        rows.append(row)
    st.dataframe(rows, hide_index=True, key=f"figures_{record.number}", row_height=40)
    text = plural(
        "In the table: on {rows} held-out readings with {n} failure, from which no release has learned.",
        "In the table: on {rows} held-out readings with {n} failures, from which no release has learned.",
        held["failures"],
        rows=number(held["rows"], 0),
    )
    if "gold" in record.figures:
        gold = record.figures["gold"]
        text += "  \n" + t(
            "On the gold set of {rows} readings: precision {precision}, recall {recall}.",
            rows=number(gold["rows"], 0),
            precision=percent(gold["precision"]["value"], 1),
            recall=percent(gold["recall"]["value"], 1),
        )
        if against and "gold" in against:
            before = {name: percent(against["gold"][name]["old"], 1) for name in ("precision", "recall")}
            text += " " + t("Release {n} has {precision} and {recall} there.", n=against["release"], **before)
    same = t("“Same” means that the 95 % interval of the difference holds zero.")
    st.caption(f"{text} {same}" if against else text)


def _reasons(use_case: UseCase, record: ReleaseRecord, against: dict) -> None:
    st.subheader(t("Does it go by the same reasons?"), anchor=False)
    groups = against["reasons"]["groups"]
    names = [use_case.groups[g["group"]].label if g["group"] in use_case.groups else g["group"] for g in groups]
    words = {
        "new": t("release {n}", n=record.number),
        "old": t("release {n}", n=against["release"]),
        "axis": t("share of what moves the risk, %"),
    }
    figure = reasons_figure(palette(), names, [g["new"] for g in groups], [g["old"] for g in groups], words)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key=f"reasons_{record.number}", alt=t("Shares of the reasons in both releases")
    )
    moved = [name for name, g in zip(names, groups, strict=True) if g["rank_new"] != g["rank_old"]]
    told = t("Another rank: {names}.", names=verbatim(", ".join(moved))) if moved else t("Every reason keeps its rank.")
    st.caption(
        t(
            "Order kept (nDCG): {ndcg} of 1; the gate asks for {bar}. {moved}",
            ndcg=number(against["reasons"]["ndcg"], 3),
            bar=number(use_case.gate.reasons_kept, 3),
            moved=told,
        )
    )


def _corrected(use_case: UseCase, record: ReleaseRecord, against: dict) -> None:
    st.subheader(t("The corrected cases"), anchor=False)
    cases = against["corrected"]
    right = sum(case["right"] for case in cases)
    st.markdown(t("{right} of {n} are right now.", right=number(right, 0), n=number(len(cases), 0)))
    rows = [
        {
            t("Asset"): case["asset"],
            t("What was true"): outcome_text(use_case, case["outcome"]),
            t("Release {n}", n=against["release"]): percent(case["before"]),
            t("Release {n}", n=record.number): percent(case["after"]),
            t("Now"): " ".join((_SIGNS["better"], t("right")) if case["right"] else (_SIGNS["worse"], t("wrong"))),
            t("Prediction"): _linked(f"why?use_case={use_case.name}&reading={case['reading']}"),
        }
        for case in cases
    ]
    link = st.column_config.LinkColumn(t("Prediction"), display_text=t("open"))
    st.dataframe(rows, hide_index=True, key=f"corrected_{record.number}", row_height=40, column_config={t("Prediction"): link})


def _calibration(use_case: UseCase, record: ReleaseRecord) -> None:
    st.subheader(t("Does its risk mean what it says?"), anchor=False)
    axes = {"x": t("risk it said, %"), "y": t("share that failed, %")}
    figure = calibration_figure(palette(), record.figures["held_out"]["calibration"], axes)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key=f"calibration_{record.number}", alt=t("Said risk against what happened")
    )
    st.caption(t("On the dotted line, a risk of 70 % fails seven times of ten. Larger dots stand for more readings."))
    kept = record.figures.get("certainty", [])
    if kept:
        *told, table = promises(use_case, kept, words())
        for one in told:
            assert isinstance(one, Text)
            st.caption(one.text)
        assert isinstance(table, Table)
        rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
        st.dataframe(rows, hide_index=True, key=f"certainty_{record.number}", row_height=40)


def parts_view(use_case: UseCase, record: ReleaseRecord) -> None:
    """What is found of each cause and in each part of the plant, and how that stands against the champion, where it was compared."""
    held = record.figures["held_out"]
    st.subheader(t("By cause, area and product"), anchor=False)
    st.caption(t("On the same held-out readings."))
    causes = [(cause, cause_text(use_case, cause), found) for cause, found in held["by_cause"].items()]
    pieces = [(one["value"], _piece(use_case, one), one) for one in held["segments"]]
    rows = {
        key: {t("Part"): name, t("Failures"): found["failures"], t("Found"): percent(found["recall"], 1)}
        for key, name, found in causes + pieces
    }
    compared = {one["value"]: one for one in record.figures.get("against", {}).get("segments", []) if "low" in one}
    for key, row in rows.items() if compared else ():
        ends = (compared[key]["low"], compared[key]["high"]) if key in compared else (None, None)
        row[t("Against the champion (95 %)")] = change_text(words(), "recall", *ends, use_case.costs.currency)
    st.dataframe(list(rows.values()), hide_index=True, key=f"parts_{record.number}", height="content")


def _piece(use_case: UseCase, one: dict) -> str:
    """A part of the plant by its name: an area has one, a category is told with its signal (``Product L``)."""
    return (
        f"{label(use_case, one['kind'])} {one['value']}"
        if one.get("kind") in use_case.signals
        else use_case.area_label(one["value"])
    )


def _lineage(use_case: UseCase, record: ReleaseRecord) -> Release | None:
    """Made when, by whom, of what; gives the release itself unless it is damaged."""
    st.subheader(t("Where it comes from"), anchor=False)
    try:
        release = session.release(use_case, record.number)
    except ReleaseError as error:
        trouble(t("This release is damaged."), error)
        return None
    learned = release.manifest["training_set"]
    origins = origin_names(words())
    parent = t("after release {n}", n=record.parent) if record.parent else t("the first one")
    st.markdown(
        t(
            "Made {at} by {by}, {parent}.",
            at=when(record.created, use_case.timezone),
            by=verbatim(by_whom(record.created_by)),
            parent=parent,
        )
    )
    for origin, count in learned["by_origin"].items():
        st.markdown(f"- {number(count, 0)} {verbatim(origins.get(origin, origin))}")
    if learned.get("excluded"):
        n = len(learned["excluded"])
        st.markdown("- " + plural("{n} stretch left out: bad data", "{n} stretches left out: bad data", n))
        for one in learned["excluded"]:
            if isinstance(one, dict):
                st.caption(verbatim(_stretch(use_case, one)))
    for one in learned.get("contradicted", []):
        done = {"relabel": t("put right"), "leave_out": t("left out")}.get(
            learned.get("choices", {}).get("contradicted", ""), t("kept")
        )
        st.markdown(f"- {conflict_text(use_case, one)} ({done})")
    done = {"relabel": t("put right"), "leave_out": t("left out")}
    for one in learned.get("label_errors", []):
        st.markdown(f"- {part_text(use_case, one)} ({done[learned['choices']['label_errors']]})")
    for line in choice_lines(use_case, learned.get("choices", {})):
        st.markdown(f"- {verbatim(line)}")
    if learned.get("held_back"):
        n = len(learned["held_back"])
        st.markdown("- " + plural("{n} correction held back", "{n} corrections held back", n))
    for line in held_back_lines(learned):
        st.markdown(f"- {verbatim(line)}")
    corrections = {c.id: c for c in session.store().feedback.corrections(use_case.name)}
    known = [corrections[c] for c in record.corrections if c in corrections]
    if known:
        people = names()
        st.dataframe(
            pd.DataFrame(
                [
                    {
                        t("Correction"): c.id,
                        t("What was true"): outcome_text(use_case, c.outcome, c.cause),
                        t("Decided by"): people.get(c.person, c.person),
                        t("When"): when(c.decided, use_case.timezone),
                        t("Flags"): ", ".join(map(str, c.flags)),
                        t("Case"): _linked(f"cases?case={c.case}"),
                    }
                    for c in known
                ]
            ),
            hide_index=True,
            key=f"lineage_{record.number}",
            column_config={t("Case"): st.column_config.LinkColumn(t("Case"), display_text=r"case=(\d+)")},
        )
    versions = ", ".join(f"{name} {version}" for name, version in release.manifest["versions"].items())
    versions = verbatim(versions)
    hashed = learned["sha256"]["x"][:12]
    if release.brought:
        made = verbatim(release.brought.described)
        st.caption(
            t(
                "Brought as a file: {made}. Judged on training set sha256 {hash}…; {versions}.",
                made=made,
                hash=hashed,
                versions=versions,
            )
        )
    else:
        st.caption(
            plural(
                "{n} tree, seed {seed}; training set sha256 {hash}…; {versions}.",
                "{n} trees, seed {seed}; training set sha256 {hash}…; {versions}.",
                release.manifest["trees"],
                seed=release.manifest["seed"],
                hash=hashed,
                versions=versions,
            )
        )
    release_downloads(use_case, record)
    return release


def _stretch(use_case: UseCase, told: dict) -> str:
    """A bad stretch in a line: the machine, from when until when, which signal, and its case."""
    start, end = (when(datetime.fromisoformat(told[key]), use_case.timezone) for key in ("start", "end"))
    signal = label(use_case, told["signal"]) if told.get("signal") in use_case.signals else t("all signals")
    said = {"asset": told["asset"], "start": start, "end": end, "signal": signal, "case": told["case"]}
    return t("{asset}, {start} to {end}: {signal} (case {case})", **said)


def summary(use_case: UseCase, record: ReleaseRecord, judged: str = "held_out") -> dict:
    """A release in one row of the list. ``judged``: on which readings it is told how good it is, ``held_out`` or ``gold``."""
    measured = record.figures[judged]
    main = max(record.figures["importance"], key=record.figures["importance"].get)
    return {
        t("Release"): record.number,
        t("Made"): when(record.created, use_case.timezone),
        t("Learned from"): plural("{n} correction", "{n} corrections", len(record.corrections)),
        t("Right when it warns (precision)"): figure_text(words(), "precision", measured["precision"]["value"], ""),
        t("Failures found (recall)"): figure_text(words(), "recall", measured["recall"]["value"], ""),
        t("Goes most by"): use_case.groups[main].label if main in use_case.groups else main,
    }
