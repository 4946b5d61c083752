"""The invented town: schools, statuses, the merger, the rename and the agreements. Pure data and lookups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

MUNICIPALITY_CODE = "71999000"
MUNICIPALITY_NAME = "Ермаковский городской округ"
YEARS = (2021, 2022, 2023, 2024, 2025)
"""Academic years by the calendar year they start in."""


def year_name(start: int) -> str:
    """Return ``2024-2025`` for 2024."""
    return f"{start}-{start + 1}"


@dataclass(frozen=True)
class School:
    """A school. ``size`` = pupils a grade, ``strength`` in standard deviations of a pupil's ability."""

    code: str
    short_name: str
    full_name: str
    kind: str
    size: int
    strength: float
    valid_from: date
    valid_to: date | None = None
    predecessor: str = ""
    successor: str = ""
    former_short_name: str = ""
    former_full_name: str = ""
    renamed_in: int = 0

    @property
    def has_upper(self) -> bool:
        """Whether grades 10 and 11 exist."""
        return self.kind not in ("basic", "special")

    @property
    def lowest_grade(self) -> int:
        return 8 if self.kind == "evening" else 1

    def is_active(self, year: int) -> bool:
        """Whether the school's validity overlaps 1 September – 31 August of the year."""
        return self.valid_to is None or self.valid_to >= date(year, 9, 1)

    def short_in(self, year: int) -> str:
        return self.former_short_name if year < self.renamed_in else self.short_name

    def full_in(self, year: int) -> str:
        return self.former_full_name if year < self.renamed_in else self.full_name


def _school(code: str, form: str, rest: str, kind: str, size: int, strength: float, **more: Any) -> School:
    long_form = {"МАОУ": "Муниципальное автономное", "МБОУ": "Муниципальное бюджетное"}[form]
    long_rest = rest.replace("СОШ", "Средняя общеобразовательная школа").replace(
        "ООШ", "Основная общеобразовательная школа"
    )
    full = f"{long_form} общеобразовательное учреждение «{long_rest}»"
    opened = date(1990 + int(code[-2:]) % 20, 9, 1)
    return School(code, f"{form} «{rest}»", full, kind, size, strength, opened, **more)


SCHOOLS: tuple[School, ...] = (
    _school("720101", "МАОУ", "Лицей № 1 имени П. П. Ершова", "lyceum", 108, 0.95),
    _school("720102", "МАОУ", "Гимназия № 2", "gymnasium", 98, 0.90),
    _school("720103", "МАОУ", "СОШ № 3", "secondary", 84, 0.35),
    _school("720104", "МАОУ", "СОШ № 4", "secondary", 72, 0.30),
    _school("720105", "МБОУ", "СОШ № 5", "secondary", 60, 0.10),
    _school("720106", "МБОУ", "СОШ № 6", "secondary", 54, -0.35),
    _school("720107", "МАОУ", "СОШ № 7 имени Героя Советского Союза А. П. Королёва", "secondary", 66, 0.45),
    _school("720108", "МБОУ", "СОШ № 8", "secondary", 46, -0.40),
    _school("720109", "МАОУ", "СОШ № 9", "secondary", 50, 0.05),
    _school("720110", "МБОУ", "СОШ № 10", "secondary", 42, -0.45),
    _school("720111", "МАОУ", "СОШ № 11", "secondary", 78, 0.50),
    _school("720112", "МБОУ", "СОШ № 12", "secondary", 38, -0.50),
    _school("720113", "МАОУ", "Лицей № 13", "lyceum", 56, 0.75),
    _school("720114", "МБОУ", "ООШ № 14", "basic", 16, -0.45),
    _school("720115", "МБОУ", "СОШ № 15", "secondary", 34, 0.00),
    _school("720116", "МБОУ", "СОШ № 16", "secondary", 30, -0.55),
    _school("720117", "МАОУ", "СОШ № 17", "secondary", 64, 0.20),
    _school("720118", "МБОУ", "СОШ № 18", "secondary", 26, -0.40),
    _school("720119", "МАОУ", "СОШ № 19", "secondary", 44, 0.15),
    _school("720120", "МБОУ", "СОШ № 20", "secondary", 36, -0.35, predecessor="072129"),
    _school("072121", "МБОУ", "ООШ с. Ёлкино", "basic", 9, -0.35),
    _school("072122", "МБОУ", "СОШ с. Берёзовка", "secondary", 14, -0.50),
    _school("072123", "МБОУ", "СОШ с. Новая Заимка", "secondary", 12, -0.30),
    _school(
        "072124",
        "МАОУ",
        "СОШ пос. Прииртышский имени Ю. А. Гагарина",
        "secondary",
        20,
        0.05,
        former_short_name="МБОУ «СОШ пос. Прииртышский»",
        former_full_name="Муниципальное бюджетное общеобразовательное учреждение "
        "«Средняя общеобразовательная школа пос. Прииртышский»",
        renamed_in=2024,
    ),
    _school("072125", "МБОУ", "ООШ д. Песьянка", "basic", 8, -0.20),
    _school("072126", "МБОУ", "СОШ с. Калиновка", "secondary", 18, -0.40),
    _school("072127", "МБОУ", "Вечерняя (сменная) школа № 1", "evening", 10, -0.60),
    _school("072128", "МБОУ", "Специальная (коррекционная) школа № 2", "special", 9, -0.20),
    _school(
        "072129", "МБОУ", "СОШ № 21", "secondary", 22, -0.30, valid_to=date(2023, 8, 31), successor="720120"
    ),
)

BY_CODE = {school.code: school for school in SCHOOLS}

PARTNERS = ("720101", "720102", "720107", "720111", "720113", "720103")


@dataclass(frozen=True)
class Agreement:
    """A partnership; dates are inclusive."""

    number: str
    signed: date
    supported: str
    partner: str
    valid_from: date
    valid_to: date

    def overlaps(self, year: int) -> bool:
        return self.valid_from <= date(year + 1, 8, 31) and self.valid_to >= date(year, 9, 1)


def _agreement(number: int, start: int, supported: str, partner: str) -> Agreement:
    day = date(start, 9, 1)
    return Agreement(
        f"{number:02d}/{start}-С", date(start, 8, 20 + number), supported, partner, day, date(2026, 8, 31)
    )


AGREEMENTS: tuple[Agreement, ...] = (
    _agreement(1, 2023, "720106", "720101"),
    _agreement(2, 2023, "072122", "720107"),
    _agreement(3, 2024, "720108", "720102"),
    _agreement(4, 2024, "720110", "720111"),
    _agreement(5, 2024, "720112", "720113"),
    _agreement(6, 2024, "720116", "720103"),
    _agreement(7, 2024, "720118", "720111"),
    _agreement(8, 2024, "720114", "720107"),
)


@dataclass(frozen=True)
class Status:
    """ШНОР or ШНСУ over academic years, both ends inclusive; ``last`` 0 = still in force."""

    school: str
    kind: str
    first: int
    last: int
    order: str
    selected_on: tuple[int, ...] = ()

    def holds(self, year: int) -> bool:
        return self.first <= year and (self.last == 0 or year <= self.last)


_ORDER_22 = "Приказ № 214 от 15.08.2022"
_ORDER_23 = "Приказ № 198 от 14.08.2023"
_ORDER_24 = "Приказ № 231 от 12.08.2024"
_ORDER_21 = "Приказ № 176 от 20.08.2021"

STATUSES: tuple[Status, ...] = (
    Status("720106", "shnor", 2023, 0, _ORDER_23, (2022,)),
    Status("072122", "shnor", 2023, 0, _ORDER_23, (2022,)),
    *(
        Status(code, "shnor", 2024, 0, _ORDER_24, (2023,))
        for code in ("720108", "720110", "720112", "720116", "720118", "720114")
    ),
    Status("720105", "shnor", 2021, 2022, _ORDER_21, (2020,)),
    Status("720120", "shnor", 2024, 0, _ORDER_24, (2023,)),
    Status("072126", "shnor", 2024, 0, _ORDER_24, (2023,)),
    Status("072123", "shnor", 2024, 0, _ORDER_24, (2023,)),
    Status("072121", "shnor", 2024, 0, _ORDER_24, (2023,)),
    Status("072129", "shnor", 2021, 2022, _ORDER_21, (2020,)),
    Status("720106", "shnsu", 2021, 0, _ORDER_21),
    Status("072122", "shnsu", 2022, 2024, _ORDER_22),
    Status("072126", "shnsu", 2022, 0, _ORDER_22),
    Status("720112", "shnsu", 2022, 0, _ORDER_22),
    Status("072127", "shnsu", 2021, 0, _ORDER_21),
    Status("072125", "shnsu", 2023, 0, _ORDER_23),
)


def active_schools(year: int) -> list[School]:
    """Return the schools active in the year, in the order of the register."""
    return [school for school in SCHOOLS if school.is_active(year)]


def groups(year: int) -> dict[str, set[str]]:
    """Return the codes of active schools by group; groups without a school are absent."""
    active = {school.code for school in active_schools(year)}
    live = [agreement for agreement in AGREEMENTS if agreement.overlaps(year)]
    supported = {agreement.supported for agreement in live} & active
    partner = {agreement.partner for agreement in live} & active
    named = {
        "shnor": {s.school for s in STATUSES if s.kind == "shnor" and s.holds(year)} & active,
        "shnsu": {s.school for s in STATUSES if s.kind == "shnsu" and s.holds(year)} & active,
        "supported": supported,
        "partner": partner,
        "other": active - supported - partner,
    }
    return {name: codes for name, codes in named.items() if codes}


def shock(code: str, year: int) -> float:
    """Return the school-year's deviation from its strength, in standard deviations of ability.

    Supported schools had a bad year just before they were chosen (so a naive before/after comparison flatters
    them) and gain a modest true effect once the support runs.
    """
    for agreement in AGREEMENTS:
        if agreement.supported == code:
            start = agreement.valid_from.year
            if year == start - 1:
                return -0.38
            if year >= start:
                return 0.16 + 0.06 * (year - start)
    return 0.0
