"""The true figures obey the laws that the methodology states, and every key of the mart's page is there."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import yaml

from demo.exams import EXCUSED
from demo.town import AGREEMENTS, SCHOOLS, YEARS, active_schools, groups
from demo.truth import KEYS
from demo.world import World
from tests.demo.conftest import Written

Figures = dict[tuple[str, ...], dict[str, str]]


@pytest.fixture(scope="module")
def figures(demo_written: Written) -> Figures:
    rows = demo_written.truth()
    table = {tuple(row[key] for key in KEYS): row for row in rows}
    assert len(table) == len(rows)
    return table


def _n(row: dict[str, str], column: str = "numerator") -> int:
    return int(row[column])


def _by(figures: Figures, indicator: str, measure: str) -> Figures:
    return {key: row for key, row in figures.items() if key[4] == indicator and key[5] == measure}


def _other(key: tuple[str, ...], **changes: str) -> tuple[str, ...]:
    return tuple(changes.get(name, value) for name, value in zip(KEYS, key, strict=True))


def test_every_variant_of_every_area_is_there(figures: Figures) -> None:
    per_area = Counter(key[:4] for key in figures)
    # I1: 3 levels x 2 cut-offs x 2 denominators; I2: 4 x 3 x 3, unmatched; I3: 2 x 3 x 3 + 3; I4: 1; I5: 2 x 3 x 2.
    assert set(per_area.values()) == {12 + 37 + 21 + 1 + 12}
    areas = sum(len(active_schools(year)) + len(groups(year)) + 1 for year in YEARS)
    assert len(per_area) == areas


def test_symbols(figures: Figures) -> None:
    for key, row in figures.items():
        if row["symbol"] == "x":
            assert (row["numerator"], row["denominator"], row["value"]) == ("", "", "")
            if key[5] == "unmatched":  # codes name no school, and only one year's stage was held by codes
                assert (key[0], key[2]) != ("2025-2026", "municipality")
                continue
            assert key[4] in ("I3", "I5")
            assert key[0] == "2021-2022"
        elif row["symbol"] == "z":
            assert (row["numerator"], row["denominator"], row["value"]) == ("0", "0", "")
        elif row["denominator"]:
            assert float(row["value"]) == pytest.approx(100 * _n(row) / _n(row, "denominator"))
            assert 0 <= _n(row) <= _n(row, "denominator")
    assert Counter(row["symbol"] for row in figures.values())["z"] > 50


def test_september_is_not_below_main_and_admitted_not_above_enrolled(figures: Figures) -> None:
    for key, row in _by(figures, "I1", "share").items():
        if row["symbol"]:
            continue
        if key[KEYS.index("cutoff")] == "main":
            assert _n(figures[_other(key, cutoff="september")]) >= _n(row)
        if key[KEYS.index("denominator_kind")] == "admitted":
            enrolled = figures[_other(key, denominator_kind="enrolled")]
            assert _n(enrolled, "denominator") >= _n(row, "denominator")
            assert _n(enrolled) == _n(row)


def test_levels_add_up(figures: Figures) -> None:
    for key, row in _by(figures, "I1", "share").items():
        if key[KEYS.index("gia_level")] == "all":
            parts = [figures[_other(key, gia_level=level)] for level in ("9", "11")]
            assert _n(row, "denominator") == sum(_n(part, "denominator") for part in parts)
            assert _n(row) == sum(_n(part) for part in parts)


def test_totals_over_subjects_and_stages_are_no_sums(figures: Figures) -> None:
    strict = 0
    for key, row in _by(figures, "I2", "pupils").items():
        for column, parts in (("subject", ("russian", "mathematics")), ("stage", ("school", "municipal"))):
            if key[KEYS.index(column)] == "any":
                numbers = [_n(figures[_other(key, **{column: part})]) for part in parts]
                assert max(numbers) <= _n(row) <= sum(numbers)
                strict += max(numbers) < _n(row) < sum(numbers)
    assert strict > 100


def test_movement_contains_the_olympiad(figures: Figures) -> None:
    for key, row in _by(figures, "I4", "share").items():
        pupils = figures[_other(key, indicator_code="I2", measure="pupils")]
        assert _n(row) >= _n(pupils)


def test_awards_stay_within_participants(figures: Figures) -> None:
    for key, row in _by(figures, "I3", "pupils").items():
        if row["symbol"]:
            continue
        took_part = figures[_other(key, indicator_code="I2", award="z")]
        diplomas = figures[_other(key, measure="diplomas")]
        assert _n(row) <= min(_n(took_part), _n(diplomas))


def test_platform_levels_nest(figures: Figures) -> None:
    for key, row in _by(figures, "I5", "teachers").items():
        if key[KEYS.index("usage_level")] == "L2" and not row["symbol"]:
            numbers = [_n(figures[_other(key, usage_level=level)]) for level in ("L2", "L1", "L0")]
            assert numbers == sorted(numbers)


def test_municipality_is_the_sum_of_schools_where_nobody_counts_twice(figures: Figures) -> None:
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for key, row in figures.items():
        if key[2] == "school" and key[4] in ("I1", "I2", "I3", "I4") and row["numerator"]:
            sums[(key[0], *key[4:])] += _n(row)
    for key, row in figures.items():
        counts = key[4] in ("I1", "I2", "I3", "I4") and key[5] != "unmatched"
        if key[2] == "municipality" and counts and row["numerator"]:
            assert sums[(key[0], *key[4:])] == _n(row)


def test_a_teacher_of_two_schools_counts_once_in_the_municipality(figures: Figures) -> None:
    schools: dict[tuple[str, ...], int] = defaultdict(int)
    town: dict[tuple[str, ...], int] = {}
    for key, row in _by(figures, "I5", "share").items():
        if row["denominator"]:
            if key[2] == "school":
                schools[key[0], *key[12:]] += _n(row, "denominator")
            elif key[2] == "municipality":
                town[key[0], *key[12:]] = _n(row, "denominator")
    assert town
    assert all(schools[key] > number for key, number in town.items())


def test_the_town(demo_world: World) -> None:
    assert len(active_schools(2025)) == 28
    assert len(SCHOOLS) == 29
    assert len({a.supported for a in AGREEMENTS}) == 8
    assert len({a.partner for a in AGREEMENTS}) == 6
    assert set(groups(2021)) == {"shnor", "shnsu", "other"}
    assert set(groups(2025)) == {"shnor", "shnsu", "supported", "partner", "other"}
    assert groups(2025)["shnor"] & groups(2025)["shnsu"]
    assert groups(2022)["shnor"] != groups(2025)["shnor"]
    sizes = [h.pupils for year in YEARS for h in demo_world.population.headcounts[year].values()]
    assert max(sizes) <= 125


def test_pupils_persist(demo_world: World) -> None:
    before = {p.pupil.pid: p for p in demo_world.population.places[2022] if p.until_may}
    after = {p.pupil.pid: p for p in demo_world.population.places[2023] if p.on_september_20}
    stayed = before.keys() & after.keys()
    assert len(stayed) > 2500
    steps = Counter(after[pid].grade - before[pid].grade for pid in stayed)
    assert set(steps) == {0, 1}
    assert steps[0] < 40
    assert sum(after[pid].school != before[pid].school for pid in stayed) > 50


def test_pending_people_are_those_excused(demo_world: World, figures: Figures) -> None:
    key = ("2025-2026", "71999000", "municipality", "71999000", "I1", "share", "all", "main", "admitted",
           *["z"] * 4, "year")  # fmt: skip
    row = figures[key]
    excused = {a.pupil.pid for a in demo_world.sessions[2025].attempts if a.status in EXCUSED}
    assert 0 < _n(row, "n_pending") <= len(excused)
    assert _n(row, "n_excluded") > 0


def test_namesakes_can_be_told_apart(demo_world: World) -> None:
    by_name = defaultdict(set)
    for person in demo_world.population.pupils:
        by_name[person.name.folded].add(person.pid)
    doubles = [pids for pids in by_name.values() if len(pids) > 1]
    assert len(doubles) >= 10
    people = {p.pid: p for p in demo_world.population.pupils}
    teachers = Counter(t.name.folded for t in demo_world.teachers)
    assert max(teachers.values()) == 1
    assert not set(teachers) & set(by_name)
    for pids in doubles:
        assert len({people[pid].born for pid in pids}) == len(pids)
        for season in demo_world.seasons.values():
            seen = {(e.school, e.study_grade, e.pupil.pid) for e in season.entries if e.pupil.pid in pids}
            assert len({item[:2] for item in seen}) == len(seen)


def test_acts_speak_of_real_schools_and_carry_no_name(demo_written: Written, demo_world: World) -> None:
    acts = [
        act
        for path in demo_written.home.acts.rglob("*.yaml")
        for act in yaml.safe_load(path.read_text("utf-8"))
    ]
    silent = [act for act in acts if "school_codes" in act]
    assert {act["academic_year"] for act in silent} == {f"{year}-{year + 1}" for year in YEARS}
    for act in silent:
        if act["source"] == "vsosh_school_stage":
            season = demo_world.seasons[int(act["academic_year"][:4])]
            assert not {e.school for e in season.entries} & set(act["school_codes"])
    explained = [act["scope"] for act in acts if "scope" in act]
    assert explained
    assert all({"indicator_code", "academic_year", "school_code"} <= set(scope) for scope in explained)
