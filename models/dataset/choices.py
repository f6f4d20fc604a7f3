"""What a data scientist chooses for a training: hyper-parameters kept or searched, and what becomes of the corrections of reasons.

Explanatory interactive learning (Teso & Kersting 2019; Schramowski et al. 2020): a confirmed "should not matter" may become a group left
out, a constraint, or counter-examples. Nothing of it happens by itself, and the release says what was chosen.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Literal

from data.errors import PullcordError
from data.usecase.use_case import UseCase

Contradicted = Literal["keep", "leave_out", "relabel"]


class ChoiceError(PullcordError, ValueError):
    """A choice that cannot be carried out; the message names it and what to choose instead."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is done in one training.

    ``search``: look for hyper-parameters (small and seeded) instead of keeping them. ``contradicted``: what becomes of history that reviewed
    cases contradict (see ``models.corrections.contradiction``), ``label_errors``: of labels that the rest of the history denies (``models.corrections.label_errors``). ``leave_out``: groups that the model must not use. ``rises``/``falls``: features with
    which the risk may only rise, or fall. ``apart``: groups that may not act together with others. ``counterexamples``: copies of doubted
    cases with the doubted signals drawn anew (CAIPI).
    """

    search: bool = False
    contradicted: Contradicted = "keep"
    label_errors: Contradicted = "keep"
    leave_out: tuple[str, ...] = ()
    rises: tuple[str, ...] = ()
    falls: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    counterexamples: bool = False

    @classmethod
    def of(cls, use_case: UseCase, told: dict) -> "Choices":
        """The choices of a job's parameters.

        Raises:
            ChoiceError: an unknown key, group or feature, or nothing left to learn from.
        """
        known = {one.name for one in fields(cls)}
        for name in told:
            if name not in known:
                raise ChoiceError("There is no choice {name}; known: {known}.", name=repr(name), known=", ".join(sorted(known)))
        found = replace(cls(), **{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})
        for name, chosen in (("contradicted", found.contradicted), ("label_errors", found.label_errors)):
            if chosen not in ("keep", "leave_out", "relabel"):
                raise ChoiceError("{name} is {chosen}; choose keep, leave_out or relabel.", name=name, chosen=repr(chosen))
        for name, names, among in (
            ("leave_out", found.leave_out, tuple(use_case.groups)), ("apart", found.apart, tuple(use_case.groups)),
            ("rises", found.rises, use_case.features), ("falls", found.falls, use_case.features),
        ):  # fmt: skip
            for one in names:
                if one not in among:
                    raise ChoiceError(
                        "{name} names {one}, which {title} does not have; known: {among}.",
                        name=name,
                        one=repr(one),
                        title=use_case.title,
                        among=", ".join(among),
                    )
        if both := set(found.rises) & set(found.falls):
            raise ChoiceError("The risk cannot both rise and fall with {both}: choose one.", both=", ".join(sorted(both)))
        if set(found.leave_out) >= set(use_case.groups):
            raise ChoiceError("Every group of reasons is left out: there is nothing to learn from.")
        return found

    def plain(self) -> dict:
        """As a job's parameters: only what differs from a training without choices."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items() if v and v != "keep"}

    def constraints(self, use_case: UseCase) -> dict:
        """As parameters of XGBoost."""
        told: dict = {}
        if self.rises or self.falls:
            signs = [1 if f in self.rises else -1 if f in self.falls else 0 for f in use_case.features]
            told["monotone_constraints"] = f"({','.join(map(str, signs))})"
        if self.apart:
            place = {feature: at for at, feature in enumerate(use_case.features)}
            alone = [[place[f] for f in use_case.groups[group].features] for group in self.apart]
            kept = set().union(*map(set, alone))
            others = [at for at in range(len(use_case.features)) if at not in kept]
            told["interaction_constraints"] = str([*alone, *([others] if others else [])])
        return told

    def unused(self, use_case: UseCase) -> list[int]:
        """Places of the features that the model must not use."""
        return [at for at, feature in enumerate(use_case.features) if use_case.group_of(feature) in self.leave_out]
