"""A scikit-learn model from a skops file: data and the names of types, never code; only types that somebody named are built.

https://skops.readthedocs.io/en/stable/persistence.html. A pickle is never opened, whatever it is called.
"""

import io
import re
import sys
import zipfile
from typing import Any

from models.kinds.errors import ModelFileError

Model = Any
"""A fitted model of whichever library: nothing is known of its type, what it has is asked of it."""
LARGEST = 2_000_000_000
"""Bytes that a file may unpack to."""
USUAL = ("sklearn.", "xgboost.", "numpy.", "scipy.")
"""Libraries that Pullcord itself runs on: types of these in a model are nothing unusual, and still have to be named."""


def untrusted(content: bytes, name: str) -> tuple[str, ...]:
    """The types in a file that skops does not know to be harmless, by name.

    Raises:
        ModelFileError: it is no skops file, or it holds something that is never built: what belongs to Python itself (``os.system``, ``builtins.eval``).
    """
    if content[:1] == b"\x80":
        raise ModelFileError(
            "{name} is a pickle, whatever it is called: opening one runs whatever code is in it, so Pullcord never does. Save "
            "the model with skops.io.dump(model, 'model.skops').",
            name=name,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
            if size > LARGEST:
                raise ModelFileError(
                    "{name} unpacks to {size} GB, more than a model may have ({LARGEST} GB).",
                    name=name,
                    size=f"{size / 1000000000.0:.1f}",
                    LARGEST=f"{LARGEST / 1000000000.0:.0f}",
                )
            if damaged := packed.testzip():
                raise ModelFileError(
                    "{name} is damaged: {damaged} in it is not what was saved. Save the model again.", name=name, damaged=damaged
                )
        from skops.io import get_untrusted_types

        found = tuple(sorted(get_untrusted_types(data=content)))
    except ModelFileError:
        raise
    except Exception as error:  # of a damaged file it raises of many kinds
        raise ModelFileError(
            "{name} is no skops file that can be opened ({error}). Save the model with skops.io.dump(model, 'model.skops').",
            name=name,
            error=_short(error),
        ) from None
    never = [one for one in found if one.split(".")[0] in sys.stdlib_module_names]
    if never and (kind := re.search(rb"HistGradientBoosting\w+", _schema(content))):
        raise ModelFileError(
            "{name} is a {kind} with categorical_features, which scikit-learn saves together with code ({never} piece of "
            "Python's own), and code is never built from a file. Train it without categorical_features: give it the codes of the "
            "categories as numbers, or put an OrdinalEncoder in front of it.",
            name=name,
            kind=kind[0].decode(),
            never=len(never),
        )
    if never:
        raise ModelFileError(
            "{name} holds {never}: what belongs to Python itself can do anything, and is never built from a file. Write that "
            "step with scikit-learn's own transformers.",
            name=name,
            never=", ".join(never),
        )
    return found


def _schema(content: bytes) -> bytes:
    """What the file says that it is made of, as it stands there."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read("schema.json") if "schema.json" in packed.namelist() else b""


def opened(content: bytes, trusted: tuple[str, ...], name: str) -> Model:
    """The model, built of the types that skops knows and of those that are named in ``trusted``.

    Raises:
        ModelFileError: it holds another type, or cannot be built.
    """
    lacking = [one for one in untrusted(content, name) if one not in trusted]
    if lacking:
        raise ModelFileError("{name} holds types that nobody has named: {lacking}.", name=name, lacking=", ".join(lacking))
    from skops.io import loads

    try:
        model = loads(content, trusted=list(trusted))
    except Exception as error:
        raise ModelFileError(
            "{name} cannot be opened ({error}): save it with the scikit-learn that runs here ({version}).",
            name=name,
            error=_short(error),
            version=_version(),
        ) from None
    if not hasattr(model, "predict"):
        raise ModelFileError("{name} holds a {model}, which predicts nothing.", name=name, model=type(model).__name__)
    _one_thread(model)
    return model


def told(model: Model) -> str:
    """What it is made of, in its own names: ``StandardScaler, LogisticRegression``."""
    steps = [step for _, step in model.steps] if hasattr(model, "steps") else [model]
    return ", ".join(type(step).__name__ for step in steps)


def _one_thread(model: Model) -> None:
    """Small batches are faster on one thread than on many, and the rest of the plant wants the other cores."""
    wanted = {key: 1 for key in getattr(model, "get_params", dict)() if re.search(r"(^|__)n_jobs$", key)}
    if wanted:
        model.set_params(**wanted)


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _version() -> str:
    import sklearn

    return sklearn.__version__
