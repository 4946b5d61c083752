"""Forms of files to typed rows, with row accounting; expected values are written by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.refusal import Refusal
from tests.ingestion.conftest import admission, sidecar, write_book, write_csv

PROTOCOL = "№;Код ОО;Наименование ОО;Класс;ФИО;Предмет;Дата экзамена;Форма;Первичный балл;Оценка;%;Статус\n"
FIVE = ["приняло\u00a0участие", "не преодолен min порог", "высокобалльники (80-99 баллов)", "получили 100 баллов",
        "средний балл"]  # fmt: skip


def rows_of(reading: Any, sheet: int = 0) -> list[dict[str, Any]]:
    records = reading.sheets[sheet].records
    names = list(records.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*records.columns.values(), strict=True)]


def test_protocol_csv_with_several_exams_in_one_cell(tmp_path: Path, read: Any) -> None:
    text = PROTOCOL + (
        '1;72121;ООО "Школа";9а;Иванов Иван;"Русский язык\nМатематика";"03.06.2025\n06.06.2025";ОГЭ;"20\n17";"4\n3";;\n'
        "2;72121;ООШ;9 А;Петров Пётр;Русский язык;03.06.2025;ОГЭ;Не явился;;;\n"
    )
    reading = read(write_csv(tmp_path / "a.csv", text, "cp1251"), "gia_protocol/2024-2025/9/a.csv")
    rows = rows_of(reading)
    assert [(r["subject_code"], r["exam_date"], r["primary_mark"], r["result_status"]) for r in rows] == [
        (1, date(2025, 6, 3), 20.0, None), (2, date(2025, 6, 6), 17.0, None), (1, date(2025, 6, 3), None, "absent"),
    ]  # fmt: skip
    assert {r["school_code"] for r in rows} == {"072121"}
    assert [r["grade"] for r in rows] == [9, 9, 9]
    assert reading.sheets[0].counts() == {"read": 3, "landed": 2, "quarantined": 0, "header": 1}
    assert reading.sheets[0].as_of == {"2024-2025": date(2025, 6, 6)}


def test_title_footer_numbers_total_and_empty_column(tmp_path: Path, read: Any) -> None:
    header = ["", "№", "Код ОО", "ФИО", "Дата экзамена", "Форма", "Тестовый балл"]
    rows = [
        ["", "Протокол ЕГЭ"], ["", "Предмет: Математика (профильная)"], [],
        header, ["", 1, 2, 3, 4, 5, 6],
        ["", 1, 720101, "Иванов Иван", 45817, "ЕГЭ", 70], ["", 2, 720101, "Председателев Пётр", 45817, "ЕГЭ", "12,0"],
        ["", "", "Итого участников:", 3], [], ["", "Председатель ГЭК", "", "____", "Осипова"],
    ]  # fmt: skip
    reading = read(write_book(tmp_path / "a.xlsx", {"Л": rows}), "gia_protocol/2024-2025/a.xlsx")
    assert reading.sheets[0].counts() == {
        "read": 10, "landed": 2, "quarantined": 0, "title": 2, "blank": 2, "header": 1, "column_numbers": 1, "total": 1,
        "footer": 1,
    }  # fmt: skip
    assert [(r["subject_code"], r["gia_level"], r["test_mark"], r["exam_date"]) for r in rows_of(reading)] == [
        (2, 11, 70.0, date(2025, 6, 9)), (2, 11, 12.0, date(2025, 6, 9)),
    ]  # fmt: skip
    (mismatch,) = reading.sheets[0].mismatches
    assert (mismatch["kind"], mismatch["stated"], mismatch["computed"]) == ("count", 3.0, 2.0)


def test_september_belongs_to_the_year_before(tmp_path: Path, read: Any) -> None:
    text = PROTOCOL + "1;720101;ООШ;9;Иванов Иван;Русский язык;05.09.2025;ОГЭ;20;4;60;\n"
    assert read(write_csv(tmp_path / "ОГЭ.csv", text), "gia_protocol/ОГЭ/a.csv").sheets[0].records.years == [
        "2024-2025"
    ]


def test_school_return_with_groups_and_a_total_above(tmp_path: Path, read: Any) -> None:
    rows = [
        ["Результаты ЕГЭ 2026 года"], [],
        ["№", "Код ОО", "Наименование ОО", "Количество выпускников", "Русский язык", "", "", "", "",
         "Математика базовая"],
        ["", "", "", "", *FIVE, *FIVE],
        list(range(1, 15)),
        ["", "", "ВСЕГО по региону", 60, 55, 1, 9, 0, "", 20, 0, 0, 0, ""],
        ["", "", "Город Тура"],
        [1, 72121, "МБОУ «СОШ № 1»", 30, 30, 1, 5, "", 61.123456, 20, 0, 0, 0, 4.1],
        [2, 720102, "Гимназия", 20, 20, 0, 4, "", 70.5],
        ["", "", "Район Северный"],
        [3, 720103, "СОШ", 10, 5, "", "", "", 50.0],
        [4, 720104, "СОШ без выпускников"],
    ]  # fmt: skip
    reading = read(write_book(tmp_path / "a.xlsx", {"2026": rows}))
    records = rows_of(reading)
    names = ("municipality_name", "school_code", "subject_code", "participants", "hundred")
    assert [tuple(record[name] for name in names) for record in records] == [
        ("Город Тура", "072121", 1, 30, None), ("Город Тура", "720102", 1, 20, None),
        ("Район Северный", "720103", 1, 5, None), ("Город Тура", "072121", 22, 20, 0),
    ]  # fmt: skip
    assert records[0]["mean_score"] == 61.123456
    assert {r["record_kind"] for r in records} == {"results"}
    assert {r["gia_level"] for r in records} == {11}
    sheet = reading.sheets[0]
    assert (sheet.year, sheet.as_of) == ("2025-2026", {"2025-2026": date(2026, 8, 31)})
    assert sheet.counts() == {
        "read": 12, "landed": 3, "quarantined": 0, "title": 1, "blank": 1, "header": 2, "column_numbers": 1, "total": 1,
        "group": 2, "nobody": 1,
    }  # fmt: skip
    assert sheet.mismatches == []


def test_totals_that_do_not_reconcile(tmp_path: Path, read: Any) -> None:
    rows = [
        ["Муниципальное образование", "Образовательная организация", "Всего выпускников", "Химия", "", "", "", ""],
        ["", "", "", *FIVE],
        ["Округ", "СОШ 1", 10, 6, 1, 1, 0, 55.0], ["Округ", "СОШ 2", 10, 4, 0, 1, 0, 45.0],
        ["Итого", "", 20, 11, 1, 2, 0, 9.74],
    ]  # fmt: skip
    reading = read(write_book(tmp_path / "ЕГЭ.xlsx", {"2025": rows}), "gia_school_return/ЕГЭ/a.xlsx")
    found = [(m["cell"], m["kind"], m["stated"], m["computed"]) for m in reading.sheets[0].mismatches]
    assert found == [("D5", "sum", 11.0, 10.0), ("H5", "mean", 9.74, 51.0)]


def test_a_column_below_that_contains_the_column_above(tmp_path: Path, read: Any) -> None:
    head = [["Муниципальное образование", "Образовательная организация", "Всего", "Химия", *[""] * 4, "Сумма"],
            ["", "", "", *FIVE, "< 160 баллов", "≥ 220 баллов"]]  # fmt: skip
    rows = [["Округ", f"СОШ {at}", 30, 30, 0, 1, 0, 60.0, 20, 3] for at in range(12)]
    reading = read(write_book(tmp_path / "a.xlsx", {"2025": head + rows}), "gia_school_return/ЕГЭ/a.xlsx")
    (found,) = reading.sheets[0].nesting
    assert (found["rows"], found["cell"]) == (12, "I2")
    rows[0][8:] = [2, 25]  # one school where the columns are disjoint clears them
    reading = read(write_book(tmp_path / "b.xlsx", {"2025": head + rows}), "gia_school_return/ЕГЭ/b.xlsx")
    assert reading.sheets[0].nesting == []


@pytest.mark.parametrize("tasks", [1, 5, 12])
def test_olympiad_protocol_with_any_number_of_tasks(tmp_path: Path, read: Any, tasks: int) -> None:
    blank = [""] * (tasks - 1)
    rows = [
        ["Протокол муниципального этапа Всероссийской олимпиады школьников в 2025 - 2026 учебном году "
         "по русскому языку"],
        ["Максимальное количество баллов", "", "", 50], [],
        ["№", "Фамилия, имя, отчество", "Шифр", "ОО", "Класс", "Количество баллов за задание", *blank, "Итог",
         "% выполнения", "Рейтинг", "Статус"],
        ["", "", "", "", "", *range(1, tasks + 1)],
        [1, "Иванова Анна", "01-07", "Лицей № 1", 7, *([2.5] * tasks), 45, 90, 1, "Победитель"],
        [2, "Петров Пётр", "01-08", "Лицей № 1", "8Б", *([0] * tasks), 0, 0, 2, "призер"],
        [3, "Сидоров Олег", "01-09", "Лицей № 1", 9, *([""] * tasks), "н/я", "", "", ""],
        [], ["Дата проведения: 12.11.2025"], ["Председатель жюри:", "", "Тарасова Л. М."],
        ["Члены жюри:", "", "Юдин П. С."],
    ]  # fmt: skip
    path = sidecar(
        write_book(tmp_path / "a.xlsx", {"7 класс": rows}),
        state="final",
        grade_kind="study",
        stage="municipal",
    )
    reading = read(path)
    assert reading.source == "vsosh_municipal_protocol"
    names = ("subject_code", "grade", "score", "award_status", "max_score", "olympiad_date", "task_scores")
    assert [tuple(record[name] for name in names) for record in rows_of(reading)] == [
        (1, 7, 45.0, "winner", 50.0, date(2025, 11, 12), ";".join(["2.5"] * tasks)),
        (1, 8, 0.0, "prize_winner", 50.0, date(2025, 11, 12), ";".join(["0"] * tasks)),
        (1, 9, None, None, 50.0, date(2025, 11, 12), ";" * (tasks - 1) or None),
    ]  # fmt: skip
    assert {(r["protocol_state"], r["grade_kind"]) for r in rows_of(reading)} == {("final", "study")}
    assert reading.sheets[0].counts()["footer"] == 3
    assert reading.sheets[0].year == "2025-2026"


@pytest.mark.parametrize(
    ("cells", "expected"), [([0.55, 1], [0.55, 1.0]), ([55, 100], [0.55, 1.0]), (["55%", "9%"], [0.55, 0.09])]
)
def test_shares_come_as_fractions_or_per_cent(
    tmp_path: Path, read: Any, cells: list[Any], expected: list[float]
) -> None:
    header = [
        "Предмет",
        "Школа",
        "Код участника",
        "Фамилия",
        "Имя",
        "Класс выступления",
        "Класс обучения",
        "Балл",
        "Процент",
    ]
    rows = [["Всероссийская олимпиада школьников"], header]
    rows += [
        ["Физика", "СОШ", f"sh{at}", "Иванов", "Иван", 9, "8Б", 5, cell] for at, cell in enumerate(cells)
    ]
    reading = read(
        write_book(tmp_path / "a.xlsx", {"Инструкция": [["Как"]], "Физика": rows}),
        "vsosh_school_stage/2025-2026/a.xlsx",
    )
    records = rows_of(reading)
    assert [r["percent_done"] for r in records] == expected
    assert {
        (r["study_grade"], r["class_label"], r["performance_grade"], r["subject_code"]) for r in records
    } == {(8, "8Б", 9, 3)}
    assert reading.skipped == [("Инструкция", "instruction", 1)]


def test_wide_contingent(tmp_path: Path, read: Any) -> None:
    rows = [["Численность обучающихся на 20 сентября 2024 года"], ["Код ОО", "Школа", "8 класс", "", "9 класс", ""],
            ["", "", "обучающихся", "прибыло", "обучающихся", "прибыло"], ["720101", "СОШ", 20, 1, 25, ""],
            ["ИТОГО", "", 20, 1, 25, 0]]  # fmt: skip
    reading = read(write_book(tmp_path / "a.xlsx", {"К": rows}))
    assert [(r["grade"], r["pupils"], r["arrivals"], r["count_date"]) for r in rows_of(reading)] == [
        (8, 20, 1, date(2024, 9, 20)), (9, 25, None, date(2024, 9, 20)),
    ]  # fmt: skip
    assert (reading.source, reading.sheets[0].year, reading.sheets[0].mismatches) == (
        "contingent",
        "2024-2025",
        [],
    )


def test_wrong_cells_keep_their_whole_row_out(tmp_path: Path, read: Any) -> None:
    text = admission(["Иванов Иван", "Петров Пётр"]) + "школа;9;9А;Сидоров Олег;01.02.2009;да;ОГЭ\n"
    text += "720101;9;9А;;01.02.2009;да;ОГЭ\n720101;9;9А;Ёлкин Яков;32.02.2009;может быть;ОГЭ;лишнее\n"
    reading = read(write_csv(tmp_path / "a.csv", text), "2024-2025/a.csv")
    assert reading.sheets[0].counts() == {"read": 6, "landed": 2, "quarantined": 3, "header": 1}
    told = reading.sheets[0].told_faults()
    assert [(fault["row"], fault["cell"], fault["rule"]) for fault in told] == [
        (4, "A4", "not_a_school_code"), (5, "D5", "nobody_named"),
        (6, None, "shifted_row"), (6, "E6", "not_a_date"), (6, "F6", "not_yes_or_no"),
    ]  # fmt: skip
    assert not any(name in str(told) for name in ("Сидоров", "Ёлкин", "может быть"))


def test_a_header_printed_twice_and_a_group_row(tmp_path: Path, read: Any) -> None:
    head = ["Код ОО", "Школа", "На дату", "Параллель", "Обучающихся"]
    rows = [
        head,
        ["", "Ермаковский округ"],
        ["720101", "СОШ", "20.09.2024", 1, 20],
        head,
        ["720102", "СОШ 2", "20.09.2024", 1, 30],
    ]
    reading = read(write_book(tmp_path / "a.xlsx", {"К": rows}))
    assert reading.sheets[0].counts() == {"read": 5, "landed": 2, "quarantined": 0, "header": 2, "group": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Блюдо;Выход;Цена\nБорщ;250;41\n", "шапка таблицы не найдена"),
        ("Код ОО;Уровень;Класс;ФИО;Дата рождения\n720101;9;9А;Иванов Иван;01.02.2009\n", "Допущен к ГИА"),
        (admission([]), "ни одной строки данных"),
        (admission(["Иванов Иван"]), "academic_year: 2024-2025"),
    ],
)
def test_whole_files_that_go_back(tmp_path: Path, read: Any, text: str, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        read(write_csv(tmp_path / "a.csv", text))


def test_missing_facts_are_asked_for_line_by_line(tmp_path: Path, read: Any) -> None:
    text = "Код ОО;ФИО;Первичный балл\n720101;Иванов Иван;20\n"
    with pytest.raises(Refusal) as refusal:
        read(write_csv(tmp_path / "a.csv", text), "gia_protocol/a.csv")
    for key in ("academic_year", "gia_level", "subject", "exam_date"):
        assert f"«{key}" in refusal.value.message
    assert "a.csv.delivery.yaml" in refusal.value.message


def test_a_sheet_that_nobody_knows_is_never_skipped_silently(tmp_path: Path, read: Any) -> None:
    good = [
        ["Код ОО", "Школа", "На дату", "Параллель", "Обучающихся"],
        ["720101", "СОШ", "20.09.2024", 1, 20],
    ]
    book = {"К": good, "Лист2": [["Что-то", "ещё"], [1, 2]]}
    with pytest.raises(Refusal, match="Лист2"):
        read(write_book(tmp_path / "a.xlsx", book), "contingent/a.xlsx")
    hidden = write_book(tmp_path / "b.xlsx", book, hidden=["Лист2"])
    assert read(hidden, "contingent/b.xlsx").skipped == [("Лист2", "hidden", 2)]
