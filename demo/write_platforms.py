"""Person reports of the online platforms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.eventlogs import PLATFORM
from demo.noise import Noise
from demo.sheets import CP1251, WITH_BOM, Cell, CsvStyle, Inbox, Row
from demo.town import BY_CODE, year_name
from demo.usage import Month
from demo.world import World

_HALVES = {"H1": "1 полугодие", "H2": "2 полугодие"}


@dataclass(frozen=True)
class Report:
    """What the files of one platform and year share."""

    inbox: Inbox
    year: int
    platform: str
    noise: Noise
    pupils: list[tuple[str, str]]


def write_platforms(inbox: Inbox, world: World, seed: int) -> None:
    """Write monthly reports of 2025-2026 for two platforms and half-year reports with month rows for the rest."""
    for year, months in world.usage.months.items():
        for platform in sorted(
            {row.platform for row in months} - {PLATFORM}
        ):  # that one exports a log of events
            rows = [row for row in months if row.platform == platform]
            rows.sort(key=lambda row: (row.first_day, row.school, row.teacher.name.folded))
            noise = Noise(Random(f"platform {seed} {year} {platform}"), 0.015)
            report = Report(
                inbox,
                year,
                platform,
                noise,
                _pupils(world, year, Random(f"platform pupils {seed} {year} {platform}")),
            )
            if year == 2025 and platform in ("uchi_ru", "yaklass"):
                for number in dict.fromkeys(row.month for row in rows):
                    own = [row for row in rows if row.month == number]
                    _monthly(report, own)
            else:
                for half in ("H1", "H2"):
                    own = [row for row in rows if row.half == half]
                    if own:
                        _half_year(report, half, own)


def _pupils(world: World, year: int, rng: Random) -> list[tuple[str, str]]:
    places = [p for p in world.population.places[year] if p.on_september_20 and not p.pupil.plain]
    return [(place.school, place.pupil.name.full) for place in rng.sample(places, 12)]


def _monthly(report: Report, rows: list[Month]) -> None:
    inbox, year, platform, noise = report.inbox, report.year, report.platform, report.noise
    first = rows[0]
    if platform == "uchi_ru":
        path = inbox.path(
            "platform_persons", year_name(year), platform, f"{platform}_{first.first_day:%Y-%m}.csv"
        )
        body = [_uchi(row, noise) for row in rows] + [
            _uchi_pupil(school, name) for school, name in report.pupils
        ]
        body += [_administrator(row, _uchi(row, noise)) for row in rows[::40]]
        inbox.csv(path, [_UCHI, *body], CsvStyle(separator=","), as_of=_as_of(first))
        return
    path = inbox.path("platform_persons", year_name(year), platform, f"отчёт {first.first_day:%m.%Y}.xlsx")
    facts = {"platform": platform, "period": f"{first.first_day:%Y-%m}", "as_of": _as_of(first)}
    with inbox.book(path, **facts) as book:
        title: list[Row] = [
            [f"Отчёт по пользователям за период {first.first_day:%d.%m.%Y} – {first.last_day:%d.%m.%Y}"]
        ]
        book.sheet("Отчёт", [*title, [], _YAKLASS, *[_yaklass(row, noise) for row in rows]])


def _as_of(row: Month) -> date:
    return row.last_day + timedelta(days=3)


_UCHI: Row = [
    "Пользователь",
    "Роль",
    "Код школы",
    "Дата регистрации",
    "Последний вход",
    "Количество входов",
    "Активных дней",
    "Выдано заданий",
    "Проверено работ",
    "Минут на платформе",
]
_YAKLASS: Row = [
    "Фамилия",
    "Имя",
    "Отчество",
    "Дата рождения",
    "Тип пользователя",
    "Организация",
    "Код ОО",
    "Зарегистрирован",
    "Последний вход",
    "Входы",
    "Дней с активностью",
    "Задания",
    "Проверенные работы",
    "Время, мин",
]
_HALF: Row = [
    "ФИО",
    "E-mail",
    "Роль",
    "Школа",
    "Код ОО",
    "Период с",
    "Период по",
    "Дата регистрации",
    "Последний вход",
    "Число входов",
    "Активных дней",
    "Выдано заданий",
    "Проверено работ",
    "Проведено уроков",
    "Минут",
]


def _uchi(row: Month, noise: Noise) -> list[Cell]:
    return [
        noise.full(row.teacher.name),
        "учитель",
        row.school,
        row.registered,
        row.last_login,
        row.logins,
        row.active_days,
        row.assignments,
        row.checked,
        row.minutes,
    ]


def _uchi_pupil(school: str, name: str) -> list[Cell]:
    return [name, "ученик", school, None, None, 3, 2, 0, 0, 40]


def _administrator(row: Month, cells: list[Cell]) -> list[Cell]:
    """The same person once more in a second role, without acts: role sums exceed persons."""
    return [cells[0], "администратор", *cells[2:5], row.logins, row.active_days, 0, 0, 0]


def _yaklass(row: Month, noise: Noise) -> list[Cell]:
    name = row.teacher.name
    return [
        *noise.parts(name),
        row.teacher.born,
        "Учитель",
        BY_CODE[row.school].short_in(row.year),
        row.school,
        row.registered,
        row.last_login,
        row.logins or None,
        row.active_days or None,
        row.assignments or None,
        row.checked or None,
        row.minutes or None,
    ]


def _half_row(row: Month, noise: Noise, has_code: bool) -> list[Cell]:
    return [
        noise.full(row.teacher.name),
        f"t{row.teacher.pid}@school.example",
        "учитель",
        BY_CODE[row.school].short_in(row.year),
        row.school if has_code else int(row.school),
        row.first_day,
        row.last_day,
        row.registered,
        row.last_login,
        row.logins,
        row.active_days,
        row.assignments,
        row.checked,
        row.lessons,
        row.minutes,
    ]


def _half_year(report: Report, half: str, rows: list[Month]) -> None:
    inbox, year, platform = report.inbox, report.year, report.platform
    as_of = _as_of(rows[-1])
    first, last = rows[0].first_day, rows[0].last_day
    body = [_half_row(row, report.noise, platform != "sferum") for row in rows]
    body += [
        [name, None, "ученик", BY_CODE[code].short_in(year), code, first, last, None, None, 2, 2, 0, 0, 0, 15]
        for code, name in report.pupils
    ]
    folder = inbox.path("platform_persons", year_name(year), platform, "x").parent
    if platform == "resh":
        path = folder / f"РЭШ {_HALVES[half]}.xlsx"
        with inbox.book(path, platform=platform, as_of=as_of) as book:
            book.sheet("Отчёт", [["Активность пользователей"], [_HALVES[half]], _HALF, *body])
        return
    path = folder / f"{platform}_{half}_{year}.csv"
    inbox.csv(path, [_HALF, *body], _STYLES[platform], platform=platform, as_of=as_of)


_STYLES = {
    "uchi_ru": WITH_BOM,
    "yaklass": CP1251,
    "sferum": CsvStyle(separator="\t"),
    "e_journal": CsvStyle(separator=",", end="\n"),
}
