"""Olympiads and contests: books, Sirius and its maps, the portal, protocols of the jury, the list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random

from tests.hidden_town.activity import CONTESTS, LATE_PROTOCOL, NO_CONTESTS, SIRIUS, STUDY_PROTOCOLS
from tests.hidden_town.facts import BY_CODE, YEARS, Entry, year_name
from tests.hidden_town.life import Life
from tests.hidden_town.papers import Row, Typist, book, table

_NAMES = {1: "Русский язык", 2: "Математика", 3: "Физика"}
_OF = {1: "русскому языку", 2: "математике"}
_AWARDS = {
    "winner": ("Победитель", "победитель"),
    "prize_winner": ("Призер", "призёр "),
    "participant": ("Участник", "участник"),
}


def write_olympiads(inbox: Path, life: Life) -> None:
    for year in YEARS:
        entries = [one for one in life.activity.entries if one.year == year]
        _books(inbox, year, [one for one in entries if one.stage == "school" and one.channel == "book"])
        for subject in (1, 2):
            _protocols(
                inbox,
                year,
                subject,
                [one for one in entries if one.stage == "municipal" and one.subject == subject],
            )
    _sirius(inbox, life)
    _portal(inbox, [one for one in life.activity.entries if one.channel == "portal"])
    _contests(inbox, life)


def _books(inbox: Path, year: int, entries: list[Entry]) -> None:
    """One workbook a school: a sheet of all subjects, the data from the sixteenth row; earlier copies had blanks."""
    by_school: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        by_school[one.school].append(one)
    for code, own in by_school.items():
        typist = Typist(f"book {year} {code}")
        rows: list[Row] = [["Школьный этап ВсОШ", *[None] * 9], [f"{year_name(year)} учебный год"]]
        rows += [[] for _ in range(12)]
        rows.append(["Предмет", "Школа", "Код участника", "Фамилия", "Имя", "Отчество", "Класс выступления",
                     "Класс обучения", "Балл", "Процент", "Статус"])  # fmt: skip
        for number, one in enumerate(own):
            score = one.score if one.score is not None else ("Не явился" if number % 2 else None)
            rows.append(
                [_NAMES[one.subject], BY_CODE[code].short, f"{code[-2:]}-{number:03}", *typist.parts(one.person),
                 one.performance, one.study if one.is_study_told else None, score,
                 None if one.score is None else round(one.score / 20, 3),
                 None if one.score is None else _AWARDS[one.award][number % 2]]
            )  # fmt: skip
        sheets: dict[str, list[Row]] = {
            "Инструкция": [["Предмет", "выбирается"]],
            "Участники": rows,
            "~Списки": [["Призёр"]],
        }
        path = inbox / "ВсОШ школьный" / year_name(year) / f"{code}.xlsx"
        facts = {"source": "vsosh_school_stage", "academic_year": year_name(year)}
        if year == 2020:  # the first copy had no scores yet
            draft = [row if at < 15 else [*row[:8], None, None, None] for at, row in enumerate(rows)]
            book(
                path.with_name(f"{code} черновик.xlsx"), {"Участники": draft}, **facts, as_of=f"{year}-10-20"
            )
        book(path, sheets, **facts, as_of=f"{year}-11-05")


def _protocols(inbox: Path, year: int, subject: int, entries: list[Entry]) -> None:
    """The preliminary protocol, then the final one; one class of a sheet each, tasks from four to seven."""
    if not entries:
        return
    tasks = 3 + subject + year % 3
    day = date(year, 11, 10 + subject)
    for state in ("предварительный", "итоговый"):
        if (year, subject) == LATE_PROTOCOL and state == "итоговый":
            continue
        typist = Typist(f"protocol {year} {subject} {state}")
        sheets: dict[str, list[Row]] = {}
        for grade in sorted({one.performance for one in entries}):
            own = [one for one in entries if one.performance == grade]
            rows: list[Row] = [
                [f"Протокол муниципального этапа Всероссийской олимпиады школьников в {year} - {year + 1} учебном году "
                 f"по {_OF[subject]} ({state})"],
                ["Максимальное количество баллов", None, None, 60],
                [],
                ["№", "Фамилия, имя, отчество", "Дата рождения", "Шифр", "ОО", "Класс", "Количество баллов за задание",
                 *[None] * (tasks - 1), "Итог", "% выполнения", "Рейтинг", "Статус"],
                [*[None] * 6, *range(1, tasks + 1)],
            ]  # fmt: skip
            for number, one in enumerate(own, 1):
                score, award = one.score, one.award
                if state == "предварительный" and one.before:
                    score, award = one.before
                label = typist.label(one.study, one.letter) if year == STUDY_PROTOCOLS else one.performance
                came = score is not None
                parts = [score, *[0] * (tasks - 1)] if came else [None] * tasks
                rows.append(
                    [number, typist.full(one.person), one.person.born, f"М{subject}-{grade}-{number}",
                     BY_CODE[one.school].short, label, *parts, score if came else "не явился",
                     None if score is None else round(100 * score / 60, 1), number if came else None,
                     _AWARDS[award][number % 2] if came else None]
                )  # fmt: skip
            rows += [[], [f"Дата проведения: {day:%d.%m.%Y}"], ["Председатель жюри", None, "Носова А. А."]]
            sheets[f"{grade} кл"] = rows
        word, later = ("preliminary", 3) if state == "предварительный" else ("final", 12)
        book(
            inbox / "ВсОШ муниципальный" / year_name(year) / f"{_NAMES[subject]} {state}.xlsx", sheets,
            source="vsosh_municipal_protocol", academic_year=year_name(year), state=word,
            grade_kind="study" if year == STUDY_PROTOCOLS else "performance",
            as_of=f"{day.replace(day=day.day + later)}",
        )  # fmt: skip


def _sirius(inbox: Path, life: Life) -> None:
    entries = [one for one in life.activity.entries if one.channel == "sirius"]
    folder = inbox / "Сириус" / year_name(SIRIUS)
    by_school: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        by_school[one.school].append(one)
    results: list[Row] = [["Код участника", "Предмет", "Класс участия", "Балл", "Максимум", "Статус"]]
    head = ["Код", "ФИО", "Дата рождения", "Класс"]
    for code, own in by_school.items():
        typist = Typist(f"codes {code}")
        names = {one.person.number: f"{code[-1]}m{number:03}" for number, one in enumerate(own)}
        for at, one in enumerate(own):
            results.append(
                [names[one.person.number], "Математика", one.performance, one.score, 20, "участник"]
            )
            if at % 5 == 2:  # the first code was lost: the second one was entered and left without a result
                results.append(
                    [f"{names[one.person.number]}n", "Математика", one.performance, None, 20, None]
                )
        lines = [
            [names[one.person.number], typist.full(one.person), one.person.born, f"{one.study}{one.letter}"]
            for one in own
        ]
        lines += [[f"{row[0]}n", *row[1:]] for at, row in enumerate(lines) if at % 5 == 2]
        facts = {"source": "vsosh_codes", "academic_year": year_name(SIRIUS), "school_code": code}
        if (
            len(own) > 3
        ):  # codes of the first map were given anew: everybody has the code of the next one there
            wrong = [[lines[(at + 1) % len(own)][0], *row[1:]] for at, row in enumerate(lines[: len(own)])]
            table(
                folder / f"{code} первая.csv",
                [head, *wrong],
                encoding="utf-8",
                **facts,
                as_of=f"{SIRIUS}-09-25",
            )
        table(folder / f"{code}.csv", [head, *lines], encoding="utf-8-sig", **facts, as_of=f"{SIRIUS}-10-02")
    results += [
        [code, "Математика", grade, score, 20, "участник"] for code, grade, score in life.activity.unmatched
    ]
    results += [results[-1]]
    table(
        folder / "результаты.csv", results, encoding="utf-8", source="vsosh_sirius", academic_year=year_name(SIRIUS),
        as_of=f"{SIRIUS}-10-20",
    )  # fmt: skip


def _portal(inbox: Path, entries: list[Entry]) -> None:
    typist = Typist("portal")
    head = [
        "ID",
        "ФИО",
        "ДР",
        "Класс",
        "Класс участия",
        "Макс. балл",
        "Балл",
        "Статус",
        "Призер МЭ",
        "Учитель",
        "Место работы",
    ]
    rows: list[Row] = []
    for number, one in enumerate(entries):
        row = [
            9000 + number, typist.full(one.person), one.person.born, typist.label(one.study, one.letter),
            one.performance,
            20, one.score, None if one.score is None else _AWARDS[one.award][1], "нет", "Учитель У. У.",
            BY_CODE[one.school].short,
        ]  # fmt: skip
        rows += [row, row] if number % 7 == 0 else [row]
    year = entries[0].year
    table(
        inbox / "Портал" / year_name(year) / "русский.csv", [head, *rows], encoding="utf-8-sig", source="vsosh_portal",
        academic_year=year_name(year), olympiad_stage="school", subject="русский язык", as_of=f"{year}-11-02",
    )  # fmt: skip


def _contests(inbox: Path, life: Life) -> None:
    rng = Random("contests")
    for year in YEARS:
        if year == NO_CONTESTS:
            continue
        head = ["№ в перечне", "Название", "Уровень", "Организатор", "Код предмета", "Формат", "Включено"]
        rows = [[code, name, "муниципальный", "Центр", subject, "очно", "да" if approved else "нет"]
                for code, name, subject, approved in CONTESTS]  # fmt: skip
        book(
            inbox / "Конкурсы" / year_name(year) / "Перечень.xlsx", {"Перечень": [["Перечень"], [], head, *rows]},
            source="contest_list", academic_year=year_name(year), as_of=f"{year}-09-10",
        )  # fmt: skip
        typist = Typist(f"contests {year}")
        head = ["Код мероприятия", "Дата участия", "Код предмета", "Код школы", "Класс", "ФИО", "ДР", "Итог"]
        body = [
            [one.code, one.day, 2 if one.code == "К-03" else None, one.school, typist.label(one.grade, one.letter),
             typist.full(one.person), one.person.born if one.is_dated else None, rng.choice(["диплом", "участие"])]
            for one in life.activity.contests if one.year == year
        ]  # fmt: skip
        table(
            inbox / "Конкурсы" / year_name(year) / "участие.csv", [head, *body], separator=";", encoding="cp1251",
            source="contest_participation", academic_year=year_name(year), as_of=f"{year + 1}-09-05",
        )  # fmt: skip
