"""Flags and verdicts as Label Studio tasks, and back: https://labelstud.io/guide/task_format.

A task is a case: ``data`` holds the reading in words, ``predictions`` what the release said, ``annotations`` the verdicts. Coming back, every
annotation that the case does not have yet becomes a verdict; what cannot be taken is told and stops nothing else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

from data.people import Action, verb
from data.records import Case, CaseState, Person, Verdict, VerdictKind
from data.sentence import Sentence, sentence_of
from data.store import NotFound, Store, StoreError
from data.usecase.use_case import UseCase
from models.exchange.tables import ExchangeError

MOST_BYTES = 100_000_000
MOST_TEXT = 20_000
"""Letters of an answer."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An annotation that was not taken: of which task and case, which field, and what to write instead."""

    task: int
    case: str
    field: str
    told: Sentence


def labeling_config(use_case: UseCase) -> str:
    """The labelling interface that belongs to these tasks, to paste into the project's settings."""

    def choices(name: str, values: Sequence[str], more: str = "") -> str:
        inner = "".join(f"<Choice value={quoteattr(value)}/>" for value in values)
        return f'<Choices name="{name}" toName="reading" choice="single"{more}>{inner}</Choices>'

    outcomes, causes = list(use_case.target.outcomes.values()), list(use_case.target.causes)
    only = ' visibleWhen="choice-selected" whenTagName="verdict" whenChoiceValue="model_wrong"'
    return (
        '<View><Text name="reading" value="$text"/>'
        + choices("verdict", [str(kind) for kind in VerdictKind], ' required="true"')
        + choices("outcome", outcomes, only)
        + choices("cause", causes, only)
        + '<TextArea name="answer" toName="reading" maxSubmissions="1" required="true"/></View>'
    )


def tasks(use_case: UseCase, store: Store) -> list[dict]:
    """Every case as a task, oldest first."""
    cases = store.feedback.queue(use_case.name, states=tuple(CaseState), limit=1_000_000)
    return [task for case in sorted(cases, key=lambda one: one.id) if (task := _task(use_case, store, case)) is not None]


@verb(Action.REVIEW)
def import_tasks(use_case: UseCase, store: Store, told: object, person: Person | None) -> tuple[int, list[Problem]]:
    """Take the annotations of a Label Studio export as verdicts of ``person``. Twice is once.

    Returns:
        How many verdicts were recorded, and what was not taken.

    Raises:
        NotAllowed: not with that role.
        ExchangeError: it is no list of tasks.
    """
    assert person is not None
    if not isinstance(told, list) or not all(isinstance(task, dict) for task in told):
        raise ExchangeError("This is no Label Studio export: a JSON list of tasks is needed (Export → JSON).")
    taken, problems = 0, []
    for at, task in enumerate(told):
        data = task.get("data") if isinstance(task.get("data"), dict) else task
        number = data.get("case")
        try:
            case = store.feedback.case(int(number))
            if case.use_case != use_case.name or data.get("use_case", use_case.name) != use_case.name:
                raise NotFound("Case {number} is not of {name}.", number=number, name=use_case.name)
        except (NotFound, TypeError, ValueError, OverflowError):
            problems.append(
                Problem(
                    at,
                    str(number),
                    "data.case",
                    Sentence(
                        "there is no case {number} of {use_case} here: leave data.case as it was exported",
                        number=number,
                        use_case=use_case.name,
                    ),
                )
            )
            continue
        read = data.get("case_version")  # an older export does not say what its reader could see
        given = task.get("annotations")
        for annotation in given if isinstance(given, list) else []:
            if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
                continue
            found = _verdict(use_case, case.id, annotation)
            if isinstance(found, tuple):
                problems.append(Problem(at, str(case.id), *found))
                continue
            if any(_same(found, one) for one in store.feedback.verdicts(case.id)):
                continue
            try:
                store.feedback.claim(case.id, person.id, seen=replace(case, version=read) if isinstance(read, int) else None)
                store.feedback.decide(Verdict(case.id, person.id, found.kind, found.answer, found.outcome, found.cause))
                taken += 1
                read = store.feedback.case(case.id).version  # what was decided a moment ago is known here
            except (StoreError, ValueError) as error:
                problems.append(Problem(at, str(case.id), "annotations", sentence_of(error)))
    return taken, problems


def read_tasks(file: Path) -> object:
    """The content of an export.

    Raises:
        ExchangeError: it cannot be read, or is no JSON.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ExchangeError(
                "{file} has {st_size} MB; an export may have {MOST_BYTES} MB.",
                file=file,
                st_size=f"{file.stat().st_size / 1000000.0:.0f}",
                MOST_BYTES=f"{MOST_BYTES / 1000000.0:.0f}",
            )
        return told_tasks(file.read_bytes(), str(file))
    except OSError as error:
        raise ExchangeError("{file} cannot be read ({strerror}).", file=file, strerror=error.strerror) from None


def told_tasks(content: bytes, what: str) -> object:
    """The same of what was uploaded. ``what`` names it in errors."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ExchangeError(
            "{what} is no JSON ({error}): export the project as JSON.", what=what, error=str(error)[:200]
        ) from None


def _task(use_case: UseCase, store: Store, case: Case) -> dict | None:
    try:
        seen = store.readings.prediction(use_case.name, case.reading)
    except NotFound:
        return None
    flags = [flag for flag in store.feedback.case_flags(case.id) if flag.withdrawn is None]
    values = {}
    for name, value in seen.values.items():
        signal = use_case.signals[name]
        values[signal.label] = value if isinstance(value, str) else f"{value:.{max(signal.decimals, 0)}f} {signal.unit}".strip()
    shown = [reason["text"] for flag in flags[-1:] for reason in flag.snapshot.get("reasons", []) if reason.get("text")]
    said = [f"{flag.kind}: {flag.reason or ''} {flag.comment}".strip() for flag in flags]
    lines = [f"{case.asset}, {seen.time:%Y-%m-%d %H:%M:%S} UTC, release {case.release}: risk {case.score:.1%}"]
    lines += [f"{label}: {value}" for label, value in values.items()]
    outcome = use_case.target.outcomes[int(case.score >= use_case.advice.possible.enter)]
    return {
        "data": {
            "case": case.id, "use_case": use_case.name, "asset": case.asset, "case_version": case.version, "time": seen.time.isoformat(), "release": case.release,
            "risk": case.score, "values": values, "reasons_shown": shown, "said": said, "text": "\n".join([*lines, *shown, *said]),
        },
        "predictions": [
            {"model_version": f"release {case.release}", "score": case.score, "result": [_choice("outcome", outcome)]}
        ],
        "annotations": [_annotation(use_case, one) for one in store.feedback.verdicts(case.id)],
    }  # fmt: skip


def _annotation(use_case: UseCase, verdict: Verdict) -> dict:
    result = [_choice("verdict", str(verdict.kind)) | {"meta": {"text": [f"decided by {verdict.person}"]}}]
    if verdict.outcome is not None:
        result.append(_choice("outcome", use_case.target.outcomes[int(verdict.outcome)]))
    if verdict.cause:
        result.append(_choice("cause", verdict.cause))
    result.append({"from_name": "answer", "to_name": "reading", "type": "textarea", "value": {"text": [verdict.answer]}})
    return {"result": result, "was_cancelled": False, "created_at": verdict.decided.isoformat() if verdict.decided else None}


def _choice(name: str, value: str) -> dict:
    return {"from_name": name, "to_name": "reading", "type": "choices", "value": {"choices": [value]}}


def _verdict(use_case: UseCase, case: int, annotation: dict) -> Verdict | tuple[str, Sentence]:
    """The verdict that an annotation says, or the field that is wrong and what to write instead."""
    said: dict[str, str] = {}
    results = annotation.get("result")
    for one in results if isinstance(results, list) else []:
        value = one.get("value", {}) if isinstance(one, dict) else {}
        chosen = (value.get("choices") or value.get("text")) if isinstance(value, dict) else None
        first = next(iter([chosen] if isinstance(chosen, str) else chosen if isinstance(chosen, list) else []), None)
        if first is not None:
            said[str(one.get("from_name"))] = str(first)
    kinds = [str(kind) for kind in VerdictKind]
    if said.get("verdict") not in kinds:
        return "verdict", Sentence(
            "{said} is no verdict; choose one of {known}", said=repr(said.get("verdict")), known=", ".join(kinds)
        )
    if not said.get("answer", "").strip():
        return "answer", Sentence("the operator waits for an answer: write one")
    if len(said["answer"]) > MOST_TEXT:
        return "answer", Sentence(
            "it has {letters} letters: write at most {most}", letters=f"{len(said['answer']):,}", most=f"{MOST_TEXT:,}"
        )
    kind, outcomes = VerdictKind(said["verdict"]), {word: code for code, word in use_case.target.outcomes.items()}
    if kind is not VerdictKind.MODEL_WRONG:
        return Verdict(case, "", kind, said["answer"].strip())
    if said.get("outcome") not in outcomes:
        return "outcome", Sentence(
            "{said} is no outcome; choose one of {known}", said=repr(said.get("outcome")), known=", ".join(outcomes)
        )
    cause = said.get("cause")
    if cause is not None and cause not in use_case.target.causes:
        return "cause", Sentence(
            "{said} is no cause; choose one of {known}", said=repr(cause), known=", ".join(use_case.target.causes)
        )
    return Verdict(case, "", kind, said["answer"].strip(), float(outcomes[said["outcome"]]), cause)


def _same(a: Verdict, b: Verdict) -> bool:
    return (a.kind, a.answer, a.outcome, a.cause) == (b.kind, b.answer.strip(), b.outcome, b.cause)
