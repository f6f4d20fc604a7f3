"""Who of the processes runs which file of tests.

Two do all of them, the longest first: those in a browser, which wait a good part of their time. As long as they do, a third one, which makes way for
everybody else, works from the other end in what they leave of the processor.
"""

import os

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

BROWSER = "tests/e2e/"
_WORKERS = 2
_NICE = 10


class InTheGaps(LoadFileScheduling):
    """By file, as ``--dist loadfile``; whoever comes after the second process takes no file with a browser, and ends when those are taken."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if is_third(node.gateway.id):
            last = next((name for name in reversed(self.workqueue) if not name.startswith(BROWSER)), None)
            if last is None or not any(name.startswith(BROWSER) for name in self.workqueue):
                node.shutdown()
                return
            self.workqueue.move_to_end(last, last=False)
        super()._assign_work_unit(node)


def is_third(name: str) -> bool:
    """Whether the process that pytest-xdist calls so (``gw0``, ``gw1``, …) comes after those that do everything."""
    return int(name.removeprefix("gw")) >= _WORKERS


def make_way() -> None:
    """For a process of the tests: let all others go first, if it is a third one."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    if name.startswith("gw") and is_third(name) and hasattr(os, "nice"):
        os.nice(_NICE)
