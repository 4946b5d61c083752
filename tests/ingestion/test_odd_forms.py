"""Files as they come from hands and portals: odd in every way that the guide of formats names, landed without code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ingestion.lake import read_frame
from ingestion.ledger import current_readings
from ingestion.run import IngestReport, ingest
from opora.home import Home
from tests.ingestion.conftest import sidecar, write_book, write_csv


def _only(home: Home, report: IngestReport) -> tuple[dict[str, Any], Any]:
    assert report.returned == [], [item.message for item in report.returned]
    (record,) = current_readings(home)
    (part,) = record["partitions"]
    frame = read_frame(home, record["source"], part["entity"], part["academic_year"], record["reading_id"])
    return record, frame


def _rows(record: dict[str, Any]) -> dict[str, int]:
    (sheet,) = [sheet for sheet in record["sheets"] if sheet["entity"]]
    rows: dict[str, int] = sheet["rows"]
    assert rows["read"] == sum(value for kind, value in rows.items() if kind != "read")
    return rows


def test_several_values_in_one_cell_are_as_many_rows_with_marks_of_their_own(home: Home) -> None:
    """Windows-1251, quotes inside quotes, subjects, dates and marks on lines of their cells."""
    head = "Код ОО;Наименование ОО;Класс;Фамилия;Имя;Дата рождения;Предмет;Дата экзамена;Первичный балл;Оценка\r\n"
    person = (
        '720101;МБОУ "СОШ "Радуга"";9А;Белова;Анна;{day}.02.2009;"Русский язык\n{subject}";'
        + '"03.06.2025\n06.06.2025"'
    )
    text = head + "".join(
        person.format(day=day, subject=subject) + f';"{marks}";"5\n3"\r\n'
        for day, subject, marks in (
            ("01", "Математика", "30\n15"),
            ("02", "Физика", "30\n15\n2"),  # three marks of two exams
            ("03", "Химия", "30"),  # one mark cannot be of both
        )
    )
    path = write_csv(home.inbox / "gia_protocol/2024-2025/план.csv", text, "cp1251")
    sidecar(path, gia_level=9, state="final")
    record, frame = _only(home, ingest(home))
    assert _rows(record) == {"read": 4, "landed": 1, "quarantined": 2, "header": 1}
    assert frame[["subject_code", "primary_mark", "mark"]].values.tolist() == [[1, 30, 5], [2, 15, 3]]
    assert frame["exam_date"].tolist() == [date(2025, 6, 3), date(2025, 6, 6)]
    assert {fault["rule"] for fault in record["quarantine"]} == {"uneven_lines"}


def test_a_protocol_with_every_trap_of_a_text_file(home: Home) -> None:
    text = "\r\n".join([
        "Протокол результатов ОГЭ по предмету Русский язык", "Дата экзамена: 03.06.2025", "",
        "№ п/п;Код  ОО;Наименование ОО;Класс;Фамилия;Имя;Отчество;Дата рождения;Первичный балл;Оценка;%;Статус",
        "1;2;3;4;5;6;7;8;9;10;11;12",
        "всего по муниципалитету;;;;;;;;31;;;",
        '1;720101;МБОУ "СОШ № 1";9 "А";Aнтонова;Анна;Ивановна;2009.02.01;31;5;93,9;действующий результат',
        "2;20102;МАОУ «Лицей»;9-Б;Сёмин-Петров;П.;О.;01.02.09;Не явился;;;неявка по уважительной причине",
        "3;720103;Школа\u00a03;9в;Ким;Ли;;39845;Удалён;;;удален",
        "4;720103;Школа 3;9в;Ким;Ан;;31.02.2009;12;3;;",
        ";;;;;;;;;;;", "Итого:;;;;;;;;;;;", "Председатель комиссии:;;Иванов И.И.;;;;;;;;;", "",
    ])  # fmt: skip
    sidecar(write_csv(home.inbox / "gia_protocol/2024-2025/итог.csv", text, "cp1251"), gia_level=9)
    record, frame = _only(home, ingest(home))
    assert _rows(record) == {
        "read": 13, "landed": 3, "quarantined": 1, "title": 2, "blank": 2, "header": 1, "column_numbers": 1,
        "total": 2, "footer": 1,
    }  # fmt: skip
    assert frame["school_code"].tolist() == ["720101", "020102", "720103"]
    assert frame["class_label"].tolist() == ["9А", "9Б", "9В"]
    assert frame["result_status"].tolist() == ["valid", "absent_excused", "removed"]
    assert [(fault["cell"], fault["rule"]) for fault in record["quarantine"]] == [("H10", "not_a_date")]


def test_a_school_stage_workbook_that_says_subject_twice(home: Home) -> None:
    """Data from row 16, since row 15 repeats one word of the header; sheets of rules beside."""
    head = ["Предмет", "Школа", "Код участника", "Фамилия", "Имя", "Отчество", "Класс выступления", "Класс обучения",
            "Балл", "Процент", "Статус"]  # fmt: skip
    rows = [
        ["Школьный этап"], *[[] for _ in range(12)], head, ["Предмет"],
        ["Физическая культура", "МБОУ СОШ №1", "П-1", "Ёлкин", "Иван", "Ильич", "9", "8 А", 45.5, 0.455, "призер"],
        ["Физика", "МБОУ СОШ №1", "П-2", "Елкина", "Ина", "Ильинична", 7, None, "12,5", "0,25", "Победительница"],
        ["Физика", "МБОУ СОШ №1", "П-3", "Ким", "Ли", None, 7, None, 1, 0.02, "участница"],
    ]  # fmt: skip
    rules = [["Правила", "…"], ["а", "б"]]
    write_book(home.inbox / "vsosh_school_stage/2025-2026/шэ.xlsx", {"Инструкция": rules, "Участники": rows})
    record, frame = _only(home, ingest(home))
    assert _rows(record) == {"read": 18, "landed": 3, "quarantined": 0, "title": 1, "blank": 12, "header": 2}
    assert frame["award_status"].tolist() == ["prize_winner", "winner", "participant"]
    assert frame["percent_done"].tolist() == [0.455, 0.25, 0.02]


def test_a_portal_file_takes_its_stage_from_the_sidecar_or_the_name(home: Home) -> None:
    text = (
        "\ufeffID;ФИО;ДР;Класс;Класс участия;Макс. балл;Балл;Статус;Призер МЭ;Учитель;Место работы\r\n"
        "1;Белова Анна Ивановна;01.02.2009;9А;9;50;12,5;Участник;нет;Петрова А.А.;МБОУ СОШ № 1\r\n"
    )
    folder = home.inbox / "vsosh_portal/2025-2026"
    sidecar(write_csv(folder / "история.csv", text), stage="municipal")
    write_csv(folder / "школьный этап право.csv", text)
    write_csv(folder / "химия.csv", text)
    report = ingest(home)
    records = current_readings(home)
    stages = {
        read_frame(home, "vsosh_portal", "results", "2025-2026", record["reading_id"])["olympiad_stage"][0]
        for record in records
    }
    assert len(report.accepted) == 2 and stages == {"municipal", "school"}
    (back,) = report.returned
    assert "«stage: municipal»" in back.message


def test_a_map_of_codes_belongs_to_the_school_its_name_says(home: Home) -> None:
    text = "Код;ФИО;Дата рождения;Класс\nA-1;Белова Анна Ивановна;01.02.2014;5А\n"
    write_csv(home.inbox / "vsosh_codes/2025-2026/720101.csv", text)
    _, frame = _only(home, ingest(home))
    assert frame["school_code"].tolist() == ["720101"]


def test_a_return_with_the_total_first_groups_and_column_numbers(home: Home) -> None:
    measures = ["приняло участие", "не преодолен min порог", "высокобалльники (80–99)", "получили 100 баллов",
                "средний балл"]  # fmt: skip
    rows = [
        ["Сводка"],
        ["Наименование ОО", "Выпускников\u00a0всего", "Русский\u00a0язык", *[None] * 4, "Химия", *[None] * 4],
        [None, None, *measures, *measures], list(range(1, 13)),
        ["ВСЕГО по региону", 30, 25, 1, 3, 0, 61.2345678, 5, 0, 1, 0, 55.5], ["г. Тобольск"],
        ["СОШ № 1", 15, 15, 1, 2, 0, 60.123456789, 5, 0, 1, 0, 55.5], ["СОШ № 2", 15, 10, 0, 1, 0, 62.9],
    ]  # fmt: skip
    path = write_book(home.inbox / "gia_school_return/2024-2025/свод.xlsx", {"2025": rows})
    sidecar(path, gia_level=11)
    record, frame = _only(home, ingest(home))
    assert _rows(record) == {
        "read": 8, "landed": 2, "quarantined": 0, "title": 1, "header": 2, "column_numbers": 1, "total": 1, "group": 1,
    }  # fmt: skip
    assert set(frame["municipality_name"]) == {"г. Тобольск"} and frame["graduates"].tolist() == [15, 15, 15]
    assert frame[frame["subject_code"] == 1]["participants"].sum() == 25
    assert [item for item in record["total_mismatches"] if item["kind"] == "sum"] == []


def test_registers_in_the_words_of_their_owners(home: Home) -> None:
    """Titles that no contract of ours uses as its own."""
    contest = [["Наименование конкурса", "Код", "Уровень", "Предмет", "Форма", "Утверждён"],
               ["Шаг в будущее", "К1", "региональный", "Физика", "очная", "да"]]  # fmt: skip
    write_book(home.inbox / "contest_list/2025-2026/перечень.xlsx", {"Лист1": contest})
    write_csv(
        home.inbox / "contest_participation/2025-2026/участие.csv",
        "Код конкурса;Конкурс;Дата;Код ОО;Класс;ФИО;Результат\nК1;Шаг;12.11.2025;20101;9 А;Зуев Пётр;Диплом\n",
        "cp1251",
    )  # fmt: skip
    write_csv(
        home.inbox / "gia_admission/2024-2025/список.tsv",
        "Код ОО\tУровень\tКласс\tФИО\tДопущен\tФорма\tПредметы\n720101\t9\t9 А\tБелова Анна\tда\tОГЭ\tфизика; химия\n",
    )  # fmt: skip
    report = [["Школа", "ФИО", "Эл. почта", "Роль", "Последний вход", "Входы"],
              ["МБОУ СОШ № 1", "Петрова Анна", "a@x.ru", "Учитель", datetime(2025, 1, 20), 15],
              ["Итого", *[None] * 4, 15]]  # fmt: skip
    path = write_book(home.inbox / "platform_persons/2024-2025/resh.xlsx", {"Отчёт": report})
    sidecar(path, platform="resh", period="2025-01")
    assert ingest(home).returned == []
    records = {record["source"]: record for record in current_readings(home)}
    assert len(records) == 4
    for record in records.values():
        assert [sheet["unknown_columns"] for sheet in record["sheets"]] == [[]], record["source"]
    chosen = read_frame(
        home, "gia_admission", "admissions", "2024-2025", records["gia_admission"]["reading_id"]
    )
    assert chosen["subjects_chosen"].tolist() == ["3,4"]
