"""The files say what the truth says: a few figures counted again from the written files, school by school.

The readers here know one layout each and share nothing with the generator but the words of the files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

from tests.demo.conftest import Written, csv_rows, sheets

_LOOK_ALIKES = str.maketrans("aeopcyxABEKMHOPCTX", "аеорсухАВЕКМНОРСТХ")


def fold(text: object) -> str:
    """Return a name as a careful clerk reads it."""
    plain = str(text).replace("\u00a0", " ").translate(_LOOK_ALIKES).lower().replace("ё", "е")
    return " ".join(plain.split())


def school_key(text: object) -> str:
    """Return a school's name without quotes and spaces."""
    return re.sub(r"[\s\u00a0«»\"]", "", str(text)).lower().replace("ё", "е")


def raw_rows(path: Path) -> list[dict[str, str]]:
    """Read a csv of the planning system: nothing is quoted, so nothing is unquoted."""
    lines = path.read_bytes().decode("cp1251").split("\r\n")
    header = lines[0].split(";")
    return [dict(zip(header, line.split(";"), strict=True)) for line in lines[1:] if line]


def truth_of(written: Written, **wanted: str) -> dict[str, dict[str, str]]:
    """Return area code (of schools unless another kind is wanted) → row of the truth with these keys."""
    wanted.setdefault("area_kind", "school")
    return {
        row["area_code"]: row
        for row in written.truth()
        if all(row[key] == value for key, value in wanted.items())
    }


def _day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()


def test_level_9_of_2024_from_protocols_and_lists(demo_written: Written) -> None:
    wanted: dict[tuple[str, str, str], set[str]] = {}
    for path in demo_written.files("gia_admission/2023-2024/*.csv"):
        for row in csv_rows(path, "cp1251"):
            if (
                row["Уровень ГИА"] != "9"
                or row["Допуск"] != "да"
                or row["Категория"] != "выпускник текущего года"
            ):
                continue
            who = (row["Код ОО"], fold(row["ФИО"]), re.sub(r"\W", "", row["Класс"]).lower())
            chosen = {name.strip() for name in row["Выбор предметов"].split(";") if name.strip()}
            gve = row["Форма"] == "ГВЭ"
            base = {"Русский язык (ГВЭ)", "Математика (ГВЭ)"} if gve else {"Русский язык", "Математика"}
            wanted[who] = base | chosen
    marks: dict[tuple[tuple[str, str, str], str], list[tuple[date, int]]] = defaultdict(list)
    for path in demo_written.files("gia_protocol/2023-2024/ГИА-9/*.csv"):
        for row in raw_rows(path):
            if row["Статус результата"] in ("действующий результат", "изменён по апелляции"):
                who = (row["Код ОО"], fold(row["ФИО"]), re.sub(r"\W", "", row["Класс"]).lower())
                marks[who, row["Предмет"]].append((_day(row["Дата экзамена"]), int(row["Оценка"])))
    for cutoff, last in (("main", date(2024, 8, 31)), ("september", date(2024, 10, 31))):
        expected = truth_of(
            demo_written, academic_year="2023-2024", indicator_code="I1", gia_level="9", cutoff=cutoff,
            denominator_kind="admitted",
        )  # fmt: skip
        for code, row in expected.items():
            people = {who: need for who, need in wanted.items() if who[0] == code}
            good = 0
            for who, need in people.items():
                final = {s: max(r for r in marks[who, s] if r[0] <= last)[1] for s in need
                         if any(r[0] <= last for r in marks[who, s])}  # fmt: skip
                good += all(final.get(subject, 0) >= 3 for subject in need)
            assert (good, len(people)) == (int(row["numerator"]), int(row["denominator"])), code


def _by_codes(w: Written) -> list[tuple[str, str, int, int]]:
    """Return (school, folded name, grade of study, of performance) of mathematics by the latest maps of codes."""
    results = csv_rows(w.inbox / "vsosh_sirius" / "2025-2026" / "Сириус_математика.csv", "utf-8")
    holders: dict[str, tuple[str, str, int]] = {}
    maps = sorted(w.files("vsosh_codes/2025-2026/*.csv"))
    latest = [path for path in maps if path.with_name(f"{path.stem}_исправлено.csv") not in maps]
    for path in latest:
        for row in csv_rows(path, "utf-8"):
            holders[row["Код участника"]] = (path.stem[5:11], fold(row["ФИО"]), int(row["Класс"][:-1]))
    found = [
        (*holders[row["Код участника"]], int(row["Класс участия"]))
        for row in results if row["Балл"] and row["Код участника"] in holders
    ]  # fmt: skip
    strange = {row["Код участника"] for row in results if row["Балл"]} - set(holders)
    town = truth_of(
        w, academic_year="2025-2026", indicator_code="I2", measure="unmatched", area_kind="municipality"
    )
    assert [int(row["numerator"]) for row in town.values()] == [len(strange)]
    return found


def test_school_stage_of_2026_from_workbooks_and_codes(demo_written: Written) -> None:
    register = sheets(demo_written.inbox / "school_register" / "2025-2026" / "реестр_школ.xlsx")["Школы"]
    header = register[0]
    codes = {
        school_key(r[header.index("Краткое наименование")]): r[header.index("Код ОО")] for r in register[1:]
    }
    pupils: dict[str, set[tuple[str, int]]] = defaultdict(set)
    older: dict[str, set[tuple[str, int]]] = defaultdict(set)
    rows = _by_codes(demo_written)
    for path in demo_written.files("vsosh_school_stage/2025-2026/*.xlsx"):
        title = "Русский язык"
        for row in sheets(path)[title][14:]:
            if row[0] == title and row[8] != "":
                name = fold(f"{row[3]} {row[4]} {row[5]}")
                rows.append((codes[school_key(row[1])], name, int(row[7] or row[6]), int(row[6])))
    for school, name, study, performance in rows:
        if 8 <= study <= 11:
            pupils[school].add((name, study))
            if performance > study:
                older[school].add((name, study))
    for measure, found in (("pupils", pupils), ("older_grade", older)):
        expected = truth_of(demo_written, academic_year="2025-2026", indicator_code="I2", measure=measure,
                            stage="school", subject="any")  # fmt: skip
        assert {code: len(found[code]) for code in expected} == {
            code: int(row["numerator"]) for code, row in expected.items()
        }
        assert sum(map(len, found.values())) > 0


def test_platforms_of_autumn_2023(demo_written: Written) -> None:
    folder = demo_written.inbox / "platform_persons" / "2023-2024"
    rows = csv_rows(folder / "uchi_ru" / "uchi_ru_H1_2023.csv", "utf-8-sig")
    rows += csv_rows(folder / "yaklass" / "yaklass_H1_2023.csv", "cp1251")
    page = sheets(folder / "resh" / "РЭШ 1 полугодие.xlsx")["Отчёт"]
    rows += [dict(zip(page[2], row, strict=True)) for row in page[3:]]
    months: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        acts = sum(float(row[c] or 0) for c in ("Выдано заданий", "Проверено работ", "Проведено уроков"))
        if row["Роль"] == "учитель" and acts:
            start: object = row["Период с"]
            months[fold(row["ФИО"])].add(f"{start:%d.%m.%Y}" if isinstance(start, date) else str(start))
    staff: dict[str, set[str]] = defaultdict(set)
    day = date(2023, 12, 31)
    for row in csv_rows(demo_written.files("teaching_staff/2023-2024/*.csv")[0], "utf-8-sig"):
        starts, ends = row["Длительный отпуск с"], row["Длительный отпуск по"]
        away = starts and (_day(ends) - _day(starts)).days > 92 and _day(starts) <= day <= _day(ends)
        if row["Внешний совместитель"] == "нет" and not away:
            staff[row["Код ОО"]].add(fold(row["ФИО"]))
    expected = truth_of(demo_written, academic_year="2023-2024", indicator_code="I5", measure="share",
                        usage_level="L2", period="H1")  # fmt: skip
    assert len(expected) == 28
    for code, row in expected.items():
        using = sum(len(months[name]) >= 2 for name in staff[code])
        assert (using, len(staff[code])) == (int(row["numerator"]), int(row["denominator"])), code


def test_contingent_of_2021(demo_written: Written) -> None:
    found: dict[str, int] = defaultdict(int)
    enrolled: dict[str, int] = defaultdict(int)
    for row in csv_rows(demo_written.files("contingent/2021-2022/*.csv")[0], "cp1251"):
        if row["Контингент"] != "основная":
            continue
        if int(row["Параллель"]) in (8, 9, 10, 11):
            found[row["Код ОО"]] += int(row["Обучающихся"])
        if row["Параллель"] == "9":
            enrolled[row["Код ОО"]] += int(row["Обучающихся"]) + int(row["Прибыло"]) - int(row["Выбыло"])
    share = truth_of(demo_written, academic_year="2021-2022", indicator_code="I4")
    assert dict(found) == {code: int(row["denominator"]) for code, row in share.items()}
    graduates = truth_of(demo_written, academic_year="2021-2022", indicator_code="I1", gia_level="9",
                         cutoff="main", denominator_kind="enrolled")  # fmt: skip
    assert dict(enrolled) == {code: int(row["denominator"]) for code, row in graduates.items()}


def test_return_agrees_with_subject_results(demo_written: Written) -> None:
    page = sheets(demo_written.inbox / "gia_school_return" / "2025-2026" / "ЕГЭ_2026_по_школам.xlsx")["2026"]
    expected = {
        row["school_code"]: (int(row["participants"]), int(row["participants"]) - int(row["passed"]))
        for row in demo_written.truth("subject_results")
        if (row["academic_year"], row["gia_level"], row["subject_code"]) == ("2025-2026", "11", "1")
    }
    found = {f"{int(row[1]):06d}": (int(row[4]), int(row[5])) for row in page[8:]}
    assert found == expected
    total = page[6]
    assert (int(total[4]), int(total[5])) == tuple(map(sum, zip(*expected.values(), strict=True)))
