"""Exams: lists of admission, protocols in six layouts, the regional return."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from tests.hidden_town.facts import BY_CODE, SCHOOLS, TOWN_NAME, YEARS, Graduate, Sitting, active, year_name
from tests.hidden_town.life import BASES, RETURN, Life
from tests.hidden_town.papers import Row, Typist, book, serial, table
from tests.hidden_town.truth import return_counts
from tests.hidden_town.write_base import write_base

_SUBJECTS = {1: "Русский язык", 2: "Математика", 3: "Физика", 6: "Биология", 8: "География", 9: "Английский язык",
             12: "Обществознание", 18: "Литература", 22: "Математика базовая",
             29: "Английский язык (устный)"}  # fmt: skip
_CATEGORIES = {
    "current": "Выпускник текущего года",
    "past": "ВПЛ",
    "spo": "Обучающийся СПО",
    "ukp": "УКП",
    "external": "Экстерн",
}
_STATUSES = {
    "valid": "Действующий результат", "appeal_changed": "Изменён по апелляции", "removed": "Удалён с экзамена",
    "absent": "Неявка без уважительной причины", "absent_excused": "Неявка по уважительной причине",
    "unfinished_excused": "Не завершил по уважительной причине",
    "annulled_no_retake": "Аннулирован без права пересдачи",
    "annulled_retake": "Аннулирован с правом пересдачи",
}  # fmt: skip
_WORDS = {"removed": "Удалён", "absent": "Не явился", "absent_excused": "Неявка по уважительной причине",
          "unfinished_excused": "Не завершил по уважительной причине",
          "annulled_no_retake": "Аннулирован без права пересдачи",
          "annulled_retake": "Аннулирован с правом пересдачи"}  # fmt: skip
_FORMS = {"oge": "ОГЭ", "ege": "ЕГЭ", "gve": "ГВЭ"}
Pair = tuple[Graduate, Sitting]


def write_exams(inbox: Path, life: Life) -> None:
    for year in YEARS:
        for level in (9, 11):
            if (year, level) in BASES:
                write_base(inbox, life, year, level)
                continue
            _lists(inbox, life, year, level)
            if (year, level) != RETURN and (year, level) != (2019, 9):
                _protocols(inbox, life, year, level)
    _return(inbox, life)


# --- lists -----------------------------------------------------------------------------------------------------------


def _lists(inbox: Path, life: Life, year: int, level: int) -> None:
    """One list a school; a school's list may still name a pupil who finished another one, whose list is later."""
    order = [school.code for school in SCHOOLS]
    days = {code: date(year + 1, 5, 10 + at) for at, code in enumerate(order)}
    typist = Typist(f"list {year} {level}")
    by_school: dict[str, list[Graduate]] = defaultdict(list)
    for one in life.of(year, level):
        if not one.is_listed:
            continue
        by_school[one.school].append(one)
        if one.first_school and one.category == "current" and days[one.first_school] < days[one.school]:
            by_school[one.first_school].append(one)
    for code in order:
        if not by_school[code]:
            continue
        path = inbox / "Допуск" / year_name(year) / f"ГИА-{level}" / f"{code}"
        facts: dict[str, object] = {"source": "gia_admission", "academic_year": year_name(year), "gia_level": level,
                                    "as_of": str(days[code])}  # fmt: skip
        if year % 2:
            head = [
                "Код ОО",
                "Класс",
                "ФИО",
                "Дата рождения",
                "Форма",
                "Выбор предметов",
                "Категория",
                "ОВЗ",
                "Допуск",
            ]
            rows: list[Row] = [
                [int(code), f"{level}{one.letter}", typist.full(one.person), serial(one.person.born), _FORMS[one.form],
                 "; ".join(_SUBJECTS[s] for s in one.chosen) if one.is_choice_told else None,
                 _CATEGORIES[one.category] if one.category != "current" else None, "да" if one.has_right else "нет",
                 "допущен" if one.is_admitted else "не допущен"]
                for one in by_school[code]
            ]  # fmt: skip
            title = [[f"Список обучающихся {level}-х классов"], [BY_CODE[code].name], []]
            book(path.with_suffix(".xlsx"), {"Лист1": [*title, head, *rows]}, **facts)
            continue
        head = ["Код школы", "Школа", "Класс", "Фамилия", "Имя", "Отчество", "ДР", "Допущен", "Форма ГИА",
                "Предметы по выбору", "Категория участника", "Только обязательные"]  # fmt: skip
        rows = [
            [code, BY_CODE[code].short, typist.label(level, one.letter), *typist.parts(one.person), one.person.born,
             int(one.is_admitted), _FORMS[one.form],
             ",".join(str(s) for s in one.chosen) if one.is_choice_told else "", _CATEGORIES[one.category],
             "да" if one.has_right else ""]
            for one in by_school[code]
        ]  # fmt: skip
        table(path.with_suffix(".csv"), [head, *rows], **facts)


# --- protocols -------------------------------------------------------------------------------------------------------


def _protocols(inbox: Path, life: Life, year: int, level: int) -> None:
    pairs = [(one, sitting) for one in life.of(year, level) for sitting in one.sittings]
    pairs.sort(key=lambda pair: (pair[1].day, pair[1].subject, pair[0].person.number))
    folder = inbox / "Протоколы" / year_name(year) / f"{level} класс"
    if (year, level) in ((2020, 9), (2021, 9)):
        _by_day(folder, pairs, year, level)
    elif level == 11:
        _planning(folder, pairs, year, level)
    else:
        _two_level(folder, pairs, year)


def _values(one: Graduate, sitting: Sitting, is_early: bool) -> dict[str, Any]:
    """Return marks and status: what stood before an appeal in an early protocol."""
    mark, status = sitting.mark, sitting.status
    if is_early and status == "appeal_changed":
        mark, status = sitting.before, "valid"
    is_test = one.level == 11 and one.form == "ege" and sitting.subject not in (22, 29)
    return {
        "primary": None if mark is None and sitting.subject != 29 else 11,
        "test": mark if is_test else None,
        "mark": None if is_test or sitting.subject == 29 else mark,
        "status": status,
    }


def _code(one: Graduate, sitting: Sitting) -> int:
    return sitting.subject + 50 if one.form == "gve" and sitting.subject < 22 else sitting.subject


def _by_day(folder: Path, pairs: list[Pair], year: int, level: int) -> None:
    """One workbook an exam: subject and day stand in the title, the words of those without a mark in its column."""
    days: dict[tuple[int, date, str], list[Pair]] = defaultdict(list)
    for one, sitting in pairs:
        days[sitting.subject, sitting.day, one.form].append((one, sitting))
    for (subject, day, form), own in days.items():
        for is_early in (True, False):
            if is_early and not any(sitting.status == "appeal_changed" for _, sitting in own):
                continue
            typist = Typist(f"day {subject} {day} {form} {is_early}")
            title: list[Row] = [
                [None, "Предварительные результаты" if is_early else "Протокол результатов"],
                [None, f"Предмет: {_SUBJECTS[subject]}"],
                [None, f"Дата экзамена: {day:%d.%m.%Y}"],
                [],
            ]
            head = [None, "№", "Код МСУ", "Код ОО", "Наименование ОО", "Класс", "Фамилия", "Имя", "Отчество",
                    "Дата рождения",
                    "Форма", "Категория", "Код ППЭ", "Первичный балл", "Оценка", "Статус"]  # fmt: skip
            rows: list[Row] = [[None, *range(1, 16)]]
            for number, (one, sitting) in enumerate(own, 1):
                values, code = _values(one, sitting, is_early), sitting.school or one.school
                word = _WORDS.get(values["status"])
                rows.append(
                    [None, number, "031", int(code), BY_CODE[code].short, typist.label(level, one.letter),
                     *typist.parts(one.person), one.person.born, _FORMS[one.form],
                     _CATEGORIES[one.category] if one.category != "current" else None, 7,
                     values["primary"], word or values["mark"],
                     "Изменён по апелляции" if values["status"] == "appeal_changed" else None]
                )  # fmt: skip
            rows += [[], [None, "Руководитель РЦОИ", None, None, "Подпись"]]
            name = f"{_SUBJECTS[subject]} {form} {day}{' предварительный' if is_early else ''}.xlsx"
            book(
                folder / name, {"Протокол": [*title, head, *rows]}, source="gia_protocol", gia_level=level,
                academic_year=year_name(year), exam_form=form, **({"subject": _code(*own[0])} if form == "gve" else {}),
                state="preliminary" if is_early else "final",
                as_of=str(day.replace(day=day.day + (1 if is_early else 3))),
            )  # fmt: skip


def _planning(folder: Path, pairs: list[Pair], year: int, level: int) -> None:
    """All exams in one csv; extracts of June and of the end of September."""
    head = ["№", "Код ОО", "Класс", "ФИО", "Дата рождения", "Код предмета", "Предмет", "Дата экзамена", "Этап", "Форма",
            "Категория участника", "Первичный балл", "Тестовый балл", "Оценка", "Статус"]  # fmt: skip
    for is_early in (True, False):
        typist = Typist(f"planning {year} {is_early}")
        border = date(year + 1, 6, 25) if is_early else date(year + 1, 9, 30)
        rows: list[Row] = []
        for number, (one, sitting) in enumerate(pairs, 1):
            if sitting.day >= border:
                continue
            values, school = _values(one, sitting, is_early), sitting.school or one.school
            stage = (
                "досрочный"
                if sitting.day.month == 4
                else "дополнительный"
                if sitting.day.month == 9
                else "основной"
            )
            rows.append(
                [number, school, typist.label(level, one.letter), typist.full(one.person), one.person.born,
                 _code(one, sitting), _SUBJECTS[sitting.subject], f"{sitting.day:%Y.%m.%d}", stage, _FORMS[one.form],
                 _CATEGORIES[one.category] if one.is_listed or one.category != "current" else None,
                 values["primary"], values["test"], values["mark"], _STATUSES[values["status"]]]
            )  # fmt: skip
        table(
            folder / f"ЕГЭ {border}.csv", [head, *rows], separator=";" if year != 2022 else ",",
            encoding="cp1251" if year != 2022 else "utf-8-sig", source="gia_protocol", gia_level=level,
            academic_year=year_name(year), state="preliminary" if is_early else "final", as_of=str(border),
        )  # fmt: skip


def _two_level(folder: Path, pairs: list[Pair], year: int) -> None:
    """A workbook without birth dates: a person is name, school and class; ГВЭ is told by the form alone."""
    typist = Typist(f"two level {year}")
    top = [None, "№", "Код образовательной организации", "Образовательная организация", "Класс", "Участник",
           "Код предмета",
           "Дата", "Форма экзамена", "Категория", "Результаты", None, "Статус"]  # fmt: skip
    below = [*[None] * 10, "Первичный балл", "Отметка", None]
    rows: list[Row] = []
    for number, (one, sitting) in enumerate(pairs, 1):
        values = _values(one, sitting, is_early=False)
        rows.append(
            [None, number, int(one.school), BY_CODE[one.school].short, f"9{one.letter}", typist.full(one.person),
             sitting.subject, sitting.day, _FORMS[one.form],
             _CATEGORIES[one.category] if one.is_listed or one.category != "current" else None,
             values["primary"], values["mark"], _STATUSES[values["status"]]]
        )  # fmt: skip
    book(
        folder / "ОГЭ и ГВЭ все предметы.xlsx", {"Свод": [[None, "Результаты ГИА-9"], [], top, below, *rows]},
        source="gia_protocol", gia_level=9, academic_year=year_name(year), state="final", as_of=f"{year + 1}-09-30",
    )  # fmt: skip


# --- the return ------------------------------------------------------------------------------------------------------


def _return(inbox: Path, life: Life) -> None:
    """The region's return of a year and level: a group row, a total before the data, a row of numbers, hard spaces."""
    year, _ = RETURN
    subjects = (1, 2, 22, 3)
    measures = (
        "приняло участие",
        "не\u00a0преодолен min порог",
        "высокобалльники (80–99)",
        "получили 100 баллов",
        "средний балл",
    )
    top: list[Any] = ["Код ОО", "Наименование ОО", "Всего выпускников"]
    for subject in subjects:
        top += ["Математика профильная" if subject == 2 else _SUBJECTS[subject], *[None] * 4]
    below = [*[None] * 3, *measures * len(subjects)]
    body: list[list[Any]] = []
    for school in active(year):
        counts = return_counts(life, school.code)
        if not counts[0][0]:
            continue
        row: list[Any] = [int(school.code), school.short, counts[0][0]]
        for subject in subjects:
            taken, failed = counts[subject]
            row += [taken or None, failed or None, None, None, None if subject == 22 or not taken else 51.375]
        body.append(row)
    total: list[Any] = [None, "ВСЕГО по муниципалитету"]
    total += [
        sum(int(row[at] or 0) for row in body) if (at - 3) % 5 in (0, 1) or at == 2 else None
        for at in range(2, len(top))
    ]
    numbers = list(range(1, len(top) + 1))
    rows = [["Результаты ЕГЭ по школам"], [], top, below, numbers, total, [None, TOWN_NAME], *body]
    merges = [f"{chr(68 + 5 * at)}3:{chr(72 + 5 * at)}3" for at in range(len(subjects))]
    book(
        inbox / "Сводка региона" / f"ЕГЭ {year + 1}.xlsx", {str(year + 1): rows}, {str(year + 1): merges},
        source="gia_school_return", academic_year=year_name(year), gia_level=11, record_kind="results",
        as_of=f"{year + 1}-07-25",
    )  # fmt: skip
