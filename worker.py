"""The live loop as a process: reads the sources, predicts, explains, records; runs training jobs. Composition root.

python worker.py                                     the built-in line, live
python worker.py --readings 20000 --json             as fast as it can, a summary at the end
python worker.py --replay table.csv --json           a file through the same loop
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from data.records import GONE_S
from data.settings import PROJECT, Settings, SettingsError, load_settings, prepared_home
from data.store import Conflict, StoreError, open_store
from data.usecase_file import UseCaseError, load

log = logging.getLogger("pullcord.worker")


def ensure_running(settings: Settings) -> threading.Thread | None:
    """Keep an embedded worker alive for each use case of the settings, for the life of this process, unless they say that workers run
    elsewhere.

    Whenever none has given a sign of life of a use case for a while, one is started; it stops by itself when this process is gone.
    """
    if not settings.embedded_worker:
        return None
    threads = [
        threading.Thread(target=_keep, args=(settings, name), name=f"keep-worker-{name}", daemon=True)
        for name in settings.use_cases
    ]
    for thread in threads:
        thread.start()
    return threads[0]


def _keep(settings: Settings, use_case: str) -> None:
    store = open_store(settings.store_path)
    pause = 1.0
    while True:
        try:
            fresh = any(beat.use_case == use_case and beat.alive(datetime.now(UTC)) for beat in store.workers.all())
        except StoreError:
            fresh = True  # a store that cannot be read is told by the screens; a second process would not mend it
        if not fresh:
            log.info("no worker of %s is alive: starting one", use_case)
            environment = os.environ | {"PULLCORD_HOME": str(settings.home)}
            words = [sys.executable, "worker.py", "--use-case", use_case, "--parent", str(os.getpid())]
            subprocess.Popen(words, cwd=PROJECT, env=environment).wait()
            pause = min(pause * 2, 60)  # one that ends at once, again and again, must not be started in a tight loop
        time.sleep(pause if not fresh else GONE_S)
        pause = 1.0 if fresh else pause


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line. Exit codes: 0 done, 1 trouble that a person must mend, 2 wrong words, 3 another worker runs."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s", datefmt="%H:%M:%S")
    try:
        return _run(given)
    except Conflict as conflict:
        print(conflict, file=sys.stderr)
        return 3
    except (SettingsError, UseCaseError, StoreError) as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _run(given: argparse.Namespace) -> int:
    settings = load_settings(**{k: v for k, v in {"home": given.home, "speed": given.speed, "flaws": given.flaw}.items() if v})
    with _home(settings, given) as home:
        settings = settings.model_copy(update={"home": Path(home)})
        prepared_home(settings)
        while (summary := _shift(settings, given)) is None:
            log.info("a new showing of the demo is asked for")
    if isinstance(summary, int):
        return summary
    if given.json:
        print(json.dumps(summary))
    return 0


def _shift(settings: Settings, given: argparse.Namespace) -> dict | int | None:
    """The loop from opening the source until it ends: its summary, or an exit code. ``None``: only the demo's, which is to begin again."""
    from data.sources import SourceError, open_source
    from models.release import ReleaseError
    from models.training_progress import Stopped
    from models.worker import Worker

    if settings.demo:
        from models.staging import take_up

        take_up(settings, lambda share, message: log.info("%s (%.0f %%)", message, 100 * share) or True)
    store = open_store(settings.store_path)
    use_case = load(given.use_case or settings.use_cases[0], settings.home)
    try:
        source, delayed = open_source(
            use_case, store, settings, replay=given.replay, readings=given.readings, paced=given.speed is not None
        )
        worker = Worker(settings, store, use_case, source.name)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 1
    _stop_on_signal(worker, given.parent)
    again = _stop_for_a_new_showing(worker, settings)
    try:
        worker.ready()
        seconds = worker.run(source, delayed, given.readings)
        return None if again.is_set() else _summary(worker, source, seconds)
    except Stopped:  # told to end while the first release was being trained: the next start begins again
        return 0
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        store.workers.gone(worker.name)
        store.close()


def _stop_for_a_new_showing(worker, settings: Settings) -> threading.Event:
    """In the demo: stop the loop when its screens ask for a new showing. The event says that this is why it stopped."""
    again = threading.Event()
    if settings.demo:
        from models.staging import asked_for

        def watch() -> None:
            while not worker.stopping.wait(0.2):
                if asked_for(settings.home):
                    again.set()
                    worker.stopping.set()

        threading.Thread(target=watch, daemon=True).start()
    return again


def _summary(worker, source, seconds: float) -> dict:
    from models.detection import replay_truth

    summary = {
        "readings": worker.delivered,
        "recorded": worker.recorded,
        "quarantined": worker.quarantined,
        "seconds": round(seconds, 3),
        "rows_per_second": round(worker.delivered / seconds, 1) if seconds else None,
        "release": worker.release,
    }
    truth = replay_truth(worker.store, worker.use_case, source, worker.loaded)
    return summary | ({"truth": truth} if truth else {})


def _home(settings: Settings, given: argparse.Namespace):
    """A measuring run without a home of its own goes into an empty one that is removed afterwards."""
    if given.readings is not None and not given.home and not os.environ.get("PULLCORD_HOME"):
        return tempfile.TemporaryDirectory(prefix="pullcord-")
    from contextlib import nullcontext

    return nullcontext(settings.home)


def _stop_on_signal(worker, parent: int | None) -> None:
    """Stop cleanly on Ctrl-C or TERM, and when the process that started this one is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: worker.stopping.set())
    if parent:

        def watch() -> None:
            while os.getppid() == parent and not worker.stopping.wait(1.0):
                pass
            worker.stopping.set()

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
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of readings: write a whole number from 1 on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
