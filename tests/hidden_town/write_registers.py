"""The centre's registers: schools, agreements, contingent, teachers, platforms."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.hidden_town.activity import LOG_YEAR, half_days
from tests.hidden_town.facts import (
    AGREEMENTS,
    BY_CODE,
    EVENING,
    SCHOOLS,
    STATUSES,
    TOWN,
    TOWN_NAME,
    YEARS,
    Act,
    Post,
    Use,
    active,
    open_on,
    year_name,
)
from tests.hidden_town.life import Life
from tests.hidden_town.papers import Row, Typist, book, place, plain, serial, table

_MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


def write_registers(inbox: Path, life: Life) -> None:
    _register(inbox)
    _agreements(inbox)
    for year in YEARS:
        _contingent(inbox, life, year)
        for half in ("H1", "H2"):
            _staff(inbox, life, year, half)
    _reports(inbox, life)
    _log(inbox, life)
    _unnamed(inbox, life)


def _register(inbox: Path) -> None:
    """One register a year; codes as numbers in the second, an extra column in front in the third."""
    for year in YEARS:
        head = ["Код ОО", "Полное наименование", "Краткое наименование", "Код МО", "Муниципальное образование",
                "Вид ОО",
                "Дата открытия", "Дата закрытия", "Код правопреемника"]  # fmt: skip
        rows: list[Row] = []
        for school in SCHOOLS:
            if school.opened > date(year + 1, 8, 31):
                continue
            code = int(school.code) if year == 2020 else school.code
            rows.append([code, school.name, school.short, TOWN, TOWN_NAME, school.kind, school.opened, school.closed,
                         school.successor])  # fmt: skip
        if year == 2021:
            head, rows = ["№ п/п", *head], [[n, *row] for n, row in enumerate(rows, 1)]
        statuses: list[Row] = [
            ["Код школы", "Статус", "Первый учебный год", "Последний учебный год", "Реквизиты приказа"]
        ]
        statuses += [
            [code, kind.replace("shnor", "ШНОР").replace("shnsu", "ШНСУ"), year_name(first),
             year_name(last) if last else None, f"пр. {first}/07"]
            for kind, code, first, last in STATUSES if first <= year
        ]  # fmt: skip
        book(
            inbox / "Реестр" / year_name(year) / "Реестр школ.xlsx",
            {"Памятка": [["Код — шесть знаков"]], "Реестр": [head, *rows], "Статусы": statuses},
            source="school_register", academic_year=year_name(year), as_of=f"{year + 1}-06-01",
        )  # fmt: skip


def _agreements(inbox: Path) -> None:
    for year in YEARS:
        live = [one for one in AGREEMENTS if one[3] <= date(year + 1, 8, 31) and one[4] >= date(year, 9, 1)]
        if not live:
            continue
        head = [
            "№ соглашения",
            "Дата соглашения",
            "Код поддерживаемой школы",
            "Код школы-партнёра",
            "Начало",
            "Окончание",
        ]
        goals = [["№ соглашения", "№ цели", "Показатель", "Цель", "План", "Срок"]]
        goals += [[one[0], 1, "И1", "Не ниже 90 % успешно сдавших", 90, one[4]] for one in live]
        least = [["№ соглашения", "Обязанность", "Минимум"], *([one[0], "Д1", 2] for one in live)]
        book(
            inbox / "Соглашения" / f"соглашения {year_name(year)}.xlsx",
            {
                "Соглашения": [head, *([n, first, a, b, first, last] for n, a, b, first, last in live)],
                "Цели": goals,
                "Минимум": least,
            },
            source="agreements", academic_year=year_name(year), as_of=f"{year}-10-15",
        )  # fmt: skip


# --- contingent ------------------------------------------------------------------------------------------------------


def headcounts(life: Life, year: int, code: str) -> dict[int, tuple[int, int, int]]:
    """Return pupils, arrivals and departures of a school by grade; small grades are the same every year."""
    if code == EVENING:
        return {9: (0, 0, 0), 11: (0, 0, 0)}
    own = [one for one in life.places[year] if code in (one.school, one.end)]
    found: dict[int, tuple[int, int, int]] = dict.fromkeys(range(1, 7 if own else 5), (11, 0, 0))
    for grade in sorted({one.grade for one in own}):
        rows = [one for one in own if one.grade == grade]
        found[grade] = (
            sum(one.school == code for one in rows),
            sum(one.end == code != one.school for one in rows),
            sum(one.school == code != one.end for one in rows),
        )
    return found


def _contingent(inbox: Path, life: Life, year: int) -> None:
    day = date(year, 9, 20)
    codes = [school.code for school in active(year) if school.code in open_on(year, day)]
    table_of = {code: headcounts(life, year, code) for code in codes}
    folder = inbox / "Контингент" / year_name(year)
    facts: dict[str, object] = {
        "source": "contingent",
        "academic_year": year_name(year),
        "as_of": f"{year + 1}-06-01",
    }
    if year % 2:
        head = ["Код школы", "Дата", "Часть", "Класс", "Численность", "Прибыло", "Выбыло"]
        rows: list[Row] = [
            [code, day, "основная", grade, *numbers]
            for code, grades in table_of.items()
            for grade, numbers in grades.items()
        ]
        rows += [[EVENING, day, "очно-заочная", grade, 31, 2, 5] for grade in (9, 10, 11)]
        rows += [[EVENING, day, "УИС", 9, 17, 0, 0]]
        table(folder / "контингент.csv", [head, *rows], separator="\t", encoding="utf-8-sig", **facts)
        return
    top: list[object] = [None, "Код ОО", "Наименование ОО", "Контингент"]
    below: list[object] = [None] * 4
    for grade in range(1, 12):
        top += [f"{grade} класс", None, None]
        below += ["численность", "прибыло", "выбыло"]
    body: list[list[object]] = []
    for code, grades in table_of.items():
        row: list[object] = [None, int(code), BY_CODE[code].short, "основной контингент"]
        for grade in range(1, 12):
            row += list(grades[grade]) if grade in grades else [None] * 3
        body.append(row)
    adults: list[object] = [None, int(EVENING), BY_CODE[EVENING].short, "взрослые"]
    for grade in range(1, 12):
        adults += [40, 1, 2] if grade in (9, 11) else [None] * 3
    body.append(adults)
    total: list[object] = [None, None, "ВСЕГО", None]
    total += [sum(int(str(row[at] or 0)) for row in body) for at in range(4, 37)]
    numbers_row: list[object] = [None, *range(1, 37)]
    title = [[None, f"Контингент обучающихся на {day:%d.%m.%Y}"], []]
    book(folder / "Контингент.xlsx", {"Лист1": [*title, top, below, numbers_row, *body, total]}, **facts)


# --- teachers --------------------------------------------------------------------------------------------------------


def mail(number: int) -> str:
    return f"P{number}@zaozer.example"


def _staff(inbox: Path, life: Life, year: int, half: str) -> None:
    posts = [post for post in life.activity.posts if (post.year, post.half) == (year, half)]
    if not posts:
        return
    _, last = half_days(year, half)
    typist = Typist(f"staff {year} {half}")
    folder = inbox / "Педагоги" / year_name(year)
    if half == "H1":
        head = [
            "Код ОО",
            "Фамилия, имя, отчество",
            "ДР",
            "Должность",
            "Совместитель",
            "Отпуск с",
            "Отпуск по",
            "Почта",
        ]
        rows = [
            [post.school, typist.full(post.person), post.person.born, post.position,
             "внешний совместитель" if post.is_external else "", *(post.leave or (None, None)),
             mail(post.person.number)]
            for post in posts
        ]  # fmt: skip
        table(
            folder / f"педагоги_{last:%d.%m.%Y}.csv", [head, *rows], encoding="utf-8", end="\n",
            source="teaching_staff",
            count_date=str(last), as_of=str(last), academic_year=year_name(year),
        )  # fmt: skip
        return
    by_school: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_school[post.school].append(post)
    for code, own in by_school.items():
        title = [
            [BY_CODE[code].short],
            [f"Педагогические работники на {last.day} {_MONTHS[last.month - 1]} {last.year} г."],
            [],
        ]
        head = ["№", "Код школы", "Фамилия", "Имя", "Отчество", "Дата рождения", "Должность по штатному расписанию",
                "Внешний совместитель", "Длительный отпуск с", "Длительный отпуск по", "E-mail"]  # fmt: skip
        body = [
            [n, int(code), *typist.parts(post.person), serial(post.person.born), post.position,
             "да" if post.is_external else "нет", *(post.leave or (None, None)), mail(post.person.number).lower()]
            for n, post in enumerate(own, 1)
        ]  # fmt: skip
        foot: list[Row] = [[], [None, "Директор", None, None, "подпись"]]
        book(
            folder / f"{code}_{half}.xlsx", {"Список": [*title, head, *body, *foot]}, source="teaching_staff",
            academic_year=year_name(year), as_of=str(last),
        )  # fmt: skip


# --- platforms -------------------------------------------------------------------------------------------------------


def _reports(inbox: Path, life: Life) -> None:
    """A workbook a month of one platform; of the others a csv a half-year, the period in every row."""
    groups: dict[tuple[int, str, date, date], list[Use]] = defaultdict(list)
    for use in life.activity.uses:
        first, last = half_days(use.year, "H1" if use.first.month >= 9 else "H2")
        span = (use.first, use.last) if use.platform == "yaklass" else (first, last)
        groups[use.year, use.platform, *span].append(use)
    for (year, platform, first, last), uses in groups.items():
        typist = Typist(f"{platform} {first}")
        folder = inbox / "Платформы" / year_name(year) / platform
        facts: dict[str, object] = {
            "source": "platform_persons",
            "platform": platform,
            "academic_year": year_name(year),
        }
        if platform == "yaklass":
            head = ["Сотрудник", "Тип пользователя", "Код школы", "Зарегистрирован", "Последний вход", "Входы",
                    "Дней с активностью", "Задания", "Проверенные работы", "Уроки"]  # fmt: skip
            rows: list[Row] = [
                [typist.full(use.person), use.role, int(use.school), use.registered, use.last_login,
                 use.logins, use.days,
                 use.issued, use.checked, use.lessons]
                for use in uses
            ]  # fmt: skip
            title = [["ЯКласс"], [f"Отчёт за период с {first:%d.%m.%Y} по {last:%d.%m.%Y}"], []]
            book(
                folder / f"отчёт {first:%Y-%m}.xlsx",
                {"Отчёт": [*title, head, *rows]},
                **facts,
                as_of=str(last),
            )
            continue
        head = ["ФИО", "Электронная почта", "Роль", "Код ОО", "Период с", "Период по", "Дата регистрации",
                "Последний вход", "Количество входов", "Активных дней", "Выдано заданий", "Проверено работ",
                "Проведено уроков"]  # fmt: skip
        rows = [
            [typist.full(use.person), mail(use.person.number), use.role, use.school, use.first, use.last,
             use.registered,
             use.last_login, use.logins, use.days, use.issued or None, use.checked or None, use.lessons or None]
            for use in uses
        ]  # fmt: skip
        table(
            folder / f"{platform} {first} {last}.csv",
            [head, *rows],
            encoding="cp1251",
            **facts,
            as_of=str(last),
        )


def _log(inbox: Path, life: Life) -> None:
    """The first half as text with tabs, the second as Parquet; pupils act too and count nowhere."""
    acts = sorted(life.activity.acts, key=lambda act: (act.day, act.person.number))
    head = ("Время", "Платформа", "Код ОО", "Логин", "Роль", "Событие")
    folder = inbox / "Журнал событий" / year_name(LOG_YEAR)
    border = date(LOG_YEAR + 1, 1, 1)
    rows = [_event(act) for act in acts if act.day < border]
    rows += [(f"{date(LOG_YEAR, 10, 3) + timedelta(days=n)} 09:00:00", "myschool", SCHOOLS[0].code, f"u{n}",
              "ученик", "вход")
             for n in range(20)]  # fmt: skip
    table(folder / "осень.csv", [head, *rows], separator="\t", encoding="utf-8", source="platform_events",
          academic_year=year_name(LOG_YEAR), as_of=f"{LOG_YEAR}-12-31")  # fmt: skip
    columns = zip(*(_event(act) for act in acts if act.day >= border), strict=True)
    stream = io.BytesIO()
    pq.write_table(pa.table(dict(zip(head, map(list, columns), strict=True))), stream)
    place(folder / "весна.parquet", {"source": "platform_events", "academic_year": year_name(LOG_YEAR),
                                     "as_of": f"{LOG_YEAR + 1}-05-31"}).write_bytes(stream.getvalue())  # fmt: skip


def _event(act: Act) -> tuple[str, ...]:
    return (f"{act.day} 10:15:00", "myschool", act.school, mail(act.person.number), "учитель", act.action)


def _unnamed(inbox: Path, life: Life) -> None:
    for year, code, month, users in life.activity.unnamed:
        first = date(year, month, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        rows: list[Row] = [
            [f"Сферум. Период {plain(first)} - {plain(last)}"],
            [],
            ["Код школы", "Школа", "Входы: пользователи", None, None],
            [None, None, "педагоги", "обучающиеся", "родители"],
            [code, BY_CODE[code].short, users, 40, 12],
        ]
        book(
            inbox / "Платформы" / year_name(year) / "sferum" / f"сводка {month}.xlsx", {"Данные": rows},
            source="platform_aggregate", platform="sferum", academic_year=year_name(year), as_of=str(last),
        )  # fmt: skip
