"""The call: repetition, correction, mended facts, returns; what stands never depends on arrival."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook

from ingestion.inbox import fingerprint
from ingestion.lake import read_frame
from ingestion.ledger import current_readings
from ingestion.run import ingest
from ingestion.snapshot import deliveries_frame, write_inputs
from opora.files import sha256_file
from opora.home import Home
from tests.ingestion.conftest import admission, sidecar, write_book, write_csv


def put(home: Home, name: str, text: str, **facts: Any) -> Path:
    path = write_csv(home.inbox / "gia_admission" / name, text)
    return sidecar(path, academic_year="2024-2025", **facts)


def inputs(home: Home, tmp_path: Path) -> dict[str, pd.DataFrame]:
    write_inputs(home, tmp_path / "inputs")
    return {path.stem: pd.read_parquet(path) for path in (tmp_path / "inputs").glob("*.parquet")}


def effective_rows(home: Home, tmp_path: Path) -> pd.DataFrame:
    frames = []
    for row in inputs(home, tmp_path)["effective"].itertuples():
        frame = read_frame(home, row.source, row.entity, row.academic_year, row.reading_id)
        frames.append(frame[frame["scope_key"] == row.scope_key])
    return pd.concat(frames) if frames else pd.DataFrame()


def lake_bytes(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.lake).as_posix(): path.read_bytes()
        for path in home.lake.rglob("*")
        if path.is_file()
    }


def test_the_same_files_again_do_nothing(home: Home) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]))
    first = ingest(home)
    before, mark = lake_bytes(home), fingerprint(home)
    second = ingest(home)
    assert (len(first.readings), second.readings, second.is_changed) == (1, [], False)
    assert fingerprint(home) == mark
    assert {k: v for k, v in lake_bytes(home).items() if "hashes" not in k} == {
        k: v for k, v in before.items() if "hashes" not in k
    }


def test_fingerprint_sees_bytes_sidecars_and_names(home: Home) -> None:
    path = put(home, "a.csv", admission(["Иванов Иван"]))
    marks = [fingerprint(home)]
    sidecar(path, academic_year="2023-2024")
    marks.append(fingerprint(home))
    path.rename(path.with_name("b.csv"))
    marks.append(fingerprint(home))
    assert len(set(marks)) == 3


def test_fingerprint_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    heavy = "('pandas', 'pyarrow', 'duckdb', 'numpy', 'openpyxl')"
    code = f"import sys, ingestion.inbox; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_no_name_passes_the_door(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Краснопёров Аристарх"]) + "720101;9;9А;Краснопёров Эраст;нет;да;ОГЭ\n")
    ingest(home)
    inputs(home, tmp_path)
    for path in [*home.lake.rglob("*"), *(tmp_path / "inputs").rglob("*")]:
        if path.is_file():
            data = path.read_bytes()
            for word in ("Краснопёров", "краснопёров", "красноперов", "Аристарх", "аристарх"):
                assert word.encode() not in data, path
    table = duckdb.connect().sql(f"select * from read_parquet('{home.lake}/gia_admission/*/*/*.parquet')")
    assert "person_token" in table.columns
    assert not {"surname", "full_name", "birth_date"} & set(table.columns)


def test_lake_types_follow_the_contract(home: Home) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]))
    ingest(home)
    described = (
        duckdb.connect()
        .sql(f"describe select * from read_parquet('{home.lake}/gia_admission/*/*/*.parquet')")
        .fetchall()
    )
    types = {row[0]: row[1] for row in described}
    assert types["gia_level"] == "BIGINT"
    assert types["is_admitted"] == "BOOLEAN"
    assert types["as_of"] == "DATE"
    assert types["person_token"] == "BIGINT"
    assert types["grade"] == "BIGINT"
    assert types["source_row"] == "BIGINT"


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("b.csv", "a.csv")])
def test_the_highest_as_of_holds_whatever_arrived_first(
    home: Home, tmp_path: Path, names: tuple[str, str]
) -> None:
    put(home, names[0], admission(["Иванов Иван"], admitted="да"), as_of=date(2025, 5, 20))
    ingest(home)
    put(home, names[1], admission(["Иванов Иван"], admitted="нет"), as_of=date(2025, 5, 10))
    ingest(home)
    assert effective_rows(home, tmp_path)["is_admitted"].tolist() == [True]


def test_a_correction_replaces_its_scope_only(home: Home, tmp_path: Path) -> None:
    put(
        home,
        "a.csv",
        admission(["Иванов Иван"]) + admission(["Петров Пётр"], "720102").split("\n", 1)[1],
        as_of=date(2025, 5, 1),
    )
    put(home, "b.csv", admission(["Иванов Иван", "Сидоров Олег"]), as_of=date(2025, 5, 20))
    ingest(home)
    assert effective_rows(home, tmp_path).groupby("school_code").size().to_dict() == {
        "720101": 2,
        "720102": 1,
    }


def test_equal_dates_with_different_rows_are_a_tie(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Иванов Иван"], admitted="да"), as_of=date(2025, 5, 20))
    put(home, "b.csv", admission(["Иванов Иван"], admitted="нет"), as_of=date(2025, 5, 20))
    ingest(home)
    tables = inputs(home, tmp_path)
    assert len(tables["ties"]) == 1
    assert len(tables["effective"]) == 1


def test_equal_rows_in_another_order_are_no_tie(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Иванов Иван", "Петров Пётр"]), as_of=date(2025, 5, 20))
    put(home, "b.csv", admission(["Петров Пётр", "Иванов Иван"]), as_of=date(2025, 5, 20))
    ingest(home)
    assert inputs(home, tmp_path)["ties"].empty


def test_senders_have_scopes_of_their_own(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]), as_of=date(2025, 5, 20), sender="school")
    put(home, "b.csv", admission(["Петров Пётр"]), as_of=date(2025, 5, 20), sender="ministry")
    ingest(home)
    tables = inputs(home, tmp_path)
    assert len(tables["effective"]) == 2
    assert tables["ties"].empty


def test_a_mended_sidecar_supersedes_the_reading_of_the_same_bytes(home: Home, tmp_path: Path) -> None:
    path = put(home, "a.csv", admission(["Иванов Иван"]))
    ingest(home)
    (old,) = current_readings(home)
    sidecar(path, academic_year="2023-2024")
    ingest(home)
    (new,) = current_readings(home)
    assert old["delivery_id"] == new["delivery_id"]
    assert old["reading_id"] != new["reading_id"]
    assert [part["academic_year"] for part in new["partitions"]] == ["2023-2024"]
    assert inputs(home, tmp_path)["effective"]["academic_year"].tolist() == ["2023-2024"]
    sidecar(path, academic_year="2024-2025")
    ingest(home)
    assert [record["reading_id"] for record in current_readings(home)] == [old["reading_id"]]


def test_a_file_moved_to_where_it_belongs_is_one_reading(home: Home) -> None:
    path = write_csv(home.inbox / "gia_admission" / "2023-2024" / "a.csv", admission(["Иванов Иван"]))
    ingest(home)
    target = home.inbox / "gia_admission" / "2024-2025" / "a.csv"
    target.parent.mkdir(parents=True)
    path.rename(target)
    ingest(home)
    (record,) = current_readings(home)
    assert record["facts"]["academic_year"] == "2024-2025"


def test_the_same_bytes_twice_are_a_repetition(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]), as_of=date(2025, 5, 20))
    put(home, "b.csv", admission(["Иванов Иван"]), as_of=date(2025, 5, 20))
    report = ingest(home)
    assert (report.repeated, len(report.readings)) == (1, 1)
    assert len(effective_rows(home, tmp_path)) == 1
    assert len(deliveries_frame(home)) == 1


def test_what_left_the_inbox_still_stands(home: Home, tmp_path: Path) -> None:
    path = put(home, "a.csv", admission(["Иванов Иван"]))
    ingest(home)
    path.unlink()
    ingest(home)
    assert len(effective_rows(home, tmp_path)) == 1


def test_one_bad_file_does_not_stop_the_others(home: Home) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]))
    write_csv(home.inbox / "меню.csv", "Блюдо;Цена\nБорщ;41\n")
    (home.inbox / "рвань.xlsx").write_bytes(b"PK\x03\x04torn")
    report = ingest(home)
    assert len(report.accepted) == 1
    assert {(item.file_name, item.state) for item in report.returned} == {
        ("меню.csv", "unknown"),
        ("рвань.xlsx", "returned"),
    }
    again = ingest(home)
    assert len(again.returned) == 2
    assert not again.is_changed
    states = deliveries_frame(home).set_index("file_name")["state"].to_dict()
    assert states == {"a.csv": "accepted", "меню.csv": "unknown", "рвань.xlsx": "returned"}


def test_wrong_rows_go_back_in_the_senders_own_sheet(home: Home) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]) + "720101;9;9А;Петров Пётр;нет даты;да;ОГЭ\n")
    report = ingest(home)
    assert report.by_source()["gia_admission"] == {"readings": 1, "landed": 1, "quarantined": 1, "other": 1}
    (path,) = home.returns.glob("*.xlsx")
    assert path.stat().st_mode & 0o077 == 0
    page = load_workbook(path).worksheets[0]
    assert page["D3"].value == "Петров Пётр"
    assert page["E3"].fill.fgColor.rgb == "FFFFC7CE"
    assert "ожидается дата" in page["E3"].comment.text
    (record,) = current_readings(home)
    assert [(fault["cell"], fault["rule"]) for fault in record["quarantine"]] == [("E3", "not_a_date")]


def test_a_corrected_return_can_be_sent_as_it_is(home: Home, tmp_path: Path) -> None:
    put(
        home,
        "a.csv",
        admission(["Иванов Иван"]) + "720101;9;9А;Петров Пётр;нет даты;да;ОГЭ\n",
        as_of=date(2025, 5, 1),
    )
    ingest(home)
    (path,) = home.returns.glob("*.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["E3"] = "02.03.2009"
    target = home.inbox / "gia_admission" / "исправлено.xlsx"
    book.save(target)
    sidecar(target, academic_year="2024-2025", as_of=date(2025, 5, 2))
    report = ingest(home)
    assert report.returned == []
    assert len(effective_rows(home, tmp_path)) == 2


def test_a_corrected_workbook_under_the_same_name_takes_its_return_back(home: Home, tmp_path: Path) -> None:
    """The sender corrects the marked cells of the returned workbook and sends it under the name it had."""
    head = ["Код ОО", "Уровень", "Класс", "ФИО", "Дата рождения", "Допущен", "Форма"]
    rows = [
        ["Список допущенных"], head, [720101, 9, "9А", "Белова Анна", "01.02.2009", "да", "ОГЭ"],
        ["72О101", 9, "9А", "Громов Ян", "31.02.2009", "да", "ОГЭ"], ["Итого", None, None, 2],
    ]  # fmt: skip
    target = home.inbox / "gia_admission" / "2024-2025" / "список 2025-05-01.xlsx"
    write_book(target, {"Инструкция": [["Заполните"]], "Список": rows})
    ingest(home)
    (path,) = home.returns.glob("*.xlsx")
    book = load_workbook(path)
    marked = [cell for row in book["Список"].iter_rows() for cell in row if cell.comment]
    assert [cell.coordinate for cell in marked] == ["A4", "E4"]
    for cell, value in zip(marked, (720101, "28.02.2009"), strict=True):
        cell.value = value
    book.save(target)
    sidecar(target, as_of=date(2025, 5, 2))
    report = ingest(home)
    assert report.returned == [] and [item.message for item in report.accepted] == [""]
    assert list(home.returns.iterdir()) == []
    assert len(effective_rows(home, tmp_path)) == 2


def test_the_board_walks_from_missing_to_corrected(home: Home, tmp_path: Path) -> None:
    """нет → возвращено → исправлено, by what each school's own file came to; the neighbour stays where it is."""
    register = home.inbox / "school_register" / "реестр.csv"
    rows = "".join(
        f"{code};Школа {code};71701000;Город;средняя;01.09.2000\n" for code in ("720101", "720102")
    )
    write_csv(
        register, "Код ОО;Полное наименование;Код муниципалитета;Муниципалитет;Вид;Действует с\n" + rows
    )
    sidecar(register, academic_year="2024-2025", as_of=date(2024, 9, 1))

    def board() -> dict[str, str]:
        ingest(home)
        frame = inputs(home, tmp_path)["submissions"]
        own = frame[frame["source"] == "gia_admission"]
        return dict(zip(own["school_code"], own["state"], strict=True))

    header = admission([])
    bad = header + "720101;9;9А;Иванов Иван;01.02.2009;да;ОГЭ\n720101;9;9А;Петров Пётр;нет даты;да;ОГЭ\n"
    put(home, "первая.csv", bad, as_of=date(2025, 5, 1))
    assert board() == {"720101": "returned", "720102": "missing"}
    put(home, "первая_снова.csv", bad.replace("нет даты", "02.03.2009"), as_of=date(2025, 5, 2))
    assert board() == {"720101": "corrected", "720102": "missing"}
    put(home, "вторая.csv", header + "720102;9;9А;Сидоров Пётр;03.02.2009;да;ОГЭ\n", as_of=date(2025, 5, 2),
        sender="720102")  # fmt: skip
    assert board() == {"720101": "corrected", "720102": "accepted"}


def test_wrong_rows_of_a_workbook_go_back_in_it(home: Home) -> None:
    """The vault keeps originals under their hash, without a suffix: a workbook is opened all the same."""
    from openpyxl import Workbook

    book = Workbook()
    for line in (admission(["Иванов Иван"]) + "720101;9;9А;Петров Пётр;нет даты;да;ОГЭ\n").splitlines():
        book.worksheets[0].append(line.split(";"))
    target = home.inbox / "gia_admission" / "a.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    sidecar(target, academic_year="2024-2025")
    ingest(home)
    (path,) = home.returns.glob("*.xlsx")
    page = load_workbook(path).worksheets[0]
    assert page["E3"].fill.fgColor.rgb == "FFFFC7CE" and page["D3"].value == "Петров Пётр"


def test_a_file_whose_every_row_is_wrong_goes_back(home: Home) -> None:
    put(home, "a.csv", admission(["Иванов Иван"], admitted="может быть"))
    report = ingest(home)
    assert report.accepted == []
    assert "ни одна строка не принята" in report.returned[0].message
    assert len(list(home.returns.glob("*.xlsx"))) == 1


def test_numbers_out_of_bounds_land_and_are_flagged(home: Home, tmp_path: Path) -> None:
    text = "Код ОО;ФИО;Предмет;Дата экзамена;Тестовый балл\n720101;Иванов Иван;Физика;03.06.2025;117\n"
    write_csv(home.inbox / "gia_protocol" / "2024-2025" / "11" / "a.csv", text)
    ingest(home)
    assert effective_rows(home, tmp_path)["test_mark"].tolist() == [117.0]
    (record,) = current_readings(home)
    assert [(fault["cell"], fault["rule"]) for fault in record["flagged"]] == [("E2", "out_of_range")]


def test_a_fault_of_the_program_goes_back_without_a_value(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("Иванов Иван")

    put(home, "a.csv", admission(["Иванов Иван"]))
    monkeypatch.setattr("ingestion.reading.recognise", fail)
    (item,) = ingest(home).returned
    assert "ошибка программы" in item.message
    assert "Иванов" not in item.message


def test_a_final_protocol_of_the_same_day_is_the_later(home: Home, tmp_path: Path) -> None:
    for state, mark in (("preliminary", 3), ("final", 4)):
        text = f"Код ОО;ФИО;Предмет;Дата экзамена;Оценка\n720101;Иванов Иван;Физика;03.06.2025;{mark}\n"
        path = write_csv(home.inbox / "gia_protocol" / "2024-2025" / "9" / f"{state}.csv", text)
        sidecar(path, state=state, as_of=date(2025, 6, 10))
    ingest(home)
    assert effective_rows(home, tmp_path)["mark"].tolist() == [4]
    assert inputs(home, tmp_path)["ties"].empty


def test_readings_are_accounted_for_by_year(home: Home, tmp_path: Path) -> None:
    put(home, "a.csv", admission(["Иванов Иван", "Петров Пётр"]) + "720101;9;9А;Ёлкин Яков;нет;да;ОГЭ\n")
    ingest(home)
    (row,) = inputs(home, tmp_path)["readings"].to_dict("records")
    assert (row["landed_rows"], row["quarantined_rows"], row["other_rows"]) == (2, 1, 1)
    assert (row["academic_year"], row["as_of"], row["sender"]) == ("2024-2025", date(2025, 8, 31), "centre")
    record = json.loads(next((home.lake / "readings").glob("*.json")).read_text(encoding="utf-8"))
    assert record["sheets"][0]["rows"]["read"] == 4


def test_a_file_that_the_system_keeps_closed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "a.csv", admission(["Иванов Иван"]))
    closed = put(home, "b.csv", admission(["Петров Пётр"]))

    def refuse(path: Path) -> str:
        if path == closed:
            raise PermissionError(path)
        return sha256_file(path)

    monkeypatch.setattr("ingestion.inbox.sha256_file", refuse)
    monkeypatch.setattr("ingestion.vault.vault.sha256_file", refuse)
    report = ingest(home)
    assert len(report.accepted) == 1
    assert "не открывается" in report.returned[0].message


def test_a_name_that_is_no_utf8(home: Home) -> None:
    folder = os.fsencode(home.inbox / "gia_admission")
    Path(os.fsdecode(folder)).mkdir()
    name = os.fsdecode(folder + b"/2024-2025_" + "список".encode("cp1251") + b".csv")
    Path(name).write_text(admission(["Иванов Иван"]), encoding="utf-8")
    assert len(ingest(home).accepted) == 1
    assert not ingest(home).is_changed
