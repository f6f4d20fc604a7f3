"""What is told while trees are grown, and the word that ends it."""

from xgboost import Booster
from xgboost.callback import TrainingCallback

from data.sentence import Sentence
from models.training.progress import Progress


class Telling(TrainingCallback):
    """Reports each tenth tree of at most ``rounds``, and stops the training when told to."""

    def __init__(self, progress: Progress, metric: str, rounds: int) -> None:
        super().__init__()
        self._progress, self._metric, self._rounds = progress, metric, rounds
        self.stopped, self.losses = False, [float("inf")]

    def after_iteration(self, model: Booster, epoch: int, evals_log: dict) -> bool:
        """Called by XGBoost after each tree; ``True`` ends the training."""
        loss = evals_log["watch"][self._metric][-1]
        self.losses.append(loss)
        if epoch % 10 == 9:
            self.stopped = not self._progress(
                0.05 + 0.55 * (epoch + 1) / self._rounds,
                Sentence(
                    "Tree {epoch} of at most {rounds}, loss {loss}", epoch=epoch + 1, rounds=self._rounds, loss=f"{loss:.4f}"
                ),
            )
        return self.stopped
