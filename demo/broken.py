"""Deliveries with defects that no reader can mend. Each is one file beside the clean demo.

A defect of a file (unreadable, unknown, without a needed column) is to be *returned* to its sender while the rest
of the inbox is processed; a defect of content is to *block* the release. ``DEFECTS`` says which is which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from demo.containers import encrypted_workbook, zip_bomb
from demo.people import Headcount
from demo.sheets import CP1251, CsvStyle, Inbox, Row
from demo.town import BY_CODE, MUNICIPALITY_NAME, YEARS, active_schools, year_name
from demo.world import World

YEAR = YEARS[-1]
NAME = year_name(YEAR)
RETURN_YEAR = 2023


@dataclass(frozen=True)
class Defect:
    """One defect: its name, what is to happen, and who writes its file."""

    name: str
    outcome: Literal["returned", "blocked"]
    write: Callable[[Inbox, World], Path]


def write_broken(inbox: Inbox, world: World) -> dict[str, Path]:
    """Write all defective deliveries; return defect → file."""
    return {defect.name: defect.write(inbox, world) for defect in DEFECTS}


# --- content ---------------------------------------------------------------------------------------------


def _unmatched_school(inbox: Inbox, world: World) -> Path:
    path = inbox.path("contest_participation", NAME, "школа_вне_реестра_as_of_2026-08-31.csv")
    header: Row = [
        "Код",
        "Название",
        "Предмет",
        "Дата участия",
        "Код школы",
        "Класс",
        "Фамилия",
        "Имя",
        "Отчество",
    ]
    rows: list[Row] = [
        [
            "К-02",
            "Международный конкурс «Кенгуру»",
            "Математика",
            "19.03.2026",
            "720199",
            "9А",
            "Ясенев",
            name,
            "Ильич",
        ]
        for name in ("Гордей", "Лука", "Ян")
    ]
    inbox.csv(path, [header, *rows], CP1251)
    return path


def _more_pupils_than_enrolled(inbox: Inbox, world: World) -> Path:
    """A later contingent in which one school has three pupils in grade 9."""
    heads = dict(world.population.headcounts[YEAR])
    heads["720105", 9] = Headcount(pupils=3)
    path = inbox.path("contingent", NAME, "уточнение", f"Контингент_{YEAR}_as_of_2026-06-10.csv")
    header: Row = ["Код ОО", "На дату", "Контингент", "Параллель", "Обучающихся", "Прибыло", "Выбыло"]
    day = date(YEAR, 9, 20)
    rows: list[Row] = [
        [code, day, "основная", grade, head.pupils, head.arrivals, head.departures]
        for (code, grade), head in heads.items()
    ]
    rows += [
        [code, day, "взрослые", grade, n, 0, 0] for (code, grade), n in world.population.adults[YEAR].items()
    ]
    inbox.csv(path, [header, *rows], CP1251)
    return path


_PROTOCOL: Row = ["Код ОО", "Класс", "ФИО", "Дата рождения", "Код предмета", "Дата экзамена", "Этап", "Форма",
                  "Первичный балл", "Тестовый балл", "Оценка", "%", "Статус"]  # fmt: skip


def _protocol(inbox: Inbox, level: int, name: str, rows: list[Row]) -> Path:
    path = inbox.path("gia_protocol", NAME, f"ГИА-{level}", f"{name}_as_of_2026-07-03.csv")
    inbox.csv(
        path, [_PROTOCOL, *rows], CsvStyle(encoding="utf-8-sig"), gia_level=level, as_of=date(2026, 7, 3)
    )
    return path


def _mark_outside_scale(inbox: Inbox, world: World) -> Path:
    rows: list[Row] = [
        ["720103", "11А", "Ясенев Гордей Ильич", "04.05.2008", 10, "19.06.2026", "основной", "ЕГЭ", 70, 117, None, None,
         "действующий результат"],
        ["720103", "11А", "Ясенев Лука Ильич", "04.05.2008", 10, "19.06.2026", "основной", "ЕГЭ", 40, 55, None, None,
         "действующий результат"],
    ]  # fmt: skip
    return _protocol(inbox, 11, "немецкий", rows)


def _primary_above_maximum(inbox: Inbox, world: World) -> Path:
    rows: list[Row] = [
        ["720104", "9Б", "Ясенев Ян Ильич", "11.02.2010", 10, "19.06.2026", "основной", "ОГЭ", 99, None, 5, 145.6,
         "действующий результат"],
        ["720104", "9Б", "Ясенева Мира Ильинична", "11.02.2010", 10, "19.06.2026", "основной", "ОГЭ", 50, None, 4, 73.5,
         "действующий результат"],
    ]  # fmt: skip
    return _protocol(inbox, 9, "немецкий", rows)


def _return(inbox: Inbox, name: str, rows: list[Row]) -> Path:
    path = inbox.path("gia_school_return", year_name(RETURN_YEAR), f"{name}.xlsx")
    facts = {"gia_level": 11, "record_kind": "results", "as_of": date(RETURN_YEAR + 1, 7, 20), "sender": name}
    with inbox.book(path, **facts) as book:
        book.sheet(str(RETURN_YEAR + 1), rows)
    return path


_FIVE = ("приняло участие", "не преодолен min порог", "высокобалльники (80-99 баллов)", "получили 100 баллов",
         "средний балл")  # fmt: skip
_LEAD = ("Муниципальное образование", "Образовательная организация (школа)", "Всего выпускников")


def _parts_exceed_participants(inbox: Inbox, world: World) -> Path:
    """Химия: «получили 100 баллов» holds another variable."""
    rows: list[Row] = [[f"Результаты ЕГЭ {RETURN_YEAR + 1} года"], []]
    rows += [[*_LEAD, "Химия", None, None, None, None], [None, None, None, *_FIVE]]
    schools = [s for s in active_schools(RETURN_YEAR) if s.has_upper][:8]
    rows += [[MUNICIPALITY_NAME, s.full_in(RETURN_YEAR), 30, 6, 1, 1, 9, 55.5] for s in schools]
    return _return(inbox, "химия", rows)


def _total_does_not_reconcile(inbox: Inbox, world: World) -> Path:
    rows: list[Row] = [[f"Результаты ЕГЭ {RETURN_YEAR + 1} года"], []]
    rows += [[*_LEAD, "Немецкий язык", None, None, None, None], [None, None, None, *_FIVE]]
    schools = [s for s in active_schools(RETURN_YEAR) if s.has_upper][:8]
    rows += [[MUNICIPALITY_NAME, s.full_in(RETURN_YEAR), 30, 4, 0, 1, 0, 61.0] for s in schools]
    rows.append(["Итого", None, 240, 35, 0, 8, 0, None])
    return _return(inbox, "немецкий", rows)


def _nested_column(inbox: Inbox, world: World) -> Path:
    """A column named «< 160» that holds the pupils with 160 and more: it always contains those above 220."""
    rows: list[Row] = [
        [f"Результаты ЕГЭ {RETURN_YEAR + 1} года"],
        [],
        [*_LEAD, "Русский язык", None, None, None, None, "Сумма трёх экзаменов", None, None],
        [None, None, None, *_FIVE, "сдавали три экзамена", "< 160 баллов", "≥ 220 баллов"],
    ]
    schools = [s for s in active_schools(RETURN_YEAR) if s.has_upper][:12]
    for index, school in enumerate(schools):
        full = 20 + index
        rows.append(
            [
                MUNICIPALITY_NAME,
                school.full_in(RETURN_YEAR),
                40,
                40,
                0,
                5,
                0,
                66.0,
                full,
                full - 4,
                3 + index % 4,
            ]
        )
    return _return(inbox, "сумма_баллов", rows)


# --- files -----------------------------------------------------------------------------------------------


def _unknown_file(inbox: Inbox, world: World) -> Path:
    path = inbox.path("прочее", NAME, "меню_столовой.xlsx")
    with inbox.book(path) as book:
        book.sheet("Меню", [["Блюдо", "Выход, г", "Цена"], ["Борщ", 250, 41.5], ["Компот", 200, 12]])
    return path


def _torn_workbook(inbox: Inbox, world: World) -> Path:
    whole = inbox.root / "school_register" / NAME / "реестр_школ.xlsx"
    path = inbox.path("school_register", NAME, "обрыв", "реестр_школ.xlsx")
    inbox.raw(path, whole.read_bytes()[:4000], as_of=date(YEAR, 10, 1))
    return path


def _missing_column(inbox: Inbox, world: World) -> Path:
    path = inbox.path("gia_admission", NAME, "без_допуска_as_of_2026-05-22.csv")
    header: Row = ["Код ОО", "Уровень", "Класс", "ФИО", "Дата рождения", "Форма"]
    inbox.csv(
        path, [header, ["720105", 9, "9А", "Ясенев Ян Ильич", "11.02.2010", "ОГЭ"]], CP1251, sender="720105"
    )
    return path


def _empty_sheet(inbox: Inbox, world: World) -> Path:
    path = inbox.path("vsosh_school_stage", NAME, f"{BY_CODE['720119'].code}_пусто.xlsx")
    with inbox.book(path, as_of=date(YEAR, 11, 20), sender="720119") as book:
        book.sheet("Русский язык", [])
    return path


def _wrong_encoding(inbox: Inbox, world: World) -> Path:
    path = inbox.path("contest_list", NAME, "перечень_кодировка_as_of_2025-10-02.csv")
    rows: list[Row] = [
        ["Код", "Наименование", "Предмет", "Включено"],
        ["К-11", "Турнир городов", "Математика", "да"],
    ]
    inbox.csv(path, rows, CsvStyle(encoding="cp866"))
    return path


def _password(inbox: Inbox, world: World) -> Path:
    path = inbox.path("teaching_staff", NAME, "Педработники_под_паролем.xlsx")
    inbox.raw(
        path, encrypted_workbook(), as_of=date(2026, 6, 2), count_date=date(2026, 5, 31), sender="720102"
    )
    return path


def _zip_bomb(inbox: Inbox, world: World) -> Path:
    path = inbox.path("gia_protocol", NAME, "ГИА-9", "01_as_of_2026-07-09.xlsx")
    inbox.raw(path, zip_bomb())
    return path


DEFECTS: tuple[Defect, ...] = (
    Defect("unmatched_school", "blocked", _unmatched_school),
    Defect("more_pupils_than_enrolled", "blocked", _more_pupils_than_enrolled),
    Defect("mark_outside_scale", "blocked", _mark_outside_scale),
    Defect("primary_above_maximum", "blocked", _primary_above_maximum),
    Defect("parts_exceed_participants", "blocked", _parts_exceed_participants),
    Defect("total_does_not_reconcile", "blocked", _total_does_not_reconcile),
    Defect("nested_column", "blocked", _nested_column),
    Defect("unknown_file", "returned", _unknown_file),
    Defect("torn_workbook", "returned", _torn_workbook),
    Defect("missing_column", "returned", _missing_column),
    Defect("empty_sheet", "returned", _empty_sheet),
    Defect("wrong_encoding", "returned", _wrong_encoding),
    Defect("password", "returned", _password),
    Defect("zip_bomb", "returned", _zip_bomb),
)
