"""The school stage on the platform of Sirius: results by code for the municipality, and each school's map of codes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random

from demo.noise import Noise
from demo.olympiads import MATHEMATICS, MAX_SCHOOL, Entry
from demo.sheets import CsvStyle, Inbox, Row
from demo.town import year_name
from demo.vocabulary import subject_name
from demo.world import World

YEAR = 2025
"""The year whose school stage in mathematics was held on the platform."""
UNMATCHED = 7
"""Codes of that year that no school gave to anybody."""
_MAP: Row = ("Код участника", "ФИО", "Дата рождения", "Класс")
_RESULTS: Row = ("Код участника", "Предмет", "Класс участия", "Балл", "Максимум", "Статус")


def is_on_platform(entry: Entry, year: int) -> bool:
    """Return True for entries that come through the platform and not through the workbooks."""
    return year == YEAR and entry.stage == "school" and entry.subject == MATHEMATICS


def write_sirius(inbox: Inbox, world: World, seed: int) -> None:
    """Write the results and the maps: a map corrected, pupils with two codes, codes of nobody."""
    rng = Random(f"sirius {seed}")
    entries = [e for e in world.seasons[YEAR].entries if is_on_platform(e, YEAR)]
    entries.sort(key=lambda e: (e.school, e.pupil.pid))
    by_school: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_school[entry.school].append(entry)
    numbers = iter(rng.sample(range(100_000, 1_000_000), 3 * len(entries) + UNMATCHED))
    results: list[Row] = []
    for school, own in by_school.items():
        codes = {entry.pupil.pid: f"s-{next(numbers)}" for entry in own}
        _maps(inbox, rng, school, own, codes=codes)
        results += [_result(entry, codes[entry.pupil.pid]) for entry in own]
    results += [
        (
            f"s-{next(numbers)}",
            "Математика",
            rng.randrange(5, 12),
            rng.randrange(0, 20),
            MAX_SCHOOL[MATHEMATICS],
            "участник",
        )
        for _ in range(UNMATCHED)
    ]
    rng.shuffle(results)
    path = inbox.path("vsosh_sirius", year_name(YEAR), "Сириус_математика.csv")
    inbox.csv(path, [_RESULTS, *results], CsvStyle(), as_of=date(YEAR, 10, 25))


def _result(entry: Entry, code: str) -> Row:
    status = None if entry.score is None else subject_status(entry)
    return (
        code,
        subject_name(entry.subject, 9),
        entry.performance_grade,
        entry.score,
        MAX_SCHOOL[entry.subject],
        status,
    )


def subject_status(entry: Entry) -> str:
    """Return the status as the platform writes it."""
    return {"winner": "победитель", "prize_winner": "призёр"}.get(entry.award, "участник")


def _maps(inbox: Inbox, rng: Random, school: str, own: list[Entry], *, codes: dict[int, str]) -> None:
    noise = Noise(Random(f"codes {school}"))
    rows = [_line(entry, codes[entry.pupil.pid], noise) for entry in own]
    # A lost code: the school gave the pupil another one, and both stand in the map.
    rows += [_line(entry, codes[entry.pupil.pid] + "x", noise) for entry in own if rng.random() < 0.05]
    path = inbox.path("vsosh_codes", year_name(YEAR), f"коды_{school}.csv")
    if school == "720103" and len(own) > 3:
        # The first map had two codes the other way round; the school sent it again.
        first, second = own[0].pupil.pid, own[1].pupil.pid
        wrong = {**codes, first: codes[second], second: codes[first]}
        inbox.csv(
            path,
            [_MAP, *[_line(entry, wrong[entry.pupil.pid], noise) for entry in own]],
            CsvStyle(),
            school_code=school,
            as_of=date(YEAR, 10, 5),
        )
        path = path.with_name(f"коды_{school}_исправлено.csv")
    inbox.csv(path, [_MAP, *rows], CsvStyle(), school_code=school, as_of=date(YEAR, 10, 15))


def _line(entry: Entry, code: str, noise: Noise) -> Row:
    return (code, noise.full(entry.pupil.name), entry.pupil.born, f"{entry.study_grade}{entry.letter}")
