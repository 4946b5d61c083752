"""ВсОШ workbooks and protocols, the list of contests and participation in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random

from demo.noise import Noise, school_spellings
from demo.olympiads import CONTESTS, MAX_SCHOOL, PRELIMINARY_YEARS, STUDY_GRADE_YEARS, TASKS, Entry
from demo.sheets import CP1251, WITH_BOM, Cell, Inbox, Row
from demo.town import BY_CODE, YEARS, School, active_schools, year_name
from demo.vocabulary import CONTEST_FORMAT, CONTEST_LEVEL, SUBJECT_DATIVE, subject_name
from demo.world import World
from demo.write_portal import is_on_portal, write_portal
from demo.write_sirius import is_on_platform, write_sirius

_SUBJECT_NAME = {1: "Русский язык", 2: "Математика", 3: "Физика", 18: "Литература"}
_GROUPS = 3
_HABIT = {"072124": 2024}
"""A school that goes on writing its old name for one year after the rename."""


def _named(school: School, year: int) -> str:
    if _HABIT.get(school.code) == year:
        return school.former_short_name
    return school_spellings(school.short_in(year))[(int(school.code) + year) % 6]


# --- school stage ----------------------------------------------------------------------------------------


def write_school_stage(inbox: Inbox, world: World, year: int, seed: int) -> None:
    """Write one workbook a group of schools; the second group of 2024 comes again, corrected."""
    entries = [
        e
        for e in world.seasons[year].entries
        if e.stage == "school" and not (is_on_platform(e, year) or is_on_portal(e, year))
    ]
    schools = active_schools(year)
    for group in range(_GROUPS):
        codes = {school.code for index, school in enumerate(schools) if index % _GROUPS == group}
        own = [e for e in entries if e.school in codes]
        rng = Random(f"school stage {seed} {year} {group}")
        as_of = date(year, 11, 10)
        name = f"школьный_этап_группа_{group + 1}.xlsx"
        if year == 2024 and group == 1:
            _workbook(inbox, year, own, rng, parts=(name,), as_of=as_of, broken_school=min(codes))
            _workbook(inbox, year, own, rng, parts=("исправлено", name), as_of=date(year, 12, 1))
        else:
            _workbook(inbox, year, own, rng, parts=(name,), as_of=as_of)


def _workbook(
    inbox: Inbox,
    year: int,
    entries: list[Entry],
    rng: Random,
    *,
    parts: tuple[str, ...],
    as_of: date,
    broken_school: str = "",
) -> None:
    noise = Noise(rng)
    studied = _known_study_grades(entries)
    path = inbox.path("vsosh_school_stage", year_name(year), *parts)
    with inbox.book(path, as_of=as_of) as book:
        book.sheet(
            "Инструкция",
            [["Как заполнять"], ["Данные вносятся с 15-й строки"], ["Предмет", "выбрать из списка"]],
        )
        book.sheet("Правила", [["Баллы", "Доля от максимума"], [10, 0.5]])
        for subject, title in _SUBJECT_NAME.items():
            rows = sorted(
                (e for e in entries if e.subject == subject),
                key=lambda e: (e.school, e.performance_grade, e.pupil.name.full, e.study_grade),
            )
            body = []
            for number, entry in enumerate(rows):
                row = _school_row(entry, number, noise, year, studied)
                if broken_school == entry.school and number % 3 == 0:
                    row[8] = row[9] = None
                body.append(row)
                if year == 2023 and number in (5, 17):
                    body.append(list(row))
            top, merges = _school_header(title, subject, year)
            sheet = title if year != 2021 else title.lower()
            book.sheet(sheet, [*top, *body], merges, percent_columns=(9,))
        book.sheet("Списки", [["Победитель"], ["Призёр"], ["Участник"]], hidden=True)


def _known_study_grades(entries: list[Entry]) -> set[tuple[int, int]]:
    """Return (pid, subject) of rows whose grade of study may stay blank: it equals the grade of performance."""
    return {(e.pupil.pid, e.subject) for e in entries if e.study_grade == e.performance_grade}


def _school_row(
    entry: Entry, number: int, noise: Noise, year: int, may_blank: set[tuple[int, int]]
) -> list[Cell]:
    blank = (
        (entry.pupil.pid, entry.subject) in may_blank and not entry.pupil.plain and noise.rng.random() < 0.25
    )
    share = None if entry.score is None else round(entry.score / MAX_SCHOOL[entry.subject], 4)
    return [
        _SUBJECT_NAME[entry.subject],
        _named(BY_CODE[entry.school], year),
        f"sh{entry.school[-3:]}-{entry.subject:02d}-{number + 1:04d}",
        *noise.parts(entry.pupil.name),
        entry.performance_grade,
        None if blank else entry.study_grade,
        entry.score,
        share,
        noise.award(entry.award) if entry.score is not None else None,
    ]


def _school_header(title: str, subject: int, year: int) -> tuple[list[Row], list[tuple[int, int, int, int]]]:
    names = [
        "Предмет",
        "Школа",
        "Код участника",
        "Фамилия",
        "Имя",
        "Отчество",
        "Класс выступления",
        "Класс обучения",
        "Балл",
        "Процент",
        "Статус",
    ]
    rows: list[Row] = [
        ["Всероссийская олимпиада школьников. Школьный этап"],
        [f"{year_name(year)} учебный год"],
        [],
        ["Максимальный балл", MAX_SCHOOL[subject]],
        ["Внимание! Не изменяйте порядок столбцов."],
        *[[] for _ in range(8)],
    ]
    merges = [(0, 0, 0, 10)]
    if subject == 2:
        rows.append(["Предмет", "Сведения об участнике", *[None] * 6, "Результат", None, None])
        merges += [(13, 1, 13, 7), (13, 8, 13, 10)]
    rows.append([title_of if year != 2022 else title_of.upper() for title_of in names])
    return rows, merges


# --- municipal stage -------------------------------------------------------------------------------------

_DAY = {1: (11, 12), 2: (12, 3), 3: (11, 19)}


def write_municipal_stage(inbox: Inbox, world: World, year: int, seed: int) -> None:
    """Write the preliminary protocols and, but for the first year, the final ones after appeals."""
    for subject in TASKS:
        rows = [e for e in world.seasons[year].entries if e.stage == "municipal" and e.subject == subject]
        rng = Random(f"municipal {seed} {year} {subject}")
        _protocol(inbox, year, subject, rows, noise=Noise(rng), state="preliminary")
        if year not in PRELIMINARY_YEARS:
            _protocol(inbox, year, subject, rows, noise=Noise(rng), state="final")


def _protocol(
    inbox: Inbox, year: int, subject: int, entries: list[Entry], *, noise: Noise, state: str
) -> None:
    day = date(year, *_DAY[subject])
    final = state == "final"
    word = "итоговый" if final else "предварительный"
    as_of = (
        date(day.year, 12, 18 if final else 8) if day.month == 12 else date(day.year, 11, 29 if final else 22)
    )
    parts: tuple[str, ...] = (f"{_SUBJECT_NAME[subject]}_{word}_as_of_{as_of}.xlsx",)
    facts: dict[str, object] = {"grade_kind": "study" if year in STUDY_GRADE_YEARS else "performance"}
    if year >= 2023:
        parts = (word, f"МЭ_{_SUBJECT_NAME[subject]}.xlsx")
        facts |= {"stage": "municipal", "subject": _SUBJECT_NAME[subject], "state": state, "as_of": as_of}
    ranked = sorted(entries, key=lambda e: (e.performance_grade, -(_result(e, final)[0] or 0), e.pupil.pid))
    path = inbox.path("vsosh_municipal_protocol", year_name(year), *parts)
    with inbox.book(path, **facts) as book:
        if year == 2024:
            grades: dict[int, list[Entry]] = defaultdict(list)
            for entry in ranked:
                grades[entry.performance_grade].append(entry)
            for grade, rows in grades.items():
                book.sheet(f"{grade} класс", *_protocol_page(year, subject, rows, noise, final))
        else:
            book.sheet("Протокол", *_protocol_page(year, subject, ranked, noise, final))


def _result(entry: Entry, final: bool) -> tuple[float | None, str, tuple[float, ...]]:
    if final or entry.before_appeal is None:
        return entry.score, entry.award, entry.tasks
    return entry.before_appeal


def _protocol_page(
    year: int, subject: int, entries: list[Entry], noise: Noise, final: bool
) -> tuple[list[Row], list[tuple[int, int, int, int]]]:
    tasks, day = TASKS[subject], date(year, *_DAY[subject])
    top_score = sum(tasks)
    last = 5 + len(tasks) + 3
    rows: list[Row] = [
        [
            f"Протокол муниципального этапа Всероссийской олимпиады школьников в {year} - {year + 1} учебном году "
            f"по {SUBJECT_DATIVE[subject]}"
        ],
        ["Максимальное количество баллов", None, None, top_score],
        [],
        [
            "№",
            "Фамилия, имя, отчество",
            "Шифр",
            "ОО",
            "Класс",
            "Количество баллов за задание",
            *[None] * (len(tasks) - 1),
            "Итог",
            "% выполнения",
            "Рейтинг",
            "Статус",
        ],
        [*[None] * 5, *range(1, len(tasks) + 1)],
    ]
    merges = [(0, 0, 0, last), (1, 0, 1, 2), (3, 5, 3, 4 + len(tasks))]
    merges += [(3, c, 4, c) for c in (*range(5), *range(5 + len(tasks), last + 1))]
    for number, entry in enumerate(entries, start=1):
        score, award, marks = _result(entry, final)
        grade: Cell = entry.performance_grade
        if year in STUDY_GRADE_YEARS:
            grade = noise.class_label(entry.study_grade, entry.letter)
        came = score is not None
        percent = round(100 * score / top_score, 1) if score is not None else None
        rows.append(
            [
                number,
                noise.full(entry.pupil.name),
                f"{subject:02d}-{entry.performance_grade:02d}-{number:03d}",
                _named(BY_CODE[entry.school], year),
                grade,
                *(marks if came else [None] * len(tasks)),
                score if came else ("Не явился" if number % 2 else None),
                percent,
                number if came else None,
                noise.award(award) if came else None,
            ]
        )
    rows += [
        [],
        [f"Дата проведения: {day:%d.%m.%Y}"],
        ["Председатель жюри:", None, "Тарасова Л. М."],
        ["Члены жюри:", None, "Юдин П. С., Рогова Е. В."],
    ]
    return rows, merges


# --- contests --------------------------------------------------------------------------------------------


def write_contests(inbox: Inbox, world: World, year: int, seed: int) -> None:
    """Write the centre's list and the year's participations."""
    header: Row = [
        "№ в перечне",
        "Наименование",
        "Уровень",
        "Организатор",
        "Код предмета",
        "Предмет",
        "Формат",
        "В перечне",
    ]
    body: list[Row] = [
        [
            c.code,
            c.name,
            CONTEST_LEVEL[c.level],
            c.organiser,
            c.subject,
            _SUBJECT_NAME[c.subject],
            CONTEST_FORMAT[c.format],
            "да" if c.is_approved else "нет",
        ]
        for c in CONTESTS
    ]
    as_of = date(year, 10, 1)
    if year % 2:
        path = inbox.path("contest_list", year_name(year), f"перечень_as_of_{as_of}.csv")
        inbox.csv(path, [header, *body], WITH_BOM)
    else:
        path = inbox.path("contest_list", year_name(year), "перечень.xlsx")
        with inbox.book(path, as_of=as_of) as book:
            book.sheet("Перечень", [["Перечень конкурсов и олимпиад"], [], header, *body])
    _participation(inbox, world, year, Noise(Random(f"contests {seed} {year}"), 0.02))


def _participation(inbox: Inbox, world: World, year: int, noise: Noise) -> None:
    rows = sorted(
        world.seasons[year].contest_entries,
        key=lambda e: (e.contest.code, e.school, e.pupil.name.full, e.pupil.pid),
    )
    as_of = date(year + 1, 8, 31)
    if year % 2 == 0:
        header: Row = [
            "Код мероприятия",
            "Мероприятие",
            "Дата",
            "Код предмета",
            "Код ОО",
            "Школа",
            "Класс",
            "ФИО",
            "Дата рождения",
            "Результат",
        ]
        body: list[Row] = [
            [
                e.contest.code,
                e.contest.name,
                e.day,
                e.contest.subject,
                e.school,
                BY_CODE[e.school].short_in(year),
                noise.class_label(e.grade, e.letter),
                noise.full(e.pupil.name),
                e.pupil.born,
                e.result,
            ]
            for e in rows
        ]
        path = inbox.path("contest_participation", year_name(year), "участие.xlsx")
        with inbox.book(path, as_of=as_of) as book:
            book.sheet("Участие", [header, *body])
        return
    header = [
        "Код",
        "Название",
        "Предмет",
        "Дата участия",
        "Код школы",
        "Класс",
        "Фамилия",
        "Имя",
        "Отчество",
        "Диплом",
    ]
    body = [
        [
            e.contest.code,
            e.contest.name,
            subject_name(e.contest.subject, 9),
            f"{e.day:%Y.%m.%d}",
            int(e.school),
            noise.class_label(e.grade, e.letter),
            *noise.parts(e.pupil.name),
            e.result,
        ]
        for e in rows
    ]
    path = inbox.path("contest_participation", year_name(year), f"участие_as_of_{as_of}.csv")
    inbox.csv(path, [header, *body], CP1251)


def write_olympiads(inbox: Inbox, world: World, seed: int) -> None:
    """Write all files of olympiads and contests."""
    for year in YEARS:
        write_school_stage(inbox, world, year, seed)
        write_municipal_stage(inbox, world, year, seed)
        write_contests(inbox, world, year, seed)
    write_sirius(inbox, world, seed)
    write_portal(inbox, world, Noise(Random(f"portal {seed}")))
