"""What words of the shop floor mean: good, bad, or the opposite of either by what stands before them (un-, in-, not)."""

import re

from data.tables.mapped import folded

_BAD = (
    "fail", "defect", "fault", "broken", "break", "bad", "error", "alarm", "anomal", "reject", "scrap", "rework", "damag", "worn", "wear", "crack",
    "leak", "burr", "block", "clog", "jam", "overheat", "trip", "stuck", "burn", "burst", "rust", "corro", "contamin", "poor", "critical", "danger",
    "malignant", "out of spec", "off spec", "oos", "nok", "ng", "ko", "nio", "downtime", "stop", "down", "severe", "wrong", "loose", "misalign",
    "defekt", "fehler", "ausschuss", "schlecht", "gestört", "störung", "verschlissen", "undicht", "bruch", "gebrochen", "beschädigt", "mangelhaft",
    "auffällig", "out of tolerance", "außerhalb der toleranz", "schadhaft",
    "fel", "trasig", "kasser", "sliten", "underkänd", "skada", "fout", "slecht", "afgekeurd", "versleten", "kapot", "storing",
    "défaut", "panne", "mauvais", "rebut", "fallo", "falla", "defecto", "malo", "guasto", "difetto", "scarto",
)  # fmt: skip
_GOOD = (
    "ok", "okay", "good", "normal", "pass", "passed", "healthy", "fine", "benign", "accept", "accepted", "acceptable", "running", "conform", "conforming",
    "compliant", "io", "in ordnung", "gut", "heil", "ganz", "bra", "godkänd", "hel", "goed", "goedgekeurd", "bon", "bueno", "buono", "intact", "new", "clean",
    "stable", "balanced", "aligned", "tight", "complete", "correct", "valid", "active", "available", "safe", "sharp", "dry", "in spec", "within spec", "baseline",
    "uptime", "tolerance", "within tolerance", "toleranz", "bestanden", "freigabe", "freigegeben", "lebt", "alive", "godkänt", "nominal", "none", "nothing", "keine", "ingen", "geen", "aucun", "ninguno", "nessuno",
)  # fmt: skip
_BAD_SIGNS, _GOOD_SIGNS = ("不良", "異常", "故障", "不合格", "不正常"), ("良", "正常", "合格")
_FLAGS = {
    "1": -1,
    "true": -1,
    "yes": -1,
    "y": -1,
    "ja": -1,
    "positive": -1,
    "0": 1,
    "false": 1,
    "no": 1,
    "n": 1,
    "nein": 1,
    "nej": 1,
    "nee": 1,
    "negative": 1,
}
_NEITHER = {"default", "unit", "input", "disc", "non", "others", "other", "unknown"}
_NOT = {
    "not",
    "no",
    "non",
    "without",
    "free",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "ohne",
    "ej",
    "inte",
    "icke",
    "utan",
    "niet",
    "geen",
    "zonder",
    "sans",
    "sin",
    "senza",
    "never",
}
_FREE = ("frei", "free", "fri", "vrij")
_BEFORE = ("un", "in", "im", "ab", "non", "dis")


def sense(word: str) -> int:
    """1 of a word for what is right, -1 of one for what is wrong, 0 of one that says neither: ``unworn`` 1, ``not ok`` -1, ``type B`` 0."""
    text = folded(word)
    if text in _FLAGS:
        return _FLAGS[text]
    if text in _NEITHER:
        return 0
    if re.fullmatch(r"n ?[io] ?o?|n i o", text) and text != "no":
        return -1
    if text in ("i o", "i o."):
        return 1
    signs = -1 if any(one in text for one in _BAD_SIGNS) else 1 if any(one in text for one in _GOOD_SIGNS) else 0
    if signs:
        return signs
    pieces = [piece for piece in re.split(r"[^\w]+", text) if piece]
    turned = sum(piece in _NOT for piece in pieces) % 2 == 1
    rest = [piece for piece in pieces if piece not in _NOT]
    told = [one for one in (_known(" ".join(rest)), *map(_piece, rest)) if one]
    if not told:
        return 1 if turned and not rest else 0
    found = -1 if -1 in told else 1
    return -found if turned else found


def is_flag(word: str) -> bool:
    """Whether a word only says yes or no."""
    return folded(word) in _FLAGS


def says_good(label: str) -> bool:
    """Whether a column is called by what is right (``passed``, ``quality ok``), so that yes is the good answer."""
    return sense(label) == 1 and not is_flag(label)


def _known(text: str) -> int:
    if text in _GOOD:
        return 1
    return -1 if text in _BAD else 0


def _piece(piece: str) -> int:
    for after in _FREE:
        rest = piece.removesuffix(after)
        if rest != piece and (_known(rest) or _stem(rest)) < 0:
            return 1
    if found := _known(piece) or _stem(piece):
        return found
    for before in _BEFORE:
        rest = piece.removeprefix(before)
        if rest != piece and len(rest) >= 3 and (found := _known(rest) or _stem(rest)):
            return -found
    return 0


def _stem(piece: str) -> int:
    """By how a word begins or ends: failed, failures, Werkzeugbruch, Lagerschaden."""
    if any(len(stem) >= 4 and piece.startswith(stem) for stem in _BAD) or piece.endswith(
        ("bruch", "fehler", "schaden", "defekt", "fault", "failure")
    ):
        return -1
    return 1 if piece in _GOOD or any(len(one) >= 6 and piece.startswith(one) for one in _GOOD) else 0
