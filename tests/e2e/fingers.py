"""A finger on the screen."""

import time


class Finger:
    """Touches as the screen's driver reports them: what they become (a scroll, a drag, a tap) is the browser's own judgement."""

    def __init__(self, page):
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def touch(self, kind, *points, at=None):
        said = {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        self.cdp.send("Input.dispatchTouchEvent", said | ({"timestamp": at} if at else {}))

    def taps(self, x, y, count):
        """Taps a tenth of a second apart, however slow the machine is on which this runs."""
        begun = time.time()
        for tap in range(count):
            self.touch("touchStart", (x, y), at=begun + 0.1 * tap)
            self.touch("touchEnd", at=begun + 0.1 * tap + 0.04)

    def swipe(self, x, y, dx=0, dy=0, steps=12):
        self.touch("touchStart", (x, y))
        for step in range(1, steps + 1):
            self.touch("touchMove", (x + dx * step / steps, y + dy * step / steps))
            self.page.wait_for_timeout(16)
        self.touch("touchEnd")
        self.page.wait_for_timeout(400)
