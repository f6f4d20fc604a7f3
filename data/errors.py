"""Every error of the house that a person can meet and mend: one root, and what it says as a sentence that can be told in any language.

The tree, with the file that defines each and what it is for. ``·`` marks those that no screen translates: they are about files that are written
in English keys, or are met at the command line alone. A test holds the drawing to the classes.

    PullcordError            data/errors.py               what a person must mend
    ├── BackupError ·        data/backup/__init__.py      no backup can be made, listed or restored
    │   └── Busy ·           data/backup/make.py          another backup is being made
    ├── CannotExplain        explainers/shapley/contract.py  a row or a model that a method cannot explain
    │   └── NoContributions ·  explainers/shapley/contract.py  a model without contributions of its own
    ├── ChoiceError          models/dataset/choices.py    a choice for a training that the use case does not have
    ├── Ended ·              data/bounded.py              a bounded process gave no answer
    ├── ExchangeError        models/exchange/tables.py    what comes from or goes to other tools
    ├── ExpressionError ·    data/readings/expressions.py  arithmetic in usecase.yaml
    ├── FetchError ·         data/usecases/tennessee_eastman/fetch.py  tables that cannot be fetched
    ├── FirstReleaseError    models/jobs/first_release.py  a line that cannot be made ready
    ├── FlawError ·          data/usecases/milling/flaws.py  a staged flaw that the line does not have
    ├── GateError            models/judging/gate.py       a release that may not go live
    ├── GoldError            models/training/gold.py      a gold set that is not what was frozen
    ├── HookError            data/usecase/hooks.py        a use case's own file that cannot be imported
    ├── LineEnded            models/live/keeping.py       a worker that ended by itself
    ├── MappingError         data/tables/unread.py        a table that does not fit the use case
    ├── ModelFileError       models/kinds/errors.py       a model file that cannot be used
    ├── NotAllowed           data/people.py               what a role does not permit
    ├── OnboardingError      data/onboarding/target.py    a table of which no line can be made
    ├── ReleaseError         models/release/checked.py    a release that cannot be used
    ├── SettingsError ·      data/settings.py             settings.yaml and PULLCORD_ variables
    ├── SourceError          data/sources/contract.py     readings that cannot be had
    ├── StoreError           data/store/contract/errors.py  the store cannot be used
    │   ├── Conflict         data/store/contract/errors.py  somebody else was first
    │   │   └── Stale        data/store/contract/errors.py  what was written rests on an older version
    │   ├── NotFound         data/store/contract/errors.py  no record of that id
    │   └── TooMuch          data/store/contract/errors.py  more than can be kept
    ├── TableError           data/tables/limits.py        a table that cannot be read
    ├── TrainingSetError     models/dataset/history.py    nothing to learn from
    ├── UseCaseError ·       data/usecase/file.py         usecase.yaml
    └── ZoneError ·          data/zones.py                a time zone that is none
"""

import re
from typing import NamedTuple

from data.sentence import Place, Sentence, sentence_of


class PullcordError(Exception):
    """Something that a person must mend: whole sentences that say what is wrong, where (file, row, name), and what to write or do instead.

    ``raise NotFound("There is no case {number}.", number=7)``: a template and what fills its places. A place may be another error, which is told in
    its turn; in place of the template an error or a sentence says the same over again. Whatever starts a command or draws a screen may tell it;
    anything that is no ``PullcordError`` is a fault of the program.
    """

    def __init__(self, template: "str | BaseException" = "", /, **places: object) -> None:
        self.sentence = Sentence(template, **places) if isinstance(template, str) and places else sentence_of(template)
        super().__init__(str(self.sentence))

    @property
    def template(self) -> str:
        """The English sentence with its places open."""
        return self.sentence.template

    @property
    def places(self) -> dict[str, Place]:
        """What fills them."""
        return dict(self.sentence.places)

    def __str__(self) -> str:
        return str(self.sentence)

    def __reduce__(self) -> tuple:
        """For pickle and copy: as it stands, whatever its class wants to be made of."""
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[PullcordError], args: tuple) -> PullcordError:
    return kind.__new__(kind, *args)


class Drawn(NamedTuple):
    """A line of the tree. ``translated``: whether screens tell it in the reader's language."""

    name: str
    parent: str
    file: str
    translated: bool


def drawn() -> list[Drawn]:
    """The tree as the docstring of this module draws it, from the top."""
    found, above = [], []
    for line in (__doc__ or "").splitlines():
        told = re.fullmatch(r" {4}([ │├└─]*)(\w+)( ·)? +(\S+\.py) +\S.*", line)
        if told:
            depth = len(told[1]) // 4
            above[depth:] = [told[2]]
            found.append(Drawn(told[2], above[depth - 1] if depth else "", told[4], told[3] is None))
    return found
