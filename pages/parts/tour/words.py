"""What the tour says: a title and two short sentences for each step, what it waits for, and what to tap by hand."""

from models.demo.story import Facts
from pages.parts.words.language import percent, t


def title(step: str) -> str:
    """The step in a few words."""
    return {
        "": t("One flag mends a model: the story in three minutes"),
        "healthy": t("All is well"),
        "drift": t("A sensor drifts"),
        "advice": t("Wrong advice"),
        "flag": t("The operator pulls the cord"),
        "review": t("A person decides"),
        "train": t("The model learns"),
        "gate": t("The gate"),
        "release": t("The release"),
        "fixed": t("Fixed, and Olga knows"),
    }[step]


def told(step: str) -> str:
    """What is to be seen, for somebody who sees it for the first time."""
    return {
        "": t(
            "A live line, a real model, real training. Only the taps of the people are made for you, and you may make each by hand."
        ),
        "healthy": t("24 machines report every second, and the AI watches each of them. Grey means normal."),
        "drift": t("The torque sensor of M-14 begins to read too high. The machine itself is fine, but the AI cannot know that."),
        "advice": t("The AI warns of a failure and says why, in words. Olga stands at the machine: it runs well."),
        "flag": t("Olga taps Wrong, then False alarm. What was on her screen is kept with her flag."),
        "review": t("Erik, the engineer, sees what Olga saw. He corrects the outcome and answers her."),
        "train": t("Dana, the data scientist, trains a challenger with this correction. The line goes on meanwhile."),
        "gate": t("Challenger and champion are compared, figures and reasons. It goes live only if every line is met."),
        "release": t("Dana releases it, with a reason. The line takes it up within two seconds and loses no reading."),
        "fixed": t("The new release no longer warns of M-14. The sensor still has to be changed, and the flag told that too."),
    }[step]


def waiting(fact: str, seen: Facts) -> str:
    """What the story waits for, where only time or a machine can bring it; empty where somebody acts."""
    if fact == "trained":
        return t("Training: {percent}", percent=percent(seen.progress))
    return {
        "ready": t("The line is put back to the start …"),
        "advised": t("Waiting until the AI warns of M-14 …"),
        "followed": t("Waiting until the line takes it up …"),
        "normal": t("Waiting until M-14 is normal for 20 readings …"),
    }.get(fact, "")


def by_hand(fact: str) -> str:
    """What a person taps to do it."""
    return {
        "flagged": t("Your turn, as Olga: tap Wrong, then False alarm."),
        "claimed": t("Your turn, as Erik: tap Claim this case."),
        "decided": t("Your turn, as Erik: The model was wrong, an answer, then Decide."),
        "asked": t("Your turn, as Dana: tap Train a challenger."),
        "released": t("Your turn, as Dana: tap Release it, write a reason, then Release it now."),
    }.get(fact, "")


def answer_to_olga() -> str:
    """What Erik answers."""
    return t("You were right: M-14 runs well. Its torque sensor reads too high and will be changed.")


def reason_to_release() -> str:
    """Why Dana releases it."""
    return t("It learned from a reviewed flag on M-14, and every line of the gate is met.")
