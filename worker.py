"""The live loop as a process: reads the sources, predicts, explains, records; runs training jobs. Composition root.

python worker.py                                     the built-in line, live
python worker.py --readings 20000 --json             as fast as it can, a summary at the end
python worker.py --replay table.csv --json           a file through the same loop
python worker.py --lines                             every line of the home, each in a process of its own, as the dashboard does it
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from data.commands import command
from data.settings import Settings, load_settings, prepared_home
from data.store import Conflict, open_store
from data.usecase.file import load

if TYPE_CHECKING:
    from data.sources.contract import Source
    from models.live.worker import Worker

log = logging.getLogger("pullcord.worker")
AGAIN_S = 30.0
"""Until a first release that could not be made is tried again."""
OVER = 4


@command
def main(arguments: list[str] | None = None) -> int:
    """Run from the command line. Exit codes: 0 done, 1 trouble that a person must mend, 2 wrong words, 3 another worker runs, 4 a line of the home
    has come to the end of its file."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    try:
        return _run(given)
    except Conflict as conflict:
        print(conflict, file=sys.stderr)
        return 3


def _run(given: argparse.Namespace) -> int:
    settings = load_settings(**{k: v for k, v in {"home": given.home, "speed": given.speed, "flaws": given.flaw}.items() if v})
    with _home(settings, given) as home:
        settings = settings.model_copy(update={"home": Path(home)})
        prepared_home(settings)
        if given.lines:
            return _keep_lines(settings, given.parent)
        while (summary := _shift(settings, given)) is None:
            log.info("it begins again")
    if isinstance(summary, int):
        return summary
    if given.json:
        print(json.dumps(summary))
    return 0


def _keep_lines(settings: Settings, parent: int | None) -> int:
    from models.live.keeping import Keeper

    keeper = Keeper(settings)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: keeper.stop())
    _stop_without(parent, keeper.stopping)
    keeper.run()
    return 0


def _shift(settings: Settings, given: argparse.Namespace) -> dict | int | None:
    """The loop from opening the source until it ends: its summary, or an exit code. ``None``: it is to begin again, with everything read anew:
    a new showing of the demo, the clock was put right, or a first release that could not be made (a file may have been mended meanwhile)."""
    from data.sources import SourceError, open_source
    from data.usecase.hooks import HookError
    from models.jobs.first_release import FirstReleaseError
    from models.live.worker import Worker
    from models.training.progress import Stopped

    staged = {}
    if settings.demo:
        from models.demo import showing
        from models.demo.staging import take_up

        staged = showing.staged(settings)
        take_up(settings, lambda share, message: log.info("%s (%.0f %%)", message, 100 * share) or True)
    store = open_store(settings.store_path)
    use_case = load(given.use_case or settings.use_cases[0], settings.home)
    try:
        store.readings.prepare(use_case)
        if aside := store.readings.set_aside_future(use_case.name):
            log.warning(
                "%s readings of %s are stamped later than now, by a clock that was ahead: set aside", aside, use_case.name
            )
        source, delayed = open_source(
            use_case,
            store,
            settings,
            replay=given.replay,
            readings=given.readings,
            paced=given.speed is not None,
            once=given.kept,
            staged=staged,
        )
        worker = Worker(settings, store, use_case, source.name)
    except (SourceError, HookError) as error:
        try:
            worker = Worker(settings, store, use_case, use_case.name) if _stays(given) else None
            return _cannot_begin(worker, error, given)
        finally:
            store.close()
    for said in getattr(source, "said", ()):
        log.info("%s", said)
    _stop_on_signal(worker, given.parent)
    again = _stop_for_a_new_showing(worker, settings)
    try:
        worker.ready()
        seconds = worker.run(source, delayed, given.readings)
        if given.kept and source.exhausted():
            return OVER
        return None if again.is_set() or worker.again else _summary(worker, source, seconds)
    except FirstReleaseError as error:
        return _cannot_begin(worker if _stays(given) else None, error, given)
    except Stopped:  # told to end while the first release was being trained: the next start begins again
        return 0
    finally:
        store.workers.gone(worker.name)
        store.close()


def _stays(given: argparse.Namespace) -> bool:
    """Whether it says on the screens what keeps it from beginning, and tries again, instead of ending: where another process has started it, whose
    output nobody reads. Who starts one by hand is told and has the exit code."""
    return given.readings is None and not given.json and given.parent is not None


def _cannot_begin(worker: Worker | None, error: Exception, given: argparse.Namespace) -> int | None:
    """What keeps it from beginning is told; then ``None``: it begins again, or an exit code. Without a ``worker`` to say it, it ends."""
    print(error, file=sys.stderr)
    if worker is None:
        return 1
    _stop_on_signal(worker, given.parent)
    told_to_end = worker.rest(AGAIN_S, error)
    worker.stopping.set()  # the threads that watch over this try
    worker.store.workers.gone(worker.name)
    return 0 if told_to_end else None


def _stop_for_a_new_showing(worker: Worker, settings: Settings) -> threading.Event:
    """In the demo: stop the loop when its screens ask for a new showing. The event says that this is why it stopped."""
    again = threading.Event()
    if settings.demo:
        from models.demo.staging import asked_for

        def watch() -> None:
            while not worker.stopping.wait(0.2):
                if asked_for(settings.home):
                    again.set()
                    worker.stopping.set()

        threading.Thread(target=watch, daemon=True).start()
    return again


def _summary(worker: Worker, source: Source, seconds: float) -> dict:
    from models.watching.detection import replay_truth

    said = getattr(source, "said", ())
    summary = {
        "readings": worker.delivered,
        "recorded": worker.recorded,
        "quarantined": worker.quarantined,
        "seconds": round(seconds, 3),
        "rows_per_second": round(worker.delivered / seconds, 1) if seconds else None,
        "release": worker.release,
    }
    truth = replay_truth(worker.store, worker.use_case, source, worker.loaded)
    return summary | ({"said": list(said)} if said else {}) | ({"truth": truth} if truth else {})


def _home(settings: Settings, given: argparse.Namespace) -> AbstractContextManager[str | Path]:
    """A measuring run without a home of its own goes into an empty one that is removed afterwards."""
    if given.readings is not None and not given.home and not os.environ.get("PULLCORD_HOME"):
        return tempfile.TemporaryDirectory(prefix="pullcord-")
    from contextlib import nullcontext

    return nullcontext(settings.home)


def _stop_on_signal(worker: Worker, parent: int | None) -> None:
    """Stop cleanly on Ctrl-C or TERM, and when the process that started this one is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: worker.stopping.set())
    _stop_without(parent, worker.stopping)


def _stop_without(parent: int | None, stopping: threading.Event) -> None:
    """Set ``stopping`` when the process that started this one is gone."""
    if parent:

        def watch() -> None:
            while os.getppid() == parent and not stopping.wait(1.0):
                pass
            stopping.set()

        threading.Thread(target=watch, daemon=True).start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="worker.py", description="The live loop: reads, predicts, explains, records; runs training jobs."
    )
    parser.add_argument("--use-case", help="which use case (default: the first of the settings)")
    parser.add_argument("--readings", type=_count, help="stop after that many readings, as fast as it can, into an empty home")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="replay a file through the loop instead of the built-in line")
    parser.add_argument("--speed", type=float, help="times real time; a replay without it runs as fast as it can")
    parser.add_argument("--flaw", action="append", metavar="NAME[:ASSET[:SIZE]]", help="switch on a flaw of the built-in line")
    parser.add_argument("--home", type=Path, help="folder of everything that is kept (default: the settings')")
    parser.add_argument("--json", action="store_true", help="print a summary as one JSON object at the end")
    parser.add_argument(
        "--lines", action="store_true", help="every line of the home, each in a process of its own, until told to stop"
    )
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)  # a line of the home: its file is replayed once
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of readings: write a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
