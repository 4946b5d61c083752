"""The export of the olympiad's portal: one subject of one year's school stage in part of the schools."""

from __future__ import annotations

from datetime import date

from demo.noise import Noise
from demo.olympiads import MAX_SCHOOL, RUSSIAN, Entry
from demo.sheets import WITH_BOM, Cell, Inbox
from demo.town import BY_CODE, active_schools, year_name
from demo.world import World

YEAR = 2024
_HEADER = (
    "ID", "ФИО", "ДР", "Класс", "Класс участия", "Макс. балл", "Балл", "Статус", "Призер МЭ", "Учитель", "Место работы",
)  # fmt: skip


def is_on_portal(entry: Entry, year: int) -> bool:
    """Return True for entries that the portal exports and the workbooks do not hold."""
    return (
        year == YEAR and entry.stage == "school" and entry.subject == RUSSIAN and entry.school in _schools()
    )


def _schools() -> set[str]:
    return {school.code for school in active_schools(YEAR)[2::3]}


def write_portal(inbox: Inbox, world: World, noise: Noise) -> None:
    """Write the file; every tenth row stands twice, and a row of a pupil who did not come has no score."""
    entries = [entry for entry in world.seasons[YEAR].entries if is_on_portal(entry, YEAR)]
    entries.sort(key=lambda entry: (entry.school, entry.pupil.pid))
    teachers = {post.pid: post.name for post in world.teachers}
    names = list(teachers.values())
    rows: list[list[Cell]] = []
    for number, entry in enumerate(entries):
        row: list[Cell] = [
            str(700_000 + number),
            noise.full(entry.pupil.name),
            entry.pupil.born,
            f"{entry.study_grade}{entry.letter}",
            entry.performance_grade,
            MAX_SCHOOL[RUSSIAN],
            entry.score,
            noise.award(entry.award) if entry.score is not None else None,
            "нет",
            names[number % len(names)].full,
            BY_CODE[entry.school].short_in(YEAR),
        ]
        rows += [row] * (2 if number % 10 == 0 else 1)
    path = inbox.path("vsosh_portal", year_name(YEAR), "портал_русский язык.csv")
    inbox.csv(path, [_HEADER, *rows], WITH_BOM, olympiad_stage="school", as_of=date(YEAR, 11, 12))
