"""A release as one folder that plain Python with numpy and xgboost can use: model, inputs, a script that predicts, the card, checksums."""

import io
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from data.usecase.use_case import UseCase
from models.exchange.tables import ExchangeError
from models.release.checked import digest_of
from models.release.release import Release

SCRIPT = Path(__file__).with_name("predict_alone.py")
_README = """# {title}, release {number}

`python predict.py rows.csv` prints a JSON object for each row: its risk, and the share of every input in log-odds. It needs Python with
numpy and xgboost, nothing else. The CSV has a column for each signal ({signals}); categories as their text.

    from predict import load, predict
    risks = predict(load("."), [{{"torque": 40.0, ...}}])

`SHA256SUMS` holds what was exported: `sha256sum -c SHA256SUMS`. The card says what the model is for, and what not.
"""
_BROUGHT = """# {title}, release {number}

This model was trained elsewhere ({described}) and lies here as it came. Open it with

    {how}

Its inputs are {features}; `inputs.json` says what each of them is made of. `SHA256SUMS` holds what was exported: `sha256sum -c SHA256SUMS`. The
card says what the model is for, and what not.
"""
_OPEN = {
    "skops": "skops.io.load('model.skops', trusted={trusted})",
    "onnx": "onnxruntime.InferenceSession('model.onnx')",
}


def export_release(release: Release, place: Path) -> Path:
    """Write the folder ``place``, or one .zip of it.

    Raises:
        ExchangeError: something is there already, or it cannot be written.
    """
    if place.exists():
        raise ExchangeError("{place} is there already: name another place, or remove it first.", place=place)
    try:
        if place.suffix == ".zip":
            packed = zipped(release)
            with place.open("xb") as file:
                file.write(packed)
            return place
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".export-") as work:
            _write(release, Path(work) / "release")
            os.rename(Path(work) / "release", place)  # fails where somebody else has written meanwhile
    except OSError as error:
        raise ExchangeError(
            "{place} cannot be written ({strerror}): name another place.", place=place, strerror=error.strerror
        ) from None
    return place


def zipped(release: Release) -> bytes:
    """The folder in a zip archive."""
    name, packed = f"{release.use_case.name}-release-{release.number}", io.BytesIO()
    with tempfile.TemporaryDirectory() as work, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(release, Path(work) / name)
        for file in sorted((Path(work) / name).iterdir()):
            archive.write(file, f"{name}/{file.name}")
    return packed.getvalue()


def _write(release: Release, folder: Path) -> None:
    use_case = release.use_case
    folder.mkdir(parents=True)
    (folder / "inputs.json").write_text(json.dumps(_inputs(use_case, release), indent=1, ensure_ascii=False), encoding="utf-8")
    said = {"title": use_case.title, "number": release.number, "signals": ", ".join(use_case.signals)}
    if release.brought:  # the file as it came: whoever trained it knows how it is asked
        (folder / release.brought.file).write_bytes(release.brought.content)
        how = _OPEN[release.brought.kind].format(trusted=list(release.brought.trusted))
        text = _BROUGHT.format(described=release.brought.described, how=how, features=", ".join(use_case.features), **said)
    else:
        assert release.booster is not None
        release.booster.save_model(folder / "model.json")
        shutil.copy(SCRIPT, folder / "predict.py")
        text = _README.format(**said)
    (folder / "README.md").write_text(text, encoding="utf-8")
    (folder / "card.md").write_text(release.card, encoding="utf-8")
    sums = [f"{digest_of(file)}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def _inputs(use_case: UseCase, release: Release) -> dict:
    return {
        "use_case": use_case.name,
        "release": release.number,
        "signals": {name: {"unit": s.unit, "categories": list(s.categories)} for name, s in use_case.signals.items()},
        "derived": {name: {"unit": d.unit, "expression": d.expression} for name, d in use_case.derived.items()},
        "outcomes": {str(code): word for code, word in use_case.target.outcomes.items()},
        "thresholds": release.manifest.get("advice", {}),
    }
