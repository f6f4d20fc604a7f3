"""Tables as plants export them: one table, written in many ways, is read as the same one each time, and a later file as the first one was.

The oracle is the table before it was written; what is written is made by Python's own formatting, which shares nothing with what reads it.
"""

import csv as plain_csv
import io
from datetime import datetime, timedelta

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data.checks import Checks
from data.onboarding.create import create, read_files
from data.onboarding.profile import profile
from data.onboarding.words import sense
from data.sources.replay import ReplaySource, ReplayTable
from data.store.contract import SourcePosition
from data.tables.mapped import manner_of
from data.tables.read import Manner, read_table
from data.tables.times import Way, read_times
from data.usecase.file import load

RNG = np.random.default_rng(11)
ROWS = 240
START = datetime(2026, 3, 3, 6)
AT = [START + timedelta(minutes=30 * n) for n in range(ROWS)]
TEMP, SPEED = RNG.normal(60, 8, ROWS).round(2), RNG.integers(1100, 1900, ROWS)
PUMP = np.array(["P-1", "P-2", "P-3"])[np.arange(ROWS) % 3]
FAULT = (TEMP + RNG.normal(0, 3, ROWS) > 70).astype(int)
HEAD = ("time", "pump", "temp", "speed", "fault")


def comma(value, digits=2):
    return f"{value:.{digits}f}".replace(".", ",")


def grouped(value, sign):
    return f"{value:,}".replace(",", sign)


def rows(time="%Y-%m-%d %H:%M:%S", temp=str, speed=str):
    return [
        [at.strftime(time), pump, temp(t), speed(int(s)), str(f)]
        for at, pump, t, s, f in zip(AT, PUMP, TEMP, SPEED, FAULT, strict=True)
    ]


def text(cells, sep=",", head=HEAD, end="\n"):
    out = io.StringIO()
    plain_csv.writer(out, delimiter=sep, lineterminator=end).writerows([head, *cells])
    return out.getvalue()


def fixed(cells, head=HEAD):
    return "\n".join("".join(f"{cell:<22}" for cell in row).rstrip() for row in [head, *cells]) + "\n"


ODD = {
    "plain": text(rows()),
    "semicolons and decimal commas": text(rows("%d.%m.%Y %H:%M", comma), ";"),
    "tabs": text(rows("%d.%m.%Y %H:%M:%S", comma), "\t"),
    "pipes and month names": text(rows("%d-%b-%Y %H:%M"), "|"),
    "quoted commas": text(rows("%m/%d/%Y %I:%M %p", comma)),
    "thousands by points": text(rows("%d.%m.%Y %H:%M", comma, lambda v: grouped(v, ".")), ";"),
    "thousands by apostrophes": text(rows(speed=lambda v: grouped(v, "'")), ";"),
    "thousands by commas": text(rows(speed=lambda v: grouped(v, ","))),
    "thousands by narrow spaces": text(rows(temp=comma, speed=lambda v: grouped(v, "\u202f")), ";"),
    "fixed width": fixed(rows("%Y-%m-%dT%H:%M:%S")),
    "spaces within times": fixed(rows()).replace("  ", " "),
    "titles": "Pump export;;;;\nPeriod: March 2026\n\n" + text(rows("%d.%m.%Y %H:%M", comma), ";"),
    "a title that speaks of separators": "Comma separated export\n" + text(rows()),
    "titles with as many separators": "Pump export,,,,\nPlant,7,,,\n" + text(rows()),
    "a line of units": text([["-", "-", "degC", "rpm", "-"], *rows()]),
    "separators at the end": text(rows(), head=(*HEAD, "", "")).replace("\n", ",,\n").replace(",,,,\n", ",,\n", 1),
    "values wider than the header": text([[*row, ""] for row in rows()]),
    "Windows lines": text(rows(), end="\r\n"),
    "two-digit years": text(rows("%d/%m/%y %H:%M")),
    "a comment before the header": "# made by a recorder\n" + text(rows("%Y/%m/%d %H:%M")),
    "offsets": text(rows("%Y-%m-%dT%H:%M:%S+00:00")),
    "ISO without its signs": text(rows("%Y%m%dT%H%M%S")),
    "ISO without its signs or seconds": text(rows("%Y%m%d %H%M"), ";"),
    "twelve hours": text(rows("%d.%m.%Y %I:%M:%S %p"), ";"),
    "quotes around everything": "\n".join(",".join(f'"{cell}"' for cell in row) for row in [HEAD, *rows()]) + "\n",
    "quoted separators": text([[*row, "a, b; c"] for row in rows()], head=(*HEAD, "note")),
}  # fmt: skip


def held(table, way=None):
    frame = table.frame.rename(columns=lambda name: name.split(" [")[0])
    times = read_times(frame["time"], way)
    assert not times.odd.any() and (times.us == pd.DatetimeIndex(AT).as_unit("us").asi8).all()
    assert frame["pump"].tolist() == PUMP.tolist() and frame["fault"].astype(int).tolist() == FAULT.tolist()
    np.testing.assert_allclose(frame["temp"].to_numpy(float), TEMP)
    assert frame["speed"].to_numpy(float).tolist() == SPEED.tolist()
    return times


@pytest.mark.parametrize("kind", ODD)
def test_one_table_written_in_many_ways_is_the_same_table(tmp_path, kind):
    (tmp_path / "t.csv").write_bytes(ODD[kind].encode())
    table = read_table(tmp_path / "t.csv")
    assert not held(table).guess and not [one for one in table.look if "speed" not in one]


def test_thousands_below_a_title_are_read_as_without_it(tmp_path):
    body = text(rows(speed=lambda v: grouped(v, ",")))
    read = []
    for title in ("", "Comma separated export\n"):
        (tmp_path / "t.csv").write_text(title + body)
        read.append(read_table(tmp_path / "t.csv").frame["speed"].to_numpy(float).tolist())
    assert read[0] == read[1] == SPEED.tolist()


@pytest.mark.parametrize(
    ("encoding", "word"),
    [(one, "Größe") for one in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1")]
    + [("cp1251", "неисправность насоса"), ("cp932", "正常です。ポンプの故障ではありません")],
)
def test_any_encoding_is_the_same_table(tmp_path, encoding, word):
    words = text([[*row, word] for row in rows()], head=(*HEAD, word))
    (tmp_path / "t.csv").write_bytes(words.encode(encoding))
    table = read_table(tmp_path / "t.csv")
    held(table)
    assert set(table.frame[word]) == {word}


def sheet(file, titles=0, cover=False, merged=False):
    book = openpyxl.Workbook()
    data = book.active
    if cover:
        data.append(["Report"])
        data = book.create_sheet("Data")
    for n in range(titles):
        data.append([f"title {n}"])
    if merged:
        data.append(["", "", "pump", "", ""])
        data.append(["time", "pump", "temp", "speed", "fault"])
    else:
        data.append(list(HEAD))
    for at, pump, t, s, f in zip(AT, PUMP, TEMP, SPEED, FAULT, strict=True):
        data.append([at, pump, float(t), int(s), int(f)])
    book.save(file)
    return file


@pytest.mark.parametrize("given", [{}, {"titles": 3}, {"cover": True, "titles": 1}, {"merged": True}])
def test_an_excel_table_is_found_wherever_it_stands(tmp_path, given):
    held(read_table(sheet(tmp_path / "t.xlsx", **given)))


def test_names_in_two_rows_are_told_alike_of_a_sheet_and_of_a_text(tmp_path):
    body = [[time, temp, speed, temp, speed, fault] for time, _, temp, speed, fault in rows()]
    two = [["", "zone A", "", "zone B", "", ""], ["time", "temp", "speed", "temp", "speed", "fault"], *body]
    book = openpyxl.Workbook()
    for cells in two:
        book.active.append(cells)
    book.save(tmp_path / "t.xlsx")
    (tmp_path / "t.csv").write_text("\n".join(",".join(cells) for cells in two))
    told = [" ".join(read_table(tmp_path / name).notes) for name in ("t.xlsx", "t.csv")]
    for said, word in zip(told, ("row", "line"), strict=True):
        assert f"Two {word}s hold the names" in said and "no part of the table" not in said


def test_sheet_and_row_of_the_names_can_be_said_and_what_is_not_there_is_told(tmp_path):
    file = sheet(tmp_path / "t.xlsx", titles=2, cover=True)
    held(read_table(file, manner=Manner(sheet="data", header_row=3)))
    for manner, said in (
        (Manner(sheet="Daten"), "choose one of 'Sheet', 'Data'"),
        (Manner(sheet="Data", header_row=4000), "has nothing in row 4000"),
    ):
        with pytest.raises(ValueError, match=said):
            read_table(file, manner=manner)
    (tmp_path / "t.csv").write_text("odd,odd,odd,odd,odd\n" + ODD["plain"])
    held(read_table(tmp_path / "t.csv", manner=Manner(header_row=2)))


@pytest.mark.parametrize("index", ["named", "nameless", "two"])
def test_a_parquet_index_is_a_column(tmp_path, index):
    table = pd.DataFrame({"time": AT, "pump": PUMP, "temp": TEMP, "speed": SPEED, "fault": FAULT})
    table = table.set_index(["pump", "time"] if index == "two" else "time")
    if index == "nameless":
        table.index.name = None
    table.to_parquet(tmp_path / "t.parquet")
    held(read_table(tmp_path / "t.parquet"))


def test_two_lines_of_names_are_joined_where_a_name_comes_twice(tmp_path):
    head = "time;in;;out;;fault\n;temp;flow;temp;flow;\n"
    (tmp_path / "t.csv").write_text(
        head + "".join(f"{at:%d.%m.%Y %H:%M};{n % 7},5;2,5;{n % 5},1;2,1;0\n" for n, at in enumerate(AT))
    )
    assert list(read_table(tmp_path / "t.csv").frame.columns)[1:5] == ["in temp", "in flow", "out temp", "out flow"]


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000, 1_000_000_000])
def test_numbers_since_1970_have_one_unit(unit):
    seconds = pd.DatetimeIndex(AT).as_unit("s").asi8
    for column in (pd.Series(seconds * unit), pd.Series((seconds * unit).astype(str))):
        assert (read_times(column).us == seconds * 1_000_000).all()


def test_the_order_of_days_is_that_in_which_the_rows_keep_a_pace_or_a_guess():
    eleven = pd.Series(pd.date_range("2026-03-01", "2026-03-12 23:00", freq="h"))
    for form, first in (("%d/%m/%Y %H:%M", True), ("%m/%d/%Y %H:%M", False)):
        found = read_times(eleven.dt.strftime(form))
        assert (
            found.way.day_first is first
            and not found.guess
            and (found.us == eleven.astype("datetime64[us]").astype("int64")).all()
        )
    alone = read_times(pd.Series([f"03/04/2026 {hour:02}:00" for hour in range(24)]))
    assert alone.guess, "one day says nothing of its order"
    assert read_times(pd.Series([f"03/04/2026 {1 + hour % 12:02}:00 PM" for hour in range(9)])).way.day_first is False
    kept = read_times(pd.Series(["13/04/2026 06:00", "2026-04-14 06:00", "04/14/2026"]), Way(day_first=True))
    assert kept.odd.tolist() == [False, True, True], "never another order for a row"


def test_an_hour_that_a_clock_shows_twice_is_two_hours():
    true = pd.date_range("2026-10-24 22:00", "2026-10-25 06:00", freq="10min", tz="UTC")
    wall = true.tz_convert("Europe/Berlin").strftime("%Y-%m-%d %H:%M")
    for order in (slice(None), slice(None, None, -1)):
        found = read_times(pd.Series(wall[order]), Way(zone="Europe/Berlin"))
        assert (found.us == true[order].as_unit("us").asi8).all() and found.twice == ("2026-10-25 02:00",)
    both = pd.Series([*wall, *wall])
    codes = np.repeat([0, 1], len(wall))
    assert (read_times(both, Way(zone="Europe/Berlin"), codes=codes).us == np.tile(true.as_unit("us").asi8, 2)).all()
    skipped = read_times(pd.Series(["2026-03-29 01:59", "2026-03-29 02:30", "2026-03-29 03:00"]), Way(zone="Europe/Berlin"))
    assert skipped.odd.tolist() == [False, True, False]


@pytest.fixture
def made(tmp_path):
    def make(content, target="fault", **given):
        (tmp_path / "t.csv").write_text(content)
        created = create([tmp_path / "t.csv"], target, tmp_path, name="u", **given)
        return load("u", tmp_path), created.profile

    return make


def delivered(use_case, file):
    source = ReplaySource(use_case, ReplayTable(use_case, file), SourcePosition("replay:t", 1_700_000_000_000_000, -1))
    return Checks(use_case).check(source.poll(9_999), 2 * 10**15)


def test_a_later_file_is_read_as_the_first_one_was(made, tmp_path):
    german = rows("%d.%m.%Y %H:%M", comma, lambda v: grouped(v, "."))
    use_case, _ = made(text(german, ";"))
    assert use_case.replay.reading.day_first is True and set(use_case.replay.reading.decimal_comma) == {"temp", "speed"}
    later = [[f"0{1 + n % 9}.04.2026 0{n // 9}:00", "P-1", "60", grouped(1500 + n, "."), "0"] for n in range(18)]
    (tmp_path / "later.csv").write_text(text(later, ";"))
    table = ReplayTable(use_case, tmp_path / "later.csv")
    assert table.mapped.columns["speed"].tolist() == [1500 + n for n in np.argsort([n % 9 * 100 + n // 9 for n in range(18)])]
    assert (
        pd.Timestamp(table.mapped.time_us[0], unit="us") == pd.Timestamp("2026-04-01")
        and table.mapped.time_us[-1] - table.mapped.time_us[0] < 10 * 86_400e6
    )
    (tmp_path / "half.csv").write_text(
        text([[f"03.04.2026 {n:02}:00", "P-1", "61,5" if n % 2 else "Fehler", "1.500", "0"] for n in range(8)], ";")
    )
    taken, rejected = delivered(use_case, tmp_path / "half.csv")
    assert (len(taken), len(rejected)) == (4, 4) and "Fehler" in rejected.reason[0], (
        "half of it is no number, the other half is read as ever"
    )
    (tmp_path / "iso.csv").write_text(text([["2026-05-04 06:00", "P-1", "60,5", "1.500", "0"]] * 2, ";"))
    assert pd.Timestamp(ReplayTable(use_case, tmp_path / "iso.csv").mapped.time_us[0], unit="us") == pd.Timestamp(
        "2026-05-04 06:00"
    )


def test_several_files_are_read_in_one_manner(tmp_path):
    cells = rows("%d.%m.%Y %H:%M", comma, lambda v: grouped(v, "."))
    whole = [[*row[:2], "60", *row[3:]] for row in cells[120:]]  # this file alone would not tell its decimal comma
    for name, part in (("a", cells[:120]), ("b", whole)):
        (tmp_path / f"{name}.csv").write_text(text([[*row, "01" if name == "a" else "7"] for row in part], ";", (*HEAD, "lane")))
    table = read_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert table.frame["speed"].tolist() == SPEED.tolist() and table.frame["temp"].iloc[130] == 60
    assert set(table.frame["lane"]) == {"01", "7"} and any(note.startswith("a.csv: ") for note in table.notes)


def test_what_is_kept_of_a_table_is_read_as_it_was(made, tmp_path):
    cells = [[row[0], row[1], comma(1 + n / 1000, 3), *row[3:]] for n, row in enumerate(rows("%d.%m.%Y %H:%M", comma))]
    cells[5][2] = "Fehler"
    use_case, _ = made(text(cells, ";"))
    taken, rejected = delivered(use_case, tmp_path / "usecases" / "u" / "history.parquet")
    assert rejected.code == ["not_a_number"] and "Fehler" in rejected.reason[0] and len(taken) == ROWS - 1
    assert ReplayTable(use_case, tmp_path / "t.csv").columns["temp"].tolist()[:3] == ["1.000", "1.001", "1.002"]
    assert taken.values[:, list(use_case.signals).index("temp")].max() < 2


def test_classes_that_are_numbers_say_nothing_but_which_is_most_frequent():
    frame = pd.DataFrame({"temp": RNG.normal(size=300), "kind": RNG.choice([1, 2, 3], 300, p=[0.6, 0.3, 0.1])})
    assert profile(frame, "kind", "multiclass").target.words == {"1": 0, "2": 1, "3": 2}


def test_a_row_that_is_written_otherwise_is_set_aside_and_named(made, tmp_path):
    cells = rows("%m/%d/%Y %I:%M %p")
    cells[7][0], cells[9][0] = "2026-03-03 09:30", "13.03.2026 10:30"
    use_case, found = made(text(cells))
    assert any("2 of 240 times" in one and "row 8" in one for one in found.warnings)
    taken, rejected = delivered(use_case, tmp_path / "t.csv")
    assert len(taken) == ROWS - 2 and set(rejected.code) == {"not_a_time"}
    assert "row 8: time is '2026-03-03 09:30'" in rejected.reason[0] and "month before day" in rejected.reason[0]
    from models.dataset.history import history_of

    assert len(history_of(use_case)) == ROWS - 2


def test_a_use_case_without_the_new_part_goes_on(made, tmp_path):
    made(text(rows("%d.%m.%Y %H:%M", comma), ";"))
    file = tmp_path / "usecases" / "u" / "usecase.yaml"
    told = file.read_text()
    file.write_text(told[: told.index("  reading:")])
    use_case = load("u", tmp_path)
    assert use_case.replay.reading is None and manner_of(use_case).comma is None
    taken, rejected = delivered(use_case, tmp_path / "t.csv")
    assert (len(taken), len(rejected)) == (ROWS, 0)


def test_a_zone_that_is_named_moves_every_time(made, tmp_path):
    use_case, found = made(text(rows()), way=Way(zone="Europe/Berlin"))
    assert use_case.timezone == "Europe/Berlin" and any("06:00 to" in note and "Europe/Berlin" in note for note in found.notes)
    first = ReplayTable(use_case, tmp_path / "t.csv").mapped.time_us[0]
    assert pd.Timestamp(first, unit="us") == pd.Timestamp(START) - pd.Timedelta(hours=1)
    with pytest.raises(ValueError, match="no time zone; write one of the IANA names"):
        profile(pd.DataFrame({"x": TEMP, "fault": FAULT}), "fault", way=Way(zone="Berlin"))


def test_date_and_time_of_day_in_two_columns_are_one_time(made, tmp_path):
    cells = [[f"{at:%d.%m.%Y}", f"{at:%H:%M}", *row[1:]] for at, row in zip(AT, rows(), strict=True)]
    use_case, _ = made(text(cells, head=("day", "clock", *HEAD[1:])))
    assert (use_case.replay.time_column, use_case.replay.clock_column) == ("day", "clock") and "clock" not in use_case.signals
    assert (ReplayTable(use_case, tmp_path / "t.csv").mapped.time_us == pd.DatetimeIndex(AT).as_unit("us").asi8).all()


def test_codes_stay_what_they_are_in_files_without_the_odd_one(made, tmp_path):
    kinds = {
        "shift": ["01", "02", "N1"],
        "on": ["TRUE", "FALSE", "UNKNOWN"],
        "grade": ["1.0", "2.5", "A"],
        "charge": ["1.1", "1.10", "2.0"],
    }
    each = {name: RNG.choice(told, ROWS) for name, told in kinds.items()}
    frame = pd.DataFrame(
        {"temp": TEMP, **each, "tag": RNG.choice([90071992547409920 + n for n in range(3)], ROWS), "fault": FAULT}
    )
    use_case, _ = made(frame.to_csv(index=False))
    for name, told in kinds.items():
        assert set(use_case.signals["signal_on" if name == "on" else name].categories) == set(told)
    assert len(use_case.signals["tag"].categories) == 3
    part = frame[(frame["shift"] != "N1") & (frame["on"] != "UNKNOWN") & (frame["grade"] != "A")]
    part.to_csv(tmp_path / "later.csv", index=False)
    taken, rejected = delivered(use_case, tmp_path / "later.csv")
    assert (len(taken), len(rejected)) == (len(part), 0), rejected.reason[:1]


def test_what_stands_for_nothing_and_lost_decimals_are_told(made, tmp_path):
    odd = pd.DataFrame(
        {
            "temp": TEMP,
            "flow": RNG.normal(300, 9, ROWS).round(2),
            "ph": RNG.normal(10, 0.2, ROWS).round(4),
            "load": SPEED,
            "fault": FAULT,
        }
    ).astype(object)
    odd.loc[::20, "temp"], odd.loc[3, "flow"], odd.loc[5:9, "load"] = -999, 3.4028235e38, "NA"
    odd.loc[::3, "ph"] = odd.loc[::3, "ph"].map(lambda value: round(value * 10_000))
    use_case, found = made(odd.to_csv(index=False))
    said = " ".join(found.warnings)
    assert "'temp': -999 stands for a missing value (12 rows)" in said and "'flow': 3.402823e+38" in said
    assert "'ph': 80 values have lost their decimal sign, first in row 1" in said
    assert use_case.signals["temp"].limits[0] > -200 and use_case.signals["flow"].limits[1] < 1000
    assert np.isnan(ReplayTable(use_case, tmp_path / "t.csv").mapped.columns["temp"][::20].astype(float)).all()
    assert read_table(tmp_path / "t.csv").notes[-1] == "Counted as missing: 'NA' (5 times)."


def test_numbers_that_could_be_read_in_two_ways_are_a_guess_that_can_be_mended(tmp_path):
    cells = [[f"{1 + n % 9}.{100 + n}", str(n % 2)] for n in range(60)]
    (tmp_path / "t.csv").write_text(text(cells, ";", ("speed", "fault")))
    assert read_table(tmp_path / "t.csv", manner=Manner(decimal=",")).frame["speed"].iloc[0] == 1100
    assert read_table(tmp_path / "t.csv", manner=Manner(decimal=".")).frame["speed"].iloc[0] == 1.1
    (tmp_path / "t.csv").write_text(text([[one.replace(".", ","), bad] for one, bad in cells], ";", ("speed", "fault")))
    found = read_table(tmp_path / "t.csv")
    assert "which is a guess" in found.look[0] and "Write --decimal" in found.look[0]


def test_words_of_one_outcome_are_taken_together_unless_somebody_says_no():
    word = RNG.choice(["OK", "ok ", "Ok", "not ok", "Not OK"], 400, p=[0.4, 0.3, 0.2, 0.05, 0.05])
    frame = pd.DataFrame({"temp": RNG.normal(size=400), "result": word})
    found = profile(frame, "result")
    assert found.target.task == "binary"
    assert {code: told.lower() for code, told in found.target.outcomes.items()} == {0: "ok", 1: "not ok"}
    assert {code for told, code in found.target.words.items() if told.lower() == "ok"} == {0} and any(
        "--words-apart" in one for one in found.warnings
    )
    assert profile(frame, "result", words_apart=True).target.task == "multiclass"


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("unworn", 1), ("worn", -1), ("not ok", -1), ("NOK", -1), ("n.i.O.", -1), ("i.O.", 1), ("no failure", 1), ("abnormal", -1), ("unhealthy", -1),
        ("fault-free", 1), ("nicht OK", -1), ("Ausschuss", -1), ("underkänd", -1), ("良品", 1), ("不良", -1), ("type B", 0), ("invalid", -1), ("inner race", 0),
        ("undamaged", 1), ("Heat Dissipation Failure", -1), ("none", 1), ("incomplete", -1), ("default", 0),
        ("fehlerfrei", 1), ("fehlerhaft", -1), ("bestanden", 1), ("nicht bestanden", -1), ("unauffällig", 1), ("auffällig", -1), ("defektfrei", 1),
        ("Freigabe", 1), ("in_tolerance", 1), ("out of tolerance", -1), ("uptime", 1), ("rostfrei", 0),
    ],
)  # fmt: skip
def test_words_of_the_shop_floor(word, means):
    assert sense(word) == means


@pytest.mark.parametrize("header", ["passed", "quality ok"])
def test_of_a_column_that_is_called_by_what_is_right_no_is_bad(header):
    frame = pd.DataFrame({"temp": RNG.normal(size=300), header: RNG.choice([0, 1], 300, p=[0.1, 0.9])})
    found = profile(frame, header).target
    assert found.words == {"1": 0, "0": 1} and found.label == f"not {header}", "what is at risk is named, not its opposite"


@pytest.mark.parametrize(
    ("words", "label"),
    [(("i.O.", "nicht i.O."), "nicht i.O."), (("0", "1"), "result"), (("False", "True"), "result"), (("pass", "FAIL"), "FAIL")],
)
def test_the_risk_is_named_after_what_is_bad(words, label):
    frame = pd.DataFrame({"temp": RNG.normal(size=300), "Result": RNG.choice(words, 300, p=[0.9, 0.1])})
    found = profile(frame, "Result").target
    assert found.label == label and found.outcomes[1] == label


@pytest.mark.parametrize(
    ("header", "low_is_bad"),
    [("impurity", False), ("purity", True), ("Ausbeute", True), ("Wirkungsgrad", True), ("schedule", False), ("RUL", True)],
)
def test_of_which_value_little_is_bad(header, low_is_bad):
    frame = pd.DataFrame({"a": RNG.normal(size=500), header: 50 + RNG.normal(size=500)})
    low, high = profile(frame, header, "regression").target.allowed
    assert (low is not None, high is None) == (low_is_bad, low_is_bad)


@pytest.mark.parametrize(("middle", "spread"), [(300, 2), (50, 0.02), (101_325, 50), (1e-5, 2e-7), (-40, 3), (0, 1), (1e7, 1)])
def test_a_guessed_limit_is_rounded_by_the_spread_and_tells_its_real_share(middle, spread):
    value = middle + spread * RNG.normal(size=2000)
    found = profile(pd.DataFrame({"a": RNG.normal(size=2000), "y": value}), "y", "regression").target
    share = float((value > found.allowed[1]).mean())
    assert 0.02 < share < 0.1 and found.share_bad == share and f"({100 * share:.2g} % of the rows)" in found.look[0]
