"""The schools' lists of admission to ГИА."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from demo.exams import Admission
from demo.noise import Noise, school_spellings
from demo.sheets import CP1251, WITH_BOM, Cell, Inbox, Row, Serial
from demo.town import BY_CODE, MUNICIPALITY_NAME, YEARS, active_schools, year_name
from demo.vocabulary import CATEGORY, FORM, subject_name
from demo.world import World
from demo.write_ris import is_told_by_base


def _yes(value: bool, words: tuple[str, str]) -> str:
    return words[0] if value else words[1]


def _admission_rows(
    seats: Iterable[Admission], noise: Noise, year: int, columns: Iterable[str], spelling: int
) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for seat in seats:
        surname, given, patronymic = noise.parts(seat.pupil.name)
        names = [subject_name(code, seat.level) for code in seat.chosen]
        cells: dict[str, Cell] = {
            "level": seat.level,
            "code": seat.school,
            "number": int(seat.school),
            "school": school_spellings(BY_CODE[seat.school].short_in(year))[spelling],
            "class": noise.class_label(seat.level, seat.letter),
            "surname": surname,
            "given": given,
            "patronymic": patronymic,
            "full": noise.full(seat.pupil.name),
            "born": seat.pupil.born,
            "serial": Serial.of(seat.pupil.born),
            "yes": _yes(seat.is_admitted, ("да", "нет")),
            "word": _yes(seat.is_admitted, ("допущен", "не допущен")),
            "digit": int(seat.is_admitted),
            "form": FORM[seat.form],
            "codes": ", ".join(str(code) for code in seat.chosen),
            "lines": "\n".join(names),
            "semicolons": "; ".join(names),
            "category": CATEGORY[seat.category],
            "two": _yes(seat.two_exams, ("да", "нет")),
            "two_blank": _yes(seat.two_exams, ("да", "")),
        }
        rows.append([cells[column] for column in columns])
    return rows


_COLUMNS = {
    2021: (
        ("Код ОО", "code"),
        ("Наименование ОО", "school"),
        ("Класс", "class"),
        ("Фамилия", "surname"),
        ("Имя", "given"),
        ("Отчество", "patronymic"),
        ("Дата рождения", "born"),
        ("Допущен", "yes"),
        ("Форма", "form"),
        ("Предметы по выбору", "codes"),
        ("Категория", "category"),
        ("Только обязательные", "two"),
    ),
    2022: (
        ("Уровень", "level"),
        ("Код школы", "code"),
        ("Школа", "school"),
        ("Класс", "class"),
        ("ФИО", "full"),
        ("ДР", "born"),
        ("Допуск к ГИА", "word"),
        ("Форма ГИА", "form"),
        ("Выбранные предметы", "lines"),
        ("Категория участника", "category"),
        ("Право на два экзамена", "two_blank"),
    ),
    2023: (
        ("Класс", "class"),
        ("ФИО", "full"),
        ("Дата рождения", "born"),
        ("Уровень ГИА", "level"),
        ("Допуск", "yes"),
        ("Форма", "form"),
        ("Выбор предметов", "semicolons"),
        ("Категория", "category"),
        ("ОВЗ", "two_blank"),
        ("Код ОО", "code"),
    ),
    2024: (
        ("№ п/п", "digit"),
        ("Уровень образования", "level"),
        ("Код образовательной организации", "code"),
        ("Образовательная организация", "school"),
        ("Класс", "class"),
        ("Фамилия, имя, отчество", "full"),
        ("Дата рождения", "born"),
        ("Допущен", "digit"),
        ("Форма ГИА", "form"),
        ("Выбранные предметы", "lines"),
        ("Категория", "category"),
        ("Только обязательные", "two"),
    ),
    2025: (
        ("Код ОО", "number"),
        ("Класс", "class"),
        ("Фамилия", "surname"),
        ("Имя", "given"),
        ("Отчество", "patronymic"),
        ("Дата рождения", "serial"),
        ("Форма", "form"),
        ("Предметы по выбору", "codes"),
        ("Допуск к ГИА", "yes"),
        ("Категория", "category"),
        ("Право на два экзамена", "two"),
    ),
}


def _write_year(inbox: Inbox, world: World, year: int, noise: Noise) -> None:
    """Write the lists of admission of one year."""
    seats = sorted(
        (seat for seat in world.sessions[year].admissions if not is_told_by_base(year, seat.level)),
        key=lambda s: (s.level, s.school, s.letter, s.pupil.name.full),
    )
    header: Row = [title for title, _ in _COLUMNS[year]]
    keys = [key for _, key in _COLUMNS[year]]
    name = year_name(year)
    as_of = date(year + 1, 5, 20)
    by_level = {level: [s for s in seats if s.level == level] for level in (9, 11)}
    if year == 2022:
        path = inbox.path("gia_admission", name, "допуск_2023.csv")
        rows = _admission_rows(seats, noise, year, keys, 1)
        inbox.csv(path, [header, *rows], WITH_BOM, as_of=as_of, source="gia_admission")
    elif year == 2023:
        for school in active_schools(year):
            own = [s for s in seats if s.school == school.code]
            path = inbox.path("gia_admission", name, f"{school.code}_допуск_as_of_{as_of}.csv")
            inbox.csv(path, [header, *_admission_rows(own, noise, year, keys, 0)], CP1251)
    elif year == 2024:
        path = inbox.path("gia_admission", name, "Допуск 2025.xlsx")
        with inbox.book(path, as_of=as_of) as book:
            book.sheet("Инструкция", [["Заполняет школа"], ["Код ОО — шесть цифр"]])
            for level in (9, 11):
                rows = _admission_rows(by_level[level], noise, year, keys, 2)
                for number, row in enumerate(rows, start=1):
                    row[0] = number
                top = [["Сведения о допуске к ГИА"], [f"{MUNICIPALITY_NAME}, {level} классы"], [], header]
                book.sheet(f"{level} класс", [*top, *rows, ["Итого", None, None, None, None, len(rows)]])
            book.sheet(
                "Справочник", [["Код", "Предмет"], [1, "Русский язык"], [2, "Математика"]], hidden=True
            )
    else:
        for level in (9, 11):
            path = inbox.path("gia_admission", name, f"ГИА-{level}", f"Допуск_{level}_классы_{year + 1}.xlsx")
            rows = _admission_rows(by_level[level], noise, year, keys, 0)
            top = [[f"Список выпускников {level} классов, допущенных к ГИА"], [], header]
            if year == 2025:
                top.append(list(range(1, len(header) + 1)))
            with inbox.book(path, gia_level=level, as_of=as_of) as book:
                book.sheet("Допуск", [*top, *rows], merges=[(0, 0, 0, len(header) - 1)])


def write_admissions(inbox: Inbox, world: World, seed: int) -> None:
    """Write the lists of all years."""
    for year in YEARS:
        _write_year(inbox, world, year, Noise(Random(f"admission {seed} {year}"), 0.02))
