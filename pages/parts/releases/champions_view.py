"""Which releases were live, the newest first: who made each the champion, by which step, and why."""

import streamlit as st

from data.records import Champion
from data.usecase.use_case import UseCase
from pages.parts.shell import session
from pages.parts.shell.identity import by_whom
from pages.parts.words.language import isolated, t, when
from pages.parts.words.verbatim import verbatim

SHOWN = 2
"""Steps that stand there; the others are one tap away."""


def champions_view(use_case: UseCase) -> None:
    """The last steps, and all before them folded. Nothing while there was but one."""
    steps = session.store().releases.champions(use_case.name)
    if len(steps) < 2:
        return
    told = [_told(use_case, one, before) for one, before in zip(steps, [*steps[1:], None], strict=True)]
    st.markdown("\n".join(f"- {one}" for one in told[:SHOWN]))
    if told[SHOWN:]:
        with st.expander(t("All that were live before"), icon=":material/history:"):
            st.markdown("\n".join(f"- {one}" for one in told[SHOWN:]))


def _told(use_case: UseCase, one: Champion, before: Champion | None) -> str:
    said = {
        "at": when(one.since, use_case.timezone),
        "name": isolated(verbatim(by_whom(one.by))),
        "n": one.number,
        "before": before.number if before else "–",
    }
    if one.action == "roll_back":
        step = t("{at}: {name} rolled back from release {before} to **release {n}**.", **said)
    elif one.action == "override_release":
        step = t("{at}: {name} released **release {n}** against its gate.", **said)
    else:
        step = t("{at}: {name} released **release {n}**.", **said)
    return f"{step} {t('Reason: {reason}', reason=verbatim(one.reason))}" if one.reason else step
