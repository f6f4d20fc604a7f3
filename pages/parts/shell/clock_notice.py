"""That the clock of this computer is wrong: on every screen, with what it means; who may says here that it is right."""

from datetime import UTC, datetime

import streamlit as st

from data.people import Action, may
from data.usecase.use_case import UseCase
from models.state import verbs
from pages.parts.shell import session
from pages.parts.shell.acting import with_reason
from pages.parts.shell.identity import who
from pages.parts.words.language import dated, t


def clock_notice(use_case: UseCase) -> None:
    """Nothing while the clock counts."""
    found = session.store().clock.state()
    if found.trusted:
        return
    says, passed = (dated(datetime.fromtimestamp(us / 1e6, UTC), use_case.timezone) for us in (found.wall_us, found.now_us))
    with st.container(key="clock_notice", horizontal=True, vertical_alignment="center"):
        said = t(
            "The clock of this computer is wrong. It says {says}. By the time that has passed it is {passed}.",
            says=says,
            passed=passed,
        )
        st.warning(
            f"{said} {t('Pullcord goes by that and deletes nothing, until the clock is set right or somebody says that it is.')}",
            icon=":material/schedule:",
        )
        if may(who(), Action.SET_CLOCK) and st.button(t("The clock is right"), key="clock_right"):
            with_reason(
                t("The clock of this computer is right"),
                t(
                    "It says {says}. Look at another clock first: by this one old readings are deleted again, a little each day.",
                    says=says,
                ),
                t("It is right"),
                "clock",
                lambda person, reason: verbs.trust_clock(person, session.store(), reason),
            )
