"""The door to an MLflow server: publish a release there, or bring a model from there as a challenger. Optional: requirements-mlflow.txt.

The registry of Pullcord stays its own, because a release changes in the transaction of its audit row; MLflow gets a copy under the same alias.
"""

import importlib
import tempfile
from pathlib import Path
from types import ModuleType

from data.records import ReleaseRecord
from data.store import Store
from data.usecase.use_case import UseCase
from models.exchange.bringing import challenger_of
from models.exchange.bringing_kinds import kind_of
from models.exchange.release_folder import export_release
from models.exchange.tables import ExchangeError
from models.release.release import Release
from models.training.progress import Progress


def publish(release: Release, tracking_uri: str, champion: bool) -> str:
    """Register a release as the next version of ``pullcord-<use case>``, with figures, card and the folder for plain Python.

    Args:
        champion: whether it gets the alias ``champion`` (else ``challenger``).

    Returns:
        The model's address, ``models:/name/version``.

    Raises:
        ExchangeError: MLflow is not installed, or its server does not do it.
    """
    if release.booster is None:
        assert release.brought is not None
        raise ExchangeError(
            "Release {number} holds a model of another kind ({described}): publish the file it came from.",
            number=release.number,
            described=release.brought.described,
        )
    mlflow = _mlflow(tracking_uri)
    name = f"pullcord-{release.use_case.name}"
    held = release.record.figures.get("held_out", {})
    figures = {key: told["value"] for key, told in held.items() if isinstance(told, dict) and told.get("value") is not None}
    try:
        mlflow.set_experiment(name)
        with mlflow.start_run(run_name=f"release {release.number}"), tempfile.TemporaryDirectory() as work:
            mlflow.log_params({key: str(value) for key, value in release.manifest["params"].items()})
            mlflow.log_metrics(figures)
            mlflow.set_tags({"pullcord.release": release.number, "pullcord.digest": release.record.digest})
            mlflow.log_artifacts(str(export_release(release, Path(work) / "release")), "release")
            told = mlflow.xgboost.log_model(release.booster, name="model", registered_model_name=name, model_format="json")
        client, version = mlflow.MlflowClient(), told.registered_model_version
        client.set_registered_model_alias(name, "champion" if champion else "challenger", version)
        client.update_model_version(name, version, description=release.card[:5000])
    except mlflow.exceptions.MlflowException as error:
        raise ExchangeError(
            "{tracking_uri} did not take release {number}: {error}", tracking_uri=tracking_uri, number=release.number, error=error
        ) from None
    return f"models:/{name}/{version}"


def bring(
    home: Path,
    store: Store,
    use_case: UseCase,
    address: str,
    tracking_uri: str,
    person: str,
    progress: Progress = lambda *_: True,
    trusted: tuple[str, ...] = (),
) -> ReleaseRecord:
    """Make a model of an MLflow registry (``models:/name@alias`` or ``models:/name/3``) a challenger, judged like any other.

    A stranger's file is tried in a process of its own first; of XGBoost only JSON is taken, because a damaged binary one can crash what loads it.

    Raises:
        ExchangeError: it is not there, is no model that can be opened, or has other inputs than the use case.
    """
    mlflow = _mlflow(tracking_uri)
    with tempfile.TemporaryDirectory() as work:
        try:
            folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=work))
        except Exception as error:  # it raises of many kinds
            raise ExchangeError(
                "{address} cannot be had from {tracking_uri}: {error}", address=address, tracking_uri=tracking_uri, error=error
            ) from None
        found = sorted(file for file in folder.rglob("*.json") if '"learner"' in file.read_text(encoding="utf-8")[:200_000])
        found = found or sorted(file for file in folder.rglob("*") if kind_of(file))
        if not found:
            raise ExchangeError(
                '{address} holds no XGBoost model in JSON (log it with model_format="json"), no skops file '
                '(serialization_format="skops") and no ONNX file.',
                address=address,
            )
        return challenger_of(home, store, use_case, found[0], person, address, progress, trusted)


def _mlflow(tracking_uri: str) -> ModuleType:
    try:
        mlflow = importlib.import_module("mlflow")  # optional: it may not be there, also for a type checker
        importlib.import_module("mlflow.xgboost")
    except ImportError:
        raise ExchangeError("MLflow is not installed: pip install -r requirements-mlflow.txt") from None
    mlflow.set_tracking_uri(tracking_uri)
    mlflow.set_registry_uri(tracking_uri)
    return mlflow
