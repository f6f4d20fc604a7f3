"""What the model goes by in general: what matters, how a value acts, what acts together, its rules, how good its explanations are."""

import streamlit as st

from data.store import StoreError
from data.usecase.use_case import UseCase
from models.release.release import ReleaseError
from pages.parts.model.general import Part
from pages.parts.model.model_importance import importance_section
from pages.parts.model.model_response import response_section
from pages.parts.model.model_structure import quality_section, rules_section, together_section
from pages.parts.shell import session
from pages.parts.shell.address import asked_number
from pages.parts.shell.frame import empty, page_header, trouble
from pages.parts.words.language import t
from pages.parts.words.retold import retold
from pages.parts.words.verbatim import verbatim
from pages.parts.words.wording import label

SECTIONS = {
    "matters": importance_section,
    "acts": response_section,
    "together": together_section,
    "rules": rules_section,
    "quality": quality_section,
}


def render() -> None:
    use_case = session.use_case()
    numbers = [release.number for release in session.store().releases.all(use_case.name)]
    with page_header(t("What the model goes by"), use_case):
        chosen = _part(use_case) if numbers else Part()
    if not numbers:
        empty(t("There is no release yet."), t("It appears as soon as the first one is trained."))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        section = _section()
        releases = _releases(use_case, numbers)
    asked = asked_number("release")
    if asked is not None and asked not in numbers:
        trouble(
            t("There is no release {asked}.", asked=st.query_params["release"][:20]),
            t("Release {n} is shown instead.", n=releases[0]),
        )
    damaged = [found for found in map(lambda n: _trouble(use_case, n), releases) if found]
    for number, said in damaged:
        trouble(t("Release {n} cannot be loaded: only what it explained live is shown.", n=number), said)
    SECTIONS[section](use_case, releases, chosen)


def _releases(use_case: UseCase, numbers: list[int]) -> list[int]:
    """The release asked for, and the one beside it if any."""
    champion = session.store().releases.champion(use_case.name)

    def named(n: int) -> str:
        return t("Release {n} (champion)", n=n) if champion and n == champion.number else t("Release {n}", n=n)

    asked = asked_number("release")
    start = asked if asked in numbers else champion.number if champion else numbers[0]
    first = st.selectbox(
        t("Release"),
        numbers,
        index=numbers.index(start),
        key="release",
        width=235,
        label_visibility="collapsed",
        format_func=named,
    )
    others = [n for n in numbers if n != first]
    beside = asked_number("beside")
    second = st.selectbox(
        t("Beside it"), others, index=others.index(beside) if beside in others else None, key="beside", width=240,
        placeholder=t("Beside another one"), label_visibility="collapsed", format_func=named, disabled=not others,
    )  # fmt: skip
    return [first] if second is None else [first, second]


def _trouble(use_case: UseCase, number: int) -> tuple[int, str] | None:
    try:
        session.release(use_case, number)
    except (ReleaseError, StoreError) as error:
        return number, retold(error)
    return None


def _section() -> str:
    words = {
        "matters": t("What matters"),
        "acts": t("How a value acts"),
        "together": t("What acts together"),
        "rules": t("In a few rules"),
        "quality": t("How good the reasons are"),
    }
    return st.segmented_control(
        t("Section"), list(SECTIONS), default="matters", required=True, key="section", format_func=words.__getitem__, label_visibility="collapsed"
    )  # fmt: skip


def _part(use_case: UseCase) -> Part:
    """Of which part of the plant, chosen in a box of its own: its button says what is chosen."""
    categories = {f"{name}={value}": (name, value) for name, s in use_case.signals.items() for value in s.categories}
    advised = {True: t("with advice"), False: t("without advice")}

    def kind_word(key: str) -> str:
        return f"{label(use_case, categories[key][0])} {categories[key][1]}"

    area = st.session_state.get("part_area")
    picked = [st.session_state.get(key) for key in ("part_area", f"part_asset_{area}", "part_kind", "part_said")]
    words = (use_case.area_label, str, kind_word, advised.__getitem__)
    said = [of(one) for of, one in zip(words, picked, strict=True) if one is not None]
    with st.popover(verbatim(", ".join(said)) or t("All readings"), key="part_popover", icon=":material/filter_alt:", width=210):
        area = st.selectbox(
            t("Area"), list(use_case.areas), index=None, placeholder=t("All areas"), key="part_area", format_func=use_case.area_label
        )  # fmt: skip
        asset = st.selectbox(
            t("Machine"), list(use_case.areas[area]) if area else list(use_case.assets), index=None, placeholder=t("All machines"),
            key=f"part_asset_{area}",
        )  # fmt: skip
        kind = st.selectbox(
            t("Kind"), list(categories), index=None, placeholder=t("All kinds"), key="part_kind", format_func=kind_word,
            disabled=not categories,
        )  # fmt: skip
        advice = st.selectbox(
            t("Said"), [True, False], index=None, placeholder=t("Whatever it said"), key="part_said", format_func=advised.__getitem__
        )  # fmt: skip
    return Part(area, asset, None if kind is None else categories.get(kind), advice)
