"""Flaws of the line that a demo or a test can switch on. Off, the line is exactly as without them.

| name | what changes | what stays true |
|---|---|---|
| sensor_drift | the torque sensor reads ``size`` Nm more with every hour (``most`` Nm at the most) | the machine is as it was: no failure comes of it |
| stuck_sensor | the torque sensor keeps the value that it had when the flaw began | likewise |
| new_product | type H runs slow-torque, at speeds of about 3,100 rpm never trained on | the published rules |
| leak | coolant is lost: process - air falls by ``size`` K an hour, at most 4 K | the published rules: heat failures come of it |
| shifted_overstrain_limit | the overstrain limit is ``size`` times the published one | readings as before, more (or fewer) failures |
| wrong_labels | a share ``size`` of the truth reports says the opposite | readings as before; only the reports lie |
| bad_rows | a share ``size`` of the rows arrives broken | the machine is as it was |
"""

from dataclasses import dataclass

from data.errors import PullcordError

DEFAULT_SIZE = {
    "sensor_drift": 6.0,
    "stuck_sensor": 0.0,
    "new_product": 0.0,
    "leak": 1.5,
    "shifted_overstrain_limit": 0.85,
    "wrong_labels": 0.2,
    "bad_rows": 0.01,
}


class FlawError(PullcordError, ValueError):
    """A flaw that cannot be switched on; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw, on the named assets (none: on all), from ``start_s`` to ``end_s`` of plant time (seconds since 1970); a drift stays at ``most``."""

    name: str
    assets: tuple[str, ...] = ()
    size: float = 0.0
    start_s: float = float("-inf")
    end_s: float = float("inf")
    most: float = float("inf")

    def hits(self, asset: str) -> bool:
        """Whether it is on this asset."""
        return not self.assets or asset in self.assets


def parse(text: str, known: tuple[str, ...] = ()) -> Flaw:
    """``name[:asset[+asset…][:size[:most]]]`` -> the flaw, e.g. ``shifted_overstrain_limit:M-14+M-15:0.85``; a drift of 25 an hour that ends
    at 22: ``sensor_drift:M-14:25:22``.

    Raises:
        FlawError: an unknown name or asset, or a size that is no number.
    """
    name, assets, size, most = (*text.split(":", 3), "", "", "")[:4]
    if name not in DEFAULT_SIZE:
        raise FlawError(
            "There is no flaw {name}. Known: {DEFAULT_SIZE}. Write name[:asset[+asset][:size[:most]]].",
            name=repr(name),
            DEFAULT_SIZE=", ".join(DEFAULT_SIZE),
        )
    named = tuple(asset for asset in assets.split("+") if asset not in ("", "all"))
    strangers = [asset for asset in named if known and asset not in known]
    if strangers:
        raise FlawError(
            "Flaw {text}: there is no machine {strangers}. Known: {known} … {known2}.",
            text=repr(text),
            strangers=repr(strangers[0]),
            known=known[0],
            known2=known[-1],
        )
    if most and name != "sensor_drift":
        raise FlawError(
            "Flaw {text}: only a drift ends at a most; write {name}:{assets}:{size}.",
            text=repr(text),
            name=name,
            assets=assets,
            size=size,
        )
    numbers = []
    for number, otherwise in ((size, DEFAULT_SIZE[name]), (most, float("inf"))):
        try:
            numbers.append(float(number) if number else otherwise)
        except ValueError:
            raise FlawError("Flaw {text}: the size {number} is no number.", text=repr(text), number=repr(number)) from None
    return Flaw(name, named, numbers[0], most=numbers[1])
