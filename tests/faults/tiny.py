"""A tiny home: five schools, one year, a municipal protocol of thirty pupils, and what arrives later."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import openpyxl

from opora.config import Config, Municipality, Organisation
from opora.files import write_text
from opora.home import Home

YEAR = "2024-2025"
TOWN = ("71999000", "Ермаковский городской округ")
SCHOOLS = {
    "720101": "МАОУ «Гимназия № 1»",
    "720102": "МБОУ «СОШ № 2»",
    "720103": "МБОУ «СОШ № 3»",
    "720104": "МБОУ «СОШ № 4»",
    "720105": "МБОУ «ООШ № 5»",
}
SURNAMES = ("Лаврентьев", "Карпов", "Жуков", "Киселёв", "Воронцов", "Зимин")
NAMES = ("Виктор", "Валерий", "Егор", "Семён", "Тихон")
PRELIMINARY, FINAL, MATHEMATICS = "предварительный", "итоговый", "математика"


def make_tiny_home(root: Path) -> Home:
    """Create the home with its register, headcounts and the preliminary protocol in the inbox."""
    config = Config(
        register="given",
        municipality=Municipality(code=TOWN[0], name=TOWN[1]),
        organisation=Organisation(
            name="Центр развития образования", signatory="Директор центра", legal_basis="Вымышленные данные"
        ),
    )
    home = Home.create(root, config)
    _register(home.inbox / "school_register" / YEAR / "реестр.xlsx")
    _headcounts(home.inbox / "contingent" / YEAR / "контингент.xlsx")
    deliver(home, PRELIMINARY)
    return home


def deliver(home: Home, what: str) -> None:
    """Put one of the three protocols into the inbox: it changes figures that a release may already show."""
    subject = "Математика" if what == MATHEMATICS else "Русский язык"
    day = {PRELIMINARY: date(2024, 11, 22), FINAL: date(2024, 11, 29), MATHEMATICS: date(2024, 12, 6)}[what]
    state = "preliminary" if what == PRELIMINARY else "final"
    path = home.inbox / "vsosh_municipal_protocol" / YEAR / f"{what}.xlsx"
    _protocol(path, subject, winners=2 if what == PRELIMINARY else 3)
    write_text(
        path.with_name(path.name + ".delivery.yaml"),
        f"stage: municipal\ngrade_kind: performance\nsubject: {subject}\nstate: {state}\nas_of: {day}\n",
    )


def copy_place(source: Path, target: Path) -> Path:
    """Copy a place (the folder that holds a home and its vault) as it stands, links and modes included."""
    shutil.copytree(source, target, symlinks=True)
    return target


def home_of(place: Path) -> Home:
    """Open the home of a place."""
    return Home.open(place / "home")


def _register(path: Path) -> None:
    head = ("Код ОО", "Полное наименование", "Краткое наименование", "Код муниципалитета", "Муниципалитет", "Вид",
            "ИНН", "ОГРН", "Действует с", "Действует по", "Предшественник", "Правопреемник")  # fmt: skip
    kinds = ("гимназия", "средняя", "средняя", "средняя", "основная")
    schools = [
        (code, name, name, *TOWN, kind, f"7209{code}", f"102720{code}9", date(1991, 9, 1), None, None, None)
        for (code, name), kind in zip(SCHOOLS.items(), kinds, strict=True)
    ]
    statuses = [
        ("720103", "ШНОР", "2023-2024", None, "Приказ № 198 от 14.08.2023", "2022-2023"),
        ("720104", "ШНОР", "2023-2024", None, "Приказ № 198 от 14.08.2023", "2022-2023"),
    ]
    titles = ("Код ОО", "Статус", "С учебного года", "По учебный год", "Приказ", "Отобрана по годам")
    _book(path, {"Школы": [head, *schools], "Статусы": [titles, *statuses]})
    write_text(path.with_name(path.name + ".delivery.yaml"), "as_of: 2024-09-01\n")


def _headcounts(path: Path) -> None:
    head = ("Код ОО", "Наименование ОО", "На дату", "Часть", "Класс", "Обучающихся", "Прибыло", "Выбыло")
    rows = [
        (code, name, date(2024, 9, 20), "основная", grade, 20 + number + grade, 0, 0)
        for number, (code, name) in enumerate(SCHOOLS.items())
        for grade in range(1, 10 if code == "720105" else 12)
    ]
    _book(path, {"Контингент": [head, *rows]})
    write_text(path.with_name(path.name + ".delivery.yaml"), "as_of: 2024-09-25\ncount_date: 2024-09-20\n")


def _protocol(path: Path, subject: str, winners: int) -> None:
    head = ("№", "Фамилия, имя, отчество", "Шифр", "ОО", "Класс", "Итог", "Статус")
    names = list(SCHOOLS.values())
    sheets = {}
    for grade in (8, 9):
        rows = []
        for number in range(15):
            status = "победитель" if number == 0 else "призёр" if number < winners else "участник"
            surname, name = SURNAMES[(number + grade) % 6], NAMES[number % 5]
            person = f"{surname} {name} {('Григорьевич', 'Юрьевич', 'Ильич')[number // 5]}"
            rows.append(
                (
                    number + 1,
                    person,
                    f"{grade:02d}-{number:03d}",
                    names[number % 5],
                    grade,
                    48 - number,
                    status,
                )
            )
        title = (f"Протокол муниципального этапа Всероссийской олимпиады школьников, {subject}, {YEAR}",)
        sheets[f"{grade} класс"] = [
            title,
            ("Максимальное количество баллов", None, None, 50),
            (),
            head,
            *rows,
        ]
    _book(path, sheets)


def _book(path: Path, sheets: dict[str, Iterable[Iterable[object]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
