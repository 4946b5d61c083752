"""Logs of events: every line is accounted for, cells mean what the contract says, nobody but the staff gets a token."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.lake import read_frame
from ingestion.ledger import current_readings
from ingestion.run import IngestReport, ingest
from opora.home import Home
from tests.ingestion.conftest import sidecar, write_book

HEADER = "timestamp,platform,school_code,person_id,role,action"
ROWS = [
    "2025-10-14 09:10:00,myschool,720101,T1@School.example,teacher,login",
    "2025-10-14 09:12:11,Моя школа,720101,t1@school.example,учитель,work_check",
    "14.10.2025 10:00,myschool,20101,1234,teacher,Выдано задание",
    "2025-10-15T08:00:00,myschool,720102,s77,pupil,page_view",
]


def _take(home: Home, name: str, data: bytes, **facts: Any) -> IngestReport:
    path = home.inbox / "platform_events" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if facts:
        sidecar(path, **facts)
    return ingest(home)


def _text(rows: list[str], end: str = "\r\n", encoding: str = "utf-8", header: str = HEADER) -> bytes:
    return (end.join([header, *rows]) + end).encode(encoding)


def _frame(home: Home) -> Any:
    (record,) = current_readings(home)
    part = record["partitions"][0]
    frame = read_frame(home, "platform_events", "actions", part["academic_year"], record["reading_id"])
    return frame.sort_values("source_row", ignore_index=True)


def _rows(home: Home) -> dict[str, int]:
    (record,) = current_readings(home)
    rows: dict[str, int] = record["sheets"][0]["rows"]
    assert rows["read"] == sum(value for key, value in rows.items() if key != "read")
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_log_in_every_form(home: Home, encoding: str, delimiter: str, end: str) -> None:
    data = _text([row.replace(",", delimiter) for row in ROWS], end, encoding, HEADER.replace(",", delimiter))
    report = _take(home, "log.csv", data)
    assert [outcome.state for outcome in report.accepted] == ["accepted"], report.returned
    frame = _frame(home)
    assert frame["platform_code"].tolist() == ["myschool"] * 4
    assert frame["school_code"].tolist() == ["720101", "720101", "020101", "720102"]
    assert frame["occurred_on"].tolist() == [date(2025, 10, 14)] * 3 + [date(2025, 10, 15)]
    assert frame["action"].tolist() == ["login", "work_checked", "assignment_issued", "other"]
    assert frame["user_role"].tolist() == ["teacher"] * 3 + ["pupil"]
    assert frame["month_start"].tolist() == [date(2025, 10, 1)] * 4
    assert frame["source_row"].tolist() == [2, 3, 4, 5]
    # One address is one person however it is written; a pupil's number is nobody's.
    tokens = frame["person_token"].tolist()
    assert tokens[0] == tokens[1] != tokens[2]
    assert frame["person_token"].isna().tolist() == [False, False, False, True]
    assert _rows(home) == {"read": 5, "landed": 4, "quarantined": 0, "header": 1}


def test_parquet_says_the_same_as_csv(home: Home, tmp_path: Path) -> None:
    columns = dict(
        zip(
            HEADER.split(","), map(list, zip(*(row.split(",") for row in ROWS[:2]), strict=True)), strict=True
        )
    )
    columns["timestamp"] = [datetime.fromisoformat(text) for text in columns["timestamp"]]
    file = tmp_path / "log.parquet"
    pq.write_table(pa.table(columns), file)
    report = _take(home, "log.parquet", file.read_bytes())
    assert report.accepted, report.returned
    frame = _frame(home)
    assert frame["action"].tolist() == ["login", "work_checked"]
    assert frame["occurred_on"].tolist() == [date(2025, 10, 14)] * 2
    assert frame["source_row"].tolist() == [1, 2]
    assert _rows(home) == {"read": 2, "landed": 2, "quarantined": 0}


@pytest.mark.parametrize(
    "moment",
    [
        pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("s"), pa.timestamp("us", "Asia/Yekaterinburg"),
        pa.date32(), pa.string(),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "code", [pa.int64(), pa.float64(), pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())]
)
def test_parquet_of_any_types_says_the_same(
    home: Home, tmp_path: Path, moment: pa.DataType, code: pa.DataType
) -> None:
    """Codes as numbers (with gaps: as floats), moments with and without a zone, dictionaries, gaps in every column."""
    day = datetime(2025, 10, 14, 23, 30, tzinfo=UTC if getattr(moment, "tz", None) else None)
    # Half past eleven in the evening in London is the next morning in Tyumen: the platform's own day counts.
    own_day = date(2025, 10, 15) if getattr(moment, "tz", None) else date(2025, 10, 14)
    days: list[Any] = [day if pa.types.is_timestamp(moment) else day.date()] * 5
    codes: list[Any] = [720101, 720101, 20101, 720102, None]
    if moment == pa.string():
        days = [
            "2025-10-14T23:30:00",
            " 14.10.2025 23:30",
            "2025-10-14",
            "14.10.2025",
            "2025-10-14 23:30:00.123",
        ]
    if not (pa.types.is_integer(code) or pa.types.is_floating(code)):
        codes = ["720101", "720101", "020101", "720102", None]
    table = pa.table({
        "timestamp": pa.array(days, moment), "platform": pa.array(["myschool"] * 5),
        "school_code": pa.array(codes, pa.string()).dictionary_encode() if pa.types.is_dictionary(code)
        else pa.array(codes, code),
        "person_id": pa.array(["t1@x.ru", None, "t2@x.ru", "s77", "t1@x.ru"]),
        "role": pa.array(["teacher", "teacher", "teacher", "pupil", "teacher"]), "action": pa.array(["login"] * 5),
    })  # fmt: skip
    path = home.inbox / "platform_events" / "log.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(table, path, row_group_size=2)
    report = ingest(home)
    assert report.returned == []
    frame = _frame(home)
    assert frame["source_row"].tolist() == [1, 3, 4]  # the person and the school of the others are missing
    assert frame["school_code"].tolist() == ["720101", "020101", "720102"]
    assert set(frame["occurred_on"]) == {own_day}
    assert frame["person_token"].isna().tolist() == [False, False, True]
    assert _rows(home) == {"read": 5, "landed": 3, "quarantined": 2}


@pytest.mark.slow
def test_spoiled_parquet_goes_back_or_accounts_for_every_row(home: Home, tmp_path: Path) -> None:
    """300 seeded mutations of cells, types and bytes: a clear refusal, or every row in its account. Budget: 15 s."""
    from random import Random

    names, outcomes = HEADER.split(","), Counter[str]()
    cells: list[Any] = [
        None,
        "",
        " ",
        "\u00a0",
        "-",
        "x" * 300,
        "31.02.2025",
        "2025-10-14",
        "учитель",
        "720101",
        "\u0000",
    ]
    for seed in range(300):
        rng = Random(seed)
        rows = [rng.choice(ROWS).split(",") for _ in range(rng.randint(0, 30))]
        for row in rows:
            while rng.random() < 0.1:
                row[rng.randrange(len(row))] = rng.choice(cells)
        columns: dict[str, pa.Array] = {}
        for at, name in enumerate(names):
            values: list[Any] = [row[at] for row in rows]
            columns[name] = pa.array(values, pa.string())
            if rng.random() < 0.1:
                columns[name] = pa.array(
                    [rng.choice([None, 1, 720101, -5]) for _ in rows], rng.choice([pa.int32(), pa.float64()])
                )
            elif rng.random() < 0.05:
                columns[name] = pa.array([[value] for value in values], pa.list_(pa.string()))
        if rng.random() < 0.1:
            columns.pop(rng.choice(names))
        path = home.inbox / "platform_events" / f"log{seed}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.iterdir():
            old.unlink()
        pq.write_table(pa.table(columns), path, row_group_size=rng.choice([1, 7, 100]),
                       use_dictionary=rng.random() < 0.5, compression=rng.choice(["none", "zstd"]))  # fmt: skip
        data, is_whole = bytearray(path.read_bytes()), rng.random() < 0.6
        for _ in range(0 if is_whole else rng.randint(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 1, 4])] = rng.randbytes(rng.choice([0, 1, 4]))
        path.write_bytes(bytes(data))
        report = ingest(home)
        for outcome in report.returned:
            assert len(outcome.message) > 10 and "ошибка программы" not in outcome.message, (
                seed,
                outcome.message,
            )
        for record in current_readings(home):
            counts = record["sheets"][0]["rows"]
            assert counts["read"] == sum(value for key, value in counts.items() if key != "read"), seed
            assert sum(part["rows"] for part in record["partitions"]) == counts["landed"], seed
            if is_whole and record["file_name"] == path.name:
                assert counts["read"] == len(rows), seed
        outcomes["read" if report.accepted else "back"] += 1
    assert min(outcomes["read"], outcomes["back"]) > 50, outcomes


def test_wrong_rows_go_back_by_their_numbers_and_the_rest_lands(home: Home) -> None:
    bad = [
        "",  # line 6: empty
        "вчера,myschool,720101,t2@school.example,teacher,login",  # 7
        "2025-10-16 08:00:00,myschool,не знаю,t2@school.example,teacher,login",  # 8
        "2025-10-16 08:00:00,myschool,720101,,teacher,login",  # 9
        "",  # 10
        "2025-10-16 08:00:00,myschool,720101,t2@school.example,дворник,login",  # 11
        "2025-10-16 08:00:00,myschool,720101,t2@school.example,teacher,login,ещё,ещё",  # 12
        "2025-10-16 08:00:00,myschool,720101,t2@school.example,teacher",  # 13
        "2025-10-16 08:00:00,myschool,720101,t3@school.example,teacher,login",  # 14 is right
        ",,,,,",  # 15: blank cells
    ]
    _take(home, "log.csv", _text(ROWS + bad))
    (record,) = current_readings(home)
    assert [(fault["row"], fault["field"], fault["rule"]) for fault in record["quarantine"]] == [
        (7, "occurred_on", "not_a_date"),
        (8, "school_code", "not_a_school_code"),
        (9, "email", "required"),
        (11, "user_role", "unknown_word"),
        (12, "", "shifted_row"),
        (13, "action", "required"),
    ]
    assert _rows(home) == {"read": 15, "landed": 5, "quarantined": 6, "header": 1, "blank": 3}
    assert _frame(home)["source_row"].tolist() == [2, 3, 4, 5, 14]
    listed = openpyxl.load_workbook(next(home.returns.glob("*.xlsx"))).worksheets[0]
    assert [row[0].value for row in listed.iter_rows(min_row=3)] == [7, 8, 9, 11, 12, 13]
    assert "t2@school.example" not in json.dumps(record)


def test_line_breaks_inside_cells_do_not_shift_columns(home: Home) -> None:
    _take(home, "log.csv", _text([ROWS[0], ROWS[1].replace("work_check", '"work_\ncheck;ed"'), ROWS[2]]))
    assert _frame(home)["action"].tolist() == ["login", "other", "assignment_issued"]


def test_a_day_outside_of_the_stated_year_goes_back(home: Home) -> None:
    _take(home, "log.csv", _text([*ROWS, ROWS[0].replace("2025-10", "2024-10")]), academic_year="2025-2026")
    (record,) = current_readings(home)
    assert [(fault["row"], fault["rule"]) for fault in record["quarantine"]] == [(6, "outside_year")]


def test_a_log_over_two_years_lands_in_both(home: Home) -> None:
    _take(
        home,
        "log.csv",
        _text(
            ["2025-08-31,myschool,720101,a@b,teacher,login", "2025-09-01,myschool,720101,a@b,teacher,login"]
        ),
    )
    (record,) = current_readings(home)
    assert [part["academic_year"] for part in record["partitions"]] == ["2024-2025", "2025-2026"]
    keys = [
        hashlib.sha256(f"centre|myschool|{month}|720101".encode()).hexdigest()[:16]
        for month in ("2025-08-01", "2025-09-01")
    ]
    found = [[scope[0] for scope in part["scopes"]] for part in record["partitions"]]
    assert found == [[key] for key in keys]


def test_facts_may_stand_beside_the_file(home: Home) -> None:
    rows = ["2025-10-14 09:10:00;720101;t1@school.example;login"]
    data = _text(rows, header="Дата и время;Код ОО;Пользователь;Действие")
    report = _take(home, "log.csv", data)
    assert "platform: myschool" in report.returned[0].message
    assert "user_role: teacher" in report.returned[0].message
    report = _take(home, "log.csv", data, platform="myschool", user_role="teacher")
    assert report.accepted, report.returned
    assert _frame(home)["platform_code"].tolist() == ["myschool"]


def test_parquet_of_another_kind_is_told_what_is_missing(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "marks.parquet"
    pq.write_table(pa.table({"mark": [1]}), file)
    assert "журналы событий" in _take(home, "marks.parquet", file.read_bytes()).returned[0].message
    assert "повреждён" in _take(home, "cut.parquet", b"PAR1" + b"\0" * 40).returned[0].message


def test_a_small_log_in_a_workbook_lands_the_same(home: Home) -> None:
    write_book(
        home.inbox / "platform_events" / "log.xlsx",
        {"Лог": [HEADER.split(","), *(row.split(",") for row in ROWS[:3])]},
    )
    report = ingest(home)
    assert report.accepted, report.returned
    frame = _frame(home)
    assert frame["action"].tolist() == ["login", "work_checked", "assignment_issued"]
    assert frame["month_start"].tolist() == [date(2025, 10, 1)] * 3


def test_the_working_table_is_gone_after_a_run(home: Home) -> None:
    _take(home, "log.csv", _text(ROWS))
    assert not (home.cache / "eventlog").exists()


def test_order_of_rows_changes_nothing_but_their_numbers(home: Home, tmp_path: Path) -> None:
    other = Home.create(tmp_path / "other", home.config)
    _take(home, "log.csv", _text(ROWS))
    _take(other, "log.csv", _text(ROWS[::-1]))
    names = ["platform_code", "school_code", "occurred_on", "user_role", "action", "scope_key"]
    rows = [Counter(map(tuple, _frame(each)[names].to_numpy().tolist())) for each in (home, other)]
    assert rows[0] == rows[1]


def test_rows_of_a_long_log_keep_their_numbers_days_and_people(home: Home) -> None:
    """Longer than what is cut at once: parts are read side by side, and a role is first met far below the head."""
    size, empty = 300_000, {150_001, 299_999}
    rows = [
        f"2025-{9 + number % 3:02d}-{1 + number % 28:02d} 09:10:00,myschool,{720100 + number % 7},"
        f"t{number % 11}@school.example,{'администратор' if number == 250_000 else 'pupil'},login"
        for number in range(2, size + 2)
    ]
    for line in empty:
        rows[line - 2] = ""
    report = _take(home, "log.csv", _text(rows, end="\n"))
    assert report.accepted, report.returned
    frame = _frame(home)
    numbers = [number for number in range(2, size + 2) if number not in empty]
    assert frame["source_row"].tolist() == numbers
    assert frame["school_code"].tolist() == [str(720100 + number % 7) for number in numbers]
    assert frame["occurred_on"].tolist() == [
        date(2025, 9 + number % 3, 1 + number % 28) for number in numbers
    ]
    assert frame.loc[frame["person_token"].notna(), "source_row"].tolist() == [250_000]
    assert _rows(home) == {"read": size + 1, "landed": size - 2, "quarantined": 0, "header": 1, "blank": 2}
    (record,) = current_readings(home)
    sizes = Counter((number % 7, number % 3) for number in numbers)
    assert sorted(scope[3] for scope in record["partitions"][0]["scopes"]) == sorted(sizes.values())


def test_one_scope_spelt_in_two_ways_is_told_once(home: Home) -> None:
    _take(home, "log.csv", _text(ROWS[:2]))
    (record,) = current_readings(home)
    assert [scope[3] for scope in record["partitions"][0]["scopes"]] == [2]
    assert _frame(home)["scope_key"].nunique() == 1


_SPOILS = (
    "\n", "\r\n\r\n", '"', '""', ";", ",,,,", "\t", "\0", "\x01", "\ufeff", "Ё", "31.02.2025", "2030-01-01",
    "нет",
    "учитель", "720101", "99999999999999999999", "-1", " ", "\u00a0", "a" * 400, "=1+1", "timestamp",
)  # fmt: skip


@pytest.mark.slow
def test_spoiled_logs_go_back_or_account_for_every_line(home: Home) -> None:
    """300 seeded mutations of bytes and lines: a clear refusal, or every line in its account. Budget: 40 s."""
    from random import Random

    accepted = 0
    folder = home.inbox / "platform_events"
    for seed in range(300):
        rng = Random(seed)
        rows = [rng.choice(ROWS) for _ in range(rng.randint(1, 25))]
        if rng.random() < 0.3:
            rows.insert(rng.randrange(len(rows) + 1), rng.choice(["", HEADER, ",,,,,", "итого"]))
        data = bytearray(
            _text(rows, rng.choice(["\n", "\r\n"]), rng.choice(["utf-8", "utf-8", "cp1251", "utf-8-sig"]))
        )
        for _ in range(rng.randint(0, 3)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice([0, 0, 1, 4])] = rng.choice(_SPOILS).encode()
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / f"log{seed}.csv").write_bytes(bytes(data))
        report = ingest(home)
        for outcome in report.returned:
            assert len(outcome.message) > 10
            assert "ошибка программы" not in outcome.message, (seed, outcome.message)
        for record in current_readings(home):
            for sheet in record["sheets"]:
                counts = sheet["rows"]
                assert counts["read"] == sum(value for key, value in counts.items() if key != "read"), seed
            if record["source"] == "platform_events" and record["sheets"][0]["layout"] == "log":
                rows_in_lake = sum(part["rows"] for part in record["partitions"])
                assert rows_in_lake == record["sheets"][0]["rows"]["landed"], seed
        accepted += len(report.accepted)
    assert accepted > 75, accepted
