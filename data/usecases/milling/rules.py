"""When a product fails: the published rules of AI4I 2020 (UCI 601; Matzka 2020), applied to what is recorded.

Held against the published table: on its own columns these expressions give its HDF, PWF and OSF flags without exception. The
heat rule compares float64 differences of values with one decimal, so of the rows at exactly 8.6 K about half count as below
(308.6 - 300.0 is 8.600000000000023, 305.9 - 297.3 is 8.599999999999966). That is kept, because the table was made so.
"""

import numpy as np

MODES = ("HDF", "PWF", "OSF", "TWF", "RNF")
TYPES = ("L", "M", "H")
TYPE_SHARES = (0.6, 0.3, 0.1)
"""As in the table; the accompanying text says 50/30/20."""
CUTTING_MIN = (2, 3, 5)
"""Minutes of cutting of a product of type L, M, H: the wear that it adds to the tool."""
OVERSTRAIN_LIMIT = (11_000.0, 12_000.0, 13_000.0)  # min·Nm for L, M, H
TOOL_LIFE_MIN = (200.0, 240.0)
TOOL_FAILS = 0.387
"""Share of tools that fail at the end of their life instead of being replaced (46 of 119 in the table)."""
RANDOM_FAILURE = 0.001
SPEED_RANGE = (1168.0, 2886.0)
TORQUE_RANGE = (3.8, 76.6)
_SPEED_CURVE = (-0.03875479, 0.54949215, -2.79430805, 5.63048323, 4.15963721)
_SPEED_SPREAD = 0.0332


def power_w(torque: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Mechanical power in W from torque in Nm and speed in rpm."""
    return torque * speed * (2 * np.pi / 60)


def speed_for(torque: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Speed in rpm at a torque in Nm: a quartic of the logarithms, fitted to the table, times a log-normal spread."""
    return np.clip(np.exp(np.polyval(_SPEED_CURVE, np.log(torque)) + _SPEED_SPREAD * deviation), *SPEED_RANGE)


def rule_modes(
    kind: np.ndarray,
    air: np.ndarray,
    process: np.ndarray,
    speed: np.ndarray,
    torque: np.ndarray,
    wear: np.ndarray,
    overstrain: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Which of the three deterministic modes each reading is in.

    Args:
        kind: (n,) index into ``TYPES``; the others (n,) in K, K, rpm, Nm, min, as recorded.
        overstrain: factor on the overstrain limit (1 as published).

    Returns:
        (n, 3) bool: HDF, PWF, OSF.
    """
    heat = (process - air < 8.6) & (speed < 1380)
    power = power_w(torque, speed)
    strain = wear * torque > np.asarray(OVERSTRAIN_LIMIT)[kind] * overstrain
    return np.stack([heat, (power < 3500) | (power > 9000), strain], axis=1)


def first_cause(modes: np.ndarray) -> np.ndarray:
    """For each row of an (n, 5) mode matrix the first mode in the order of ``MODES``, or '' where there is none."""
    names = np.array([*MODES, ""])
    return names[np.where(modes.any(axis=1), modes.argmax(axis=1), len(MODES))]
