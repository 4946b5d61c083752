"""The regional return by school, level 11, in both templates; its counts agree with the protocols."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from demo.exams import Attempt, effective_results
from demo.sheets import Cell, Inbox, Row
from demo.town import MUNICIPALITY_NAME, active_schools, year_name
from demo.vocabulary import subject_name
from demo.world import World

_RETURN_SUBJECTS = (1, 2, 22, 3, 4, 6, 7, 8, 9, 5, 12, 18)
Counts = list[float | None]


def return_counts(world: World, year: int) -> dict[str, dict[int, Counts]]:
    """Return school → subject → [participants, below the minimum, 80–99, 100, mean] of level 11."""
    groups: dict[tuple[str, int], list[Attempt]] = defaultdict(list)
    for (_, level, subject), attempt in effective_results(world.sessions[year], "main").items():
        if level == 11 and attempt.category == "current":
            groups[attempt.school, subject].append(attempt)
    table: dict[str, dict[int, Counts]] = defaultdict(dict)
    for (school, subject), rows in groups.items():
        scores = [a.test if a.test is not None else a.mark or 0 for a in rows]
        high = sum(a.test is not None and 80 <= a.test <= 99 for a in rows)
        hundred = sum(a.test == 100 for a in rows)
        below = sum(not a.is_pass for a in rows)
        table[school][subject] = [len(rows), below, high, hundred, sum(scores) / len(scores)]
    return table


def _write_year(inbox: Inbox, world: World, year: int) -> None:
    """Write the return of one year: 2024-2025 in the older template, 2025-2026 in the newer."""
    table = return_counts(world, year)
    graduates: dict[str, int] = defaultdict(int)
    for seat in world.sessions[year].admissions:
        if seat.level == 11 and seat.is_admitted and seat.category == "current":
            graduates[seat.school] += 1
    schools = [s for s in active_schools(year) if graduates[s.code]]
    older = year == 2024
    measures = [
        "приняло участие",
        "не преодолен min порог",
        "высокобалльники (80-99 баллов)",
        "получили 100 баллов",
        "средний балл",
    ]
    if not older:
        measures = [m.replace(" ", "\u00a0", 1) for m in measures]
    lead: list[Cell] = (
        [
            "Муниципальное образование",
            "Образовательная организация (школа)",
            "Профиль (при наличии)",
            f"Всего выпускников в {year + 1} году по программам среднего общего образования, "
            "принявших участие в ЕГЭ, чел.",
        ]
        if older
        else ["№", "Код ОО", "Наименование ОО", "Количество выпускников"]
    )

    def cells(counts: dict[int, Counts]) -> list[Cell]:
        row: list[Cell] = []
        for subject in _RETURN_SUBJECTS:
            five = counts.get(subject)
            if five is None:
                row += [None] * 5
            elif older:
                row += [five[0], *[value or None for value in five[1:4]], round(five[4] or 0, 2)]
            else:
                row += five
        return row

    totals = {
        subject: [sum(table[s.code].get(subject, [0, 0, 0, 0])[k] or 0 for s in schools) for k in range(4)]
        for subject in _RETURN_SUBJECTS
    }
    total_cells: list[Cell] = [c for subject in _RETURN_SUBJECTS for c in (*totals[subject], None)]
    n_all = sum(graduates[s.code] for s in schools)
    top: list[Cell] = [*lead]
    for subject in _RETURN_SUBJECTS:
        top += [
            {2: "Математика профильная", 22: "Математика базовая"}.get(subject, subject_name(subject)),
            None,
            None,
            None,
            None,
        ]
    below: list[Cell] = [*[None] * 4, *measures * len(_RETURN_SUBJECTS)]
    start = 5 if older else 3
    merges = [(start, 4 + 5 * i, start, 8 + 5 * i) for i in range(len(_RETURN_SUBJECTS))]
    merges += [(start, c, start + 1, c) for c in range(4)]
    rows: list[Row]
    if older:
        rows = [
            [],
            [f"Информация о результатах ЕГЭ выпускников школ в {year + 1} году"],
            [],
            ["Тюменская область"],
            [],
            top,
            below,
        ]
        rows += [
            [MUNICIPALITY_NAME, s.full_in(year), "X", graduates[s.code], *cells(table[s.code])]
            for s in schools
        ]
        rows.append(["итого по Тюменской области", None, None, n_all, *total_cells])
    else:
        rows = [
            [f"Результаты ЕГЭ {year + 1} года по школам"],
            [],
            [],
            top,
            below,
            list(range(1, len(top) + 1)),
            [None, None, "ВСЕГО по Ермаковскому городскому округу", n_all, *total_cells],
            [None, None, MUNICIPALITY_NAME],
        ]
        rows += [
            [i, int(s.code), s.short_in(year), graduates[s.code], *cells(table[s.code])]
            for i, s in enumerate(schools, start=1)
        ]
    path = inbox.path("gia_school_return", year_name(year), f"ЕГЭ_{year + 1}_по_школам.xlsx")
    with inbox.book(path, gia_level=11, record_kind="results", as_of=date(year + 1, 7, 20)) as book:
        book.sheet(str(year + 1), rows, merges)


def write_returns(inbox: Inbox, world: World) -> None:
    """Write 2024-2025 in the older template and 2025-2026 in the newer."""
    for year in (2024, 2025):
        _write_year(inbox, world, year)
