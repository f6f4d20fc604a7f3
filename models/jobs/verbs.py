"""What people ask of the jobs: a training, or that one ends. Each verb checks the role itself."""

from data.people import Action, verb
from data.records import Job, Person
from data.store import Store
from data.usecase.use_case import UseCase
from models.dataset.choices import Choices
from models.jobs.schedule import KIND


@verb(Action.TRAIN)
def ask_for_training(person: Person, store: Store, use_case: UseCase, choices: dict | None = None) -> Job:
    """Ask for a challenger. ``choices``: as :meth:`models.dataset.choices.Choices.plain` has them; left out, none.

    Raises:
        NotAllowed: not with that role.
        ChoiceError: a choice that the use case does not have.
        StoreError: one is running, or the store cannot be written.
    """
    return store.jobs.submit(KIND, use_case.name, Choices.of(use_case, choices or {}).plain(), person.id)


@verb(Action.TRAIN)
def cancel_training(person: Person, store: Store, job: int) -> None:
    """Ask a training to end. Raises NotAllowed, StoreError."""
    store.jobs.cancel(job, person.id)
