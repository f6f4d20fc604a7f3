"""Texts that attack whoever draws them, and a plant in which whatever a stranger may have named or written is one of them."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from data.attachments import Attachment
from data.people import DEMO_PEOPLE
from data.records import About, Flag, FlagKind, FlagReason, Person, ShelfReason, State, Verdict, VerdictKind
from data.store import Store, open_store
from data.usecase.file import load
from data.usecase.use_case import UseCase

HOST = "evil.example"
MARKS = [
    f"![x](http://{HOST}/a.png)", f"http://{HOST}", f"https://{HOST}/x?y=1#z", f"www.{HOST}", f"WWW.{HOST}", f"a@{HOST}", f"mailto:a@{HOST}",
    f"//{HOST}", ":material/home:", ":material_home:", ":streamlit:", ":smile:", ":+1:", ":-1:", ":red[r]", ":red-background[x]", ":small[x]",
    ":help[x]", ":blue-badge[x]", ":color[x]{foreground=red}", "$x^2$", "$$y$$", "# h", "## h", "- l", "* l", "+ l", "1. l", "1) l", "> q", "---",
    "===", "***", "___", "```", "~~~", "`c`", "**b**", "_i_", "~~s~~", "~s~", f"[l](http://{HOST})", f"[l]: http://{HOST}", "[^1]", "[^1]: f",
    "<b>b</b>", f"<img src=http://{HOST}/x.png onerror=alert(1)>", "<script>alert(1)</script>", "<!-- c -->", f"<http://{HOST}>", "&amp;", "&lt;",
    "&#58;", "| a | b |", "|---|---|", "\\", "\\:", "\\*", "a -> b", "a <- b", "a <-> b", "a -- b", "a >= b", "a <= b", "a ~= b", "::leaf[x]",
    ":::box", "- [ ] t", "C:\\temp", "12:30:45", "'", '"', "é", "日本", "😀",
]  # fmt: skip
"""One of each kind that Streamlit's Markdown, or Plotly, or a browser might take for more than a text."""
RAW = re.compile(r"!\[p[^\]]*\]\(http|(?<!\\):red\[r\]|(?<!\*)\*\*b\*\*(?!\*)|(?<!\\)<b>h|:material/home:")
"""What is left of an attack where it was drawn as Markdown without being made text."""


def attack(n: object) -> str:
    """Many of them in little room, with a number by which a test knows the field again."""
    return f"![p{n}](http://{HOST}/{n}.png) www.{HOST} :material/home: :red[r] **b** <b>h</b> $x$ &amp; :smile: `c` [l](//{HOST}) a@{HOST}"


def made_hostile(home: Path, name: str, place: Path) -> tuple[UseCase, Store]:
    """A copy of the home in ``place`` in which every name of the use case and its machines, people and what they said is an attack."""
    shutil.copytree(home, place)
    file = place / "usecases" / name / "usecase.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    machines = {asset: attack(asset) for assets in told["areas"].values() for asset in assets}
    told["title"], told["target"]["label"] = attack("title"), attack("target")
    told["areas"] = {attack(area): [machines[asset] for asset in assets] for area, assets in told["areas"].items()}
    told["replay"]["asset"], told["replay"]["area"] = machines[told["replay"]["asset"]], next(iter(told["areas"]))
    if "outcomes" in told["target"]:
        told["target"]["outcomes"] = {code: attack(f"outcome{code}") for code in told["target"]["outcomes"]}
    else:
        told["target"]["unit"] = attack("unit")
    for kind in ("signals", "derived", "groups"):
        for key, one in told[kind].items():
            one["label"] = attack(key)
            if "unit" in one:
                one["unit"] = attack(f"unit_{key}")
    told["signals"]["fuel"]["meaning"] = {"coal": attack("coal"), "gas": attack("gas")}
    file.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    use_case, store = load(name, place), open_store(place / "pullcord.db")
    with store.feedback._c.write() as db:
        for asset, called in machines.items():
            db.execute("UPDATE asset SET name = ? WHERE use_case = ? AND name = ?", (called, name, asset))
        db.execute("UPDATE truth SET by = ?", (attack("by"),))
    for person in DEMO_PEOPLE:
        store.people.save(Person(person.id, attack(person.id), person.role), "test")
    _said(store, use_case)
    return use_case, store


def _said(store: Store, use_case: UseCase) -> None:
    for at, state in enumerate(store.readings.board(use_case.name)):
        seen = state.prediction
        snapshot = {
            "score": seen.score, "release": seen.release, "changes": [attack("change")],
            "reasons": [{"group": "heat", "text": attack("shown"), "points": attack("points")}],
            "feedback": {"should_not_matter": ["heat", attack("gone")], "missing": attack("missing")},
        }  # fmt: skip
        flag = Flag(
            use_case.name,
            seen.asset,
            seen.id,
            seen.release,
            "olga",
            FlagKind.WRONG,
            FlagReason.FALSE_ALARM,
            snapshot,
            attack("comment"),
        )
        case = store.feedback.raise_flag(flag, 3.0).case
        store.feedback.say(case, "erik", attack("note"))
        store.feedback.say(case, "erik", "", Attachment(attack("file") + ".png", attack("type"), b"x"))
        if at:
            store.feedback.claim(case, "erik")
            about = About(should_not_matter=("heat",), missing=attack("about"))
            store.feedback.decide(Verdict(case, "erik", VerdictKind.MODEL_WRONG, attack("answer"), 0.0, about=about))
        if State(seen.state) is not State.NORMAL:
            until = datetime.now(UTC) + timedelta(hours=3)
            store.attention.shelve(use_case.name, seen.asset, "olga", until, ShelfReason.SENSOR)
