"""School register, contingent, teaching staff and agreements."""

from __future__ import annotations

from datetime import date

from demo.noise import school_spellings
from demo.people import Headcount
from demo.sheets import CP1251, Cell, Inbox, Row
from demo.town import (
    AGREEMENTS,
    MUNICIPALITY_CODE,
    MUNICIPALITY_NAME,
    SCHOOLS,
    STATUSES,
    YEARS,
    Agreement,
    School,
    active_schools,
    year_name,
)
from demo.vocabulary import KIND, day_in_words
from demo.world import World
from demo.write_staff import write_staff

# --- register --------------------------------------------------------------------------------------------


def _school_cells(school: School, year: int) -> dict[str, Cell]:
    closed = school.valid_to if school.valid_to and school.valid_to < date(year, 9, 2) else None
    merged = year >= 2023
    return {
        "Код ОО": school.code,
        "Полное наименование": school.full_in(year),
        "Краткое наименование": school.short_in(year),
        "Код муниципалитета": MUNICIPALITY_CODE,
        "Муниципалитет": MUNICIPALITY_NAME,
        "Вид": KIND[school.kind],
        "ИНН": f"7209{school.code}",
        "ОГРН": f"102720{school.code}9",
        "Действует с": school.valid_from,
        "Действует по": closed,
        "Предшественник": school.predecessor if merged else "",
        "Правопреемник": school.successor if merged else "",
    }


def write_register(inbox: Inbox, year: int) -> None:
    """Write the register as the centre keeps it on 1 September: all schools ever, statuses ordered so far."""
    numeric = year == 2022
    table = [_school_cells(school, year) for school in SCHOOLS]
    header = list(table[0])
    if year % 2:
        header = [*header[5:], *header[:5]]
    rename = {2022: {"Код ОО": "Код школы", "Полное наименование": "Наименование ОО", "Вид": "Тип"}}.get(
        year, {}
    )
    rows: list[Row] = [[rename.get(title, title) for title in header]]
    for cells in table:
        if numeric:
            cells["Код ОО"] = int(str(cells["Код ОО"]))
            cells["ИНН"] = int(str(cells["ИНН"]))
        rows.append([cells[title] for title in header])
    statuses: list[Row] = [
        ["Код ОО", "Статус", "С учебного года", "По учебный год", "Приказ", "Отобрана по годам"]
    ]
    for status in STATUSES:
        if status.first > year:
            continue
        ended = year_name(status.last) if status.last and status.last < year else ""
        statuses.append(
            [
                int(status.school) if numeric else status.school,
                {"shnor": "ШНОР", "shnsu": "ШНСУ"}[status.kind],
                year_name(status.first),
                ended,
                status.order,
                ", ".join(year_name(y) for y in status.selected_on),
            ]
        )
    path = inbox.path("school_register", year_name(year), "реестр_школ.xlsx")
    with inbox.book(path, as_of=date(year, 9, 1)) as book:
        if year == 2024:
            book.sheet("Инструкция", [["Реестр ведёт центр"], ["Код ОО — текст из шести цифр"]])
        book.sheet("Школы", rows)
        book.sheet("Статусы", statuses)


# --- contingent ------------------------------------------------------------------------------------------


def write_contingent(inbox: Inbox, world: World, year: int) -> None:
    """Write the contingent of 20 September with the movement to May; 2024 comes twice, first without movement."""
    day = date(year, 9, 20)
    heads = world.population.headcounts[year]
    adults = world.population.adults[year]
    if year == 2024:
        early = {key: Headcount(h.pupils) for key, h in heads.items()}
        _wide(inbox, year, early, adults, ("сентябрь", date(year, 9, 25)))
    if year in (2022, 2024):
        _wide(inbox, year, heads, adults, ("май", date(year + 1, 5, 25)))
    else:
        _long(inbox, year, day, heads, adults)


def _long(
    inbox: Inbox,
    year: int,
    day: date,
    heads: dict[tuple[str, int], Headcount],
    adults: dict[tuple[str, int], int],
) -> None:
    names = {s.code: school_spellings(s.short_in(year))[year % 5] for s in SCHOOLS}
    header: Row = [
        "Код ОО",
        "Школа",
        "На дату",
        "Контингент",
        "Параллель",
        "Обучающихся",
        "Прибыло",
        "Выбыло",
    ]
    body: list[Row] = []
    for (code, grade), head in heads.items():
        moved = [head.arrivals, head.departures] if head.arrivals or head.departures else [0, 0]
        body.append([code, names[code], day, "основная", grade, head.pupils, *moved])
    body += [[code, names[code], day, "взрослые", grade, n, 0, 0] for (code, grade), n in adults.items()]
    as_of = date(year + 1, 5, 25)
    if year == 2021:
        path = inbox.path("contingent", year_name(year), f"контингент_as_of_{as_of}.csv")
        inbox.csv(path, [header, *body], CP1251)
        return
    total: Row = [
        None,
        "Итого",
        None,
        None,
        None,
        *(sum(int(str(row[k])) for row in body) for k in (5, 6, 7)),
    ]
    title: list[Row] = [["Сведения о контингенте", None], []]
    if year == 2025:
        rows = [*title, header, list(range(1, 9)), total, [None, MUNICIPALITY_NAME], *body]
        rows = [[None, *row] for row in rows]
    else:
        rows = [*title, header, [None, MUNICIPALITY_NAME], *body, [None, "итого по округу", *total[2:]]]
    path = inbox.path("contingent", year_name(year), f"Контингент_{year}.xlsx")
    with inbox.book(path, as_of=as_of) as book:
        book.sheet("Контингент", rows)


def _wide(
    inbox: Inbox,
    year: int,
    heads: dict[tuple[str, int], Headcount],
    adults: dict[tuple[str, int], int],
    delivery: tuple[str, date],
) -> None:
    """One row a school and part; two-level header: the grade over pupils, arrivals, departures."""
    (label, as_of), day = delivery, date(year, 9, 20)
    schools = active_schools(year)
    top: list[Cell] = ["Код ОО", "Наименование ОО", "Часть"]
    below: list[Cell] = [None, None, None]
    for grade in range(1, 12):
        top += [f"{grade} класс", None, None]
        below += ["обучающихся", "прибыло", "выбыло"]
    body: list[list[Cell]] = []
    for school in schools:
        row: list[Cell] = [school.code, school.short_in(year), "основная"]
        for grade in range(1, 12):
            head = heads.get((school.code, grade))
            row += (
                [head.pupils, head.arrivals or None, head.departures or None] if head else [None, None, None]
            )
        body.append(row)
    for code in sorted({code for code, _ in adults}):
        name = next(s.short_in(year) for s in schools if s.code == code)
        row = [code, name, "взрослые"]
        for grade in range(1, 12):
            row += [adults.get((code, grade)), None, None]
        body.append(row)
    totals: list[Cell] = ["ИТОГО", None, None]
    totals += [sum(int(str(row[c] or 0)) for row in body) for c in range(3, 36)]
    rows: list[Row] = [[f"Численность обучающихся на {day_in_words(day)}"], [], top, below, *body, totals]
    merges = [(2, c, 3, c) for c in range(3)] + [(2, 3 + 3 * g, 2, 5 + 3 * g) for g in range(11)]
    path = inbox.path("contingent", year_name(year), label, f"контингент_{year}.xlsx")
    with inbox.book(path, as_of=as_of, count_date=day) as book:
        book.sheet("Контингент", rows, merges)


# --- agreements ------------------------------------------------------------------------------------------

_GOALS = (
    ("I1", "Повысить долю выпускников, успешно сдавших ГИА", 95.0),
    ("I2", "Увеличить число участников ВсОШ по русскому языку и математике", 30.0),
    ("I5", "Довести долю педагогов, работающих на онлайн-платформах", 50.0),
)


def write_agreements(inbox: Inbox, year: int) -> None:
    """Write the register of agreements that are in force in the year; no file where there is none."""
    live = [a for a in AGREEMENTS if a.overlaps(year)]
    if not live:
        return
    goals: list[Row] = [
        [
            "Номер соглашения",
            "№ цели",
            "Показатель",
            "Формулировка цели",
            "Целевое значение",
            "Срок достижения",
        ]
    ]
    minimums: list[Row] = [["Номер соглашения", "Код обязанности", "Минимум за полугодие"]]
    for index, a in enumerate(live):
        for number, (code, words, target) in enumerate(_GOALS[: 2 + index % 2], start=1):
            goals.append([a.number, number, code, words, target, date(a.valid_to.year, 6, 30)])
        for duty, minimum in zip(("D1", "D2", "D3", "D4", "D5a", "D5b"), (2, 4, 1, 2, 1, 2), strict=True):
            minimums.append([a.number, duty, minimum])
    path = inbox.path("agreements", year_name(year), "соглашения.xlsx")
    with inbox.book(path, as_of=date(year, 9, 15)) as book:
        book.sheet("Соглашения", [_AGREEMENT_HEADER[year % 2], *[_agreement_row(a) for a in live]])
        book.sheet("Цели", goals)
        book.sheet("Минимум", minimums)


_AGREEMENT_HEADER: tuple[Row, Row] = (
    ["№ соглашения", "Дата", "Код поддерживаемой школы", "Код школы-партнёра", "Действует с", "Действует по"],
    ["Номер", "Дата соглашения", "Поддерживаемая школа (код)", "Школа-партнер (код)", "Начало", "Окончание"],
)


def _agreement_row(a: Agreement) -> Row:
    return [a.number, a.signed, a.supported, a.partner, a.valid_from, a.valid_to]


def write_registers(inbox: Inbox, world: World, seed: int) -> None:
    """Write all registers."""
    for year in YEARS:
        write_register(inbox, year)
        write_contingent(inbox, world, year)
        write_agreements(inbox, year)
    write_staff(inbox, world, seed)
